package render

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/fn/runtime/runtimeutil"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// tree is the kustomizations of one build.
type tree struct {
	options *Options
	// refused says what may not be built, each once.
	refused []string
	// outermost is the file of the outermost kustomization.
	outermost string
	// functions are Cloison's, in the order in which they were come across; foreign are those of others.
	functions []*function
	foreign   []string
	// mixed are entries that configure Cloison's function and others.
	mixed []string
	// others are the folders of kustomizations with transformers that are no functions of Cloison.
	others map[string]bool
	// nodes are the kustomizations by their folder, real the folder of the outermost one.
	nodes map[string]*node
	real  string
	// order has the folders in the order of reading: one that lists another comes before it.
	order []string
}

// function is one declaration of Cloison's function.
type function struct {
	// folder of the kustomization that declares it.
	folder string
	field  string
	config *objects.Object
	// last is false where others than Cloison's functions run after it in the same list.
	last bool
	// everything is true where it sees all items, whatever their marks.
	everything bool
	// mark is the annotation of what the function sees.
	mark string
}

// programName is that of Cloison's function, as a program and as an image.
const programName = "cloison"

// markPrefix starts the annotations by which resources are told apart.
const markPrefix = "internal.cloison.dev/seen-"

// takeOut takes Cloison's functions out of the lists of a kustomization. Where one has run, kustomize marks what is
// there.
func (t *tree) takeOut(file string, lists kustomization.Lists) kustomization.Lists {
	folder := filepath.Dir(file)
	var seen []*function
	lists.Generators, _ = t.parted(folder, "generators", lists.Generators)
	var transforming, validating []*function
	lists.Transformers, transforming = t.parted(folder, "transformers", lists.Transformers)
	lists.Validators, validating = t.parted(folder, "validators", lists.Validators)
	seen = append(append(seen, transforming...), validating...)
	for _, f := range seen {
		lists.Transformers = append(lists.Transformers, kustomization.Entry{Text: marker(f.mark), Inline: true})
	}
	return lists
}

// parted parts a list into what kustomize runs itself and Cloison's functions.
func (t *tree) parted(
	folder, field string, entries []kustomization.Entry,
) (kept []kustomization.Entry, taken []*function) {
	for _, entry := range entries {
		own, others := t.sort(entry)
		if others {
			for _, f := range taken {
				f.last = false
			}
		}
		if others && field == "transformers" {
			t.others[folder] = true
		}
		switch {
		case own == nil && !slices.ContainsFunc(entry.Configs, kustomization.IsFunction):
			kept = append(kept, entry)
		case own != nil && others:
			t.mixed = append(t.mixed, entry.Text)
		}
		for _, config := range own {
			taken = append(taken, t.declared(folder, field, config))
		}
	}
	return kept, taken
}

// sort finds out whose functions an entry configures. own are the configurations of Cloison's, nil where there are
// none; others reports whatever else there is, parts of kustomize or functions.
func (t *tree) sort(entry kustomization.Entry) (own []*objects.Object, others bool) {
	for _, config := range entry.Configs {
		if kustomization.IsFunction(config) && isOwn(config) {
			own = append(own, config)
			continue
		}
		others = true
		if kustomization.IsFunction(config) {
			t.foreign = append(t.foreign, config.String())
			if !t.options.EnableExec {
				t.refuse("it runs the function %s (%s), which is not Cloison's: allow it with --enable-exec",
					config, config.File)
			}
		}
	}
	return own, others || len(entry.Configs) == 0
}

func (t *tree) refuse(format string, values ...any) {
	if reason := fmt.Sprintf(format, values...); !slices.Contains(t.refused, reason) {
		t.refused = append(t.refused, reason)
	}
}

// declared is a function, once however often its kustomization is read.
func (t *tree) declared(folder, field string, config *objects.Object) *function {
	for _, f := range t.functions {
		if f.folder == folder && f.field == field && f.config.Identity() == config.Identity() {
			f.last = true
			return f
		}
	}
	f := &function{
		folder: folder, field: field, config: config, last: true,
		mark: fmt.Sprintf("%s%d", markPrefix, len(t.functions)),
	}
	t.functions = append(t.functions, f)
	return f
}

// isOwn reports whether a configuration of a function is for Cloison's: a program or an image called cloison, or a
// Segregation that names neither, as kustomize's legacy plugins are configured.
func isOwn(config *objects.Object) bool {
	node, err := config.Source.Node()
	if err != nil {
		return false
	}
	spec, err := runtimeutil.GetFunctionSpec(yaml.NewRNode(node))
	switch {
	case err != nil:
		return false
	case spec == nil:
		return wellknown.IsSegregation(config.APIVersion, config.Kind)
	case spec.Exec.Path != "":
		return isProgram(spec.Exec.Path)
	}
	return isImage(spec.Container.Image)
}

// isProgram reports whether a path is that of a program called cloison.
func isProgram(file string) bool {
	return strings.TrimSuffix(path.Base(filepath.ToSlash(file)), ".exe") == programName
}

// isImage reports whether a reference is to an image called cloison, of any registry and version.
func isImage(reference string) bool {
	image, _, _ := strings.Cut(reference, "@")
	name, _, _ := strings.Cut(path.Base(image), ":")
	return name == programName
}

// marker is a transformer that is a part of kustomize, and annotates every resource.
func marker(annotation string) string {
	return fmt.Sprintf(`apiVersion: builtin
kind: AnnotationsTransformer
metadata: {name: %s}
annotations: {%s: "true"}
fieldSpecs: [{path: metadata/annotations, create: true}]
`, strings.NewReplacer("/", "-", ".", "-").Replace(annotation), annotation)
}
