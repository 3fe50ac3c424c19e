package kustomization

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"sigs.k8s.io/kustomize/api/types"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// configured is a Segregation that configures a function.
type configured struct {
	object *objects.Object
	// list is the field of the kustomization that declares the function, in the file of that name.
	list, file string
}

// configuredSegregations are those of all kustomizations of the build, in the order of reading, each once.
func (b *Build) configuredSegregations() []configured {
	var found []configured
	seen := map[string]bool{}
	for _, k := range b.files.kustomizations {
		if seen[k.Path] {
			continue
		}
		seen[k.Path] = true
		lists := b.lists(k)
		for _, field := range lists.fields() {
			for _, entry := range *field.entries {
				for _, o := range entry.Configs {
					if IsFunction(o) && wellknown.IsSegregation(o.APIVersion, o.Kind) {
						found = append(found, configured{o, field.name, b.Name(k.Path)})
					}
				}
			}
		}
	}
	return found
}

// DroppedPatches has a finding for each patch that is meant for a Segregation which configures a function. kustomize
// passes the configuration on as a resource, which it keeps out of its output: a patch changes that, and neither the
// function nor anybody else hears of it. Facts: docs/facts.md, "Patches of functions in kustomize".
func (b *Build) DroppedPatches() []finding.Finding {
	var found []finding.Finding
	segregations := b.configuredSegregations()
	for _, k := range b.files.kustomizations {
		for _, p := range b.patches(k) {
			for _, c := range segregations {
				if !p.isFor(c.object) {
					continue
				}
				f := c.object.About(finding.Finding{
					Code: finding.PatchDropped, Severity: finding.Warning,
					Message: fmt.Sprintf("the patch %s of %s does not reach this Segregation: it is listed under %s: of %s, and "+
						"kustomize patches resources only and drops the patch in silence", p.field, b.Name(k.Path), c.list, c.file),
					Fix: fmt.Sprintf("list it under resources:, with the annotation %s: \"true\", and run the function from a "+
						"ConfigMap under transformers: of the kustomization that has the patch", wellknown.LocalConfigAnnotation),
				})
				if !slices.ContainsFunc(found, func(other finding.Finding) bool { return other.String() == f.String() }) {
					found = append(found, f)
				}
			}
		}
	}
	return found
}

// withoutConfigurations leaves out the copies of Segregations that configure functions: what a function was given is
// what counts, and not what a later patch has made of its copy.
func (b *Build) withoutConfigurations(found []*objects.Object) []*objects.Object {
	segregations := b.configuredSegregations()
	return slices.DeleteFunc(found, func(o *objects.Object) bool {
		return wellknown.IsSegregation(o.APIVersion, o.Kind) && slices.ContainsFunc(segregations, func(c configured) bool {
			return c.object.Name == o.Name && c.object.File == o.File
		})
	})
}

// patch is one of a kustomization.
type patch struct {
	// field is where the kustomization has it.
	field string
	// target selects by regular expressions; nil where the patch names the object that it changes.
	target *types.Selector
	// objects are those that it names.
	objects []*objects.Object
}

// patches are those of a kustomization. What cannot be read is none: kustomize says so.
func (b *Build) patches(k File) []patch {
	var parsed types.Kustomization
	if err := parsed.Unmarshal(k.Text); err != nil {
		return nil
	}
	var found []patch
	add := func(list string, i int, text, path string, target *types.Selector) {
		if text == "" && path != "" {
			data, err := os.ReadFile(filepath.Join(filepath.Dir(k.Path), filepath.FromSlash(path)))
			if err != nil {
				return
			}
			text = string(data)
		}
		named, err := objects.Parse("", []byte(text))
		if err != nil {
			named = nil // a JSON patch, which names nothing
		}
		found = append(found, patch{fmt.Sprintf("%s[%d]", list, i), target, named})
	}
	for i, p := range parsed.Patches {
		add("patches", i, p.Patch, p.Path, p.Target)
	}
	for i, p := range parsed.PatchesJson6902 { //nolint:staticcheck // kustomizations still have it
		add("patchesJson6902", i, p.Patch, p.Path, p.Target)
	}
	for i, p := range parsed.PatchesStrategicMerge { //nolint:staticcheck // kustomizations still have it
		if text := string(p); filepath.Ext(text) == "" {
			add("patchesStrategicMerge", i, text, "", nil)
		} else {
			add("patchesStrategicMerge", i, "", text, nil)
		}
	}
	return found
}

// isFor reports whether the patch is meant for a Segregation. One that selects objects of every kind is not.
func (p patch) isFor(o *objects.Object) bool {
	if p.target != nil {
		return p.target.Kind != "" && matches(p.target.Kind, o.Kind) && matches(p.target.Name, o.Name)
	}
	return slices.ContainsFunc(p.objects, func(named *objects.Object) bool {
		return wellknown.IsSegregation(named.APIVersion, named.Kind) && named.Name == o.Name
	})
}

// matches reports whether a regular expression, as kustomize has them in targets, matches all of a text. An empty one
// does.
func matches(expression, text string) bool {
	if expression == "" {
		return true
	}
	compiled, err := regexp.Compile("^(?:" + expression + ")$")
	return err == nil && compiled.MatchString(text)
}
