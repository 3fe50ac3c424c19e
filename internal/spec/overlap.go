package spec

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/wellknown"
)

// folder is that of a group in Scaleway, and the field where it is written. Its region is no part of it: a rule of
// Scaleway's IAM is for a project and a folder, in every region.
type folder struct {
	owner   int
	project string
	path    string
	field   fieldpath.Path
	// namespace has the group. followsIt tells that the folder is the default one, which is called after it.
	namespace string
	followsIt bool
	// byDefault tells that the field was not written.
	byDefault bool
}

// foldersOf lists the folders of a Segregation, by component and group. owner tells Segregations apart.
func foldersOf(seg *Segregation, owner int) []folder {
	var folders []folder
	for _, name := range slices.Sorted(maps.Keys(seg.Spec.Components)) {
		c := seg.Spec.Components[name]
		if c == nil {
			continue
		}
		eachGroup(name, c, func(at fieldpath.Path, g *SecretGroup) {
			if g.place == nil {
				folders = append(folders, folder{
					owner: owner, project: c.Scaleway.ProjectID, path: g.Path, field: at.Child("path"), namespace: c.Namespace,
					followsIt: strings.HasPrefix(g.Path, path.Join("/", c.Scaleway.PathPrefix, c.Namespace)),
				})
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(seg.Spec.SharedSecrets)) {
		if g := seg.Spec.SharedSecrets[name]; g != nil {
			place := sharing{seg: seg}.place(g)
			folders = append(folders, folder{
				owner: owner, project: place.ProjectID, path: g.Path,
				field: fieldpath.Of("spec", "sharedSecrets", name, "path"),
			})
		}
	}
	return folders
}

// eachOverlap visits every folder that is, or lies inside, another one: a credential for the outer one reads the inner
// one. That two default folders are one because their components share a namespace is a problem of that.
func eachOverlap(folders []folder, report func(inner, outer folder)) {
	visit := func(inner, outer folder) {
		if inner.namespace != outer.namespace || !inner.followsIt || !outer.followsIt || inner.path != outer.path ||
			inner.owner == outer.owner && inner.component() == outer.component() {
			report(inner, outer)
		}
	}
	byPath := map[string]folder{}
	for _, f := range folders {
		if other, taken := byPath[f.project+f.path]; taken {
			visit(f, other)
			continue
		}
		byPath[f.project+f.path] = f
	}
	for _, f := range folders {
		for at := f.path; at != "/" && at != ""; {
			at = at[:max(strings.LastIndexByte(at, '/'), 0)]
			if at == "" {
				at = "/"
			}
			if outer, found := byPath[f.project+at]; found {
				visit(f, outer)
				break
			}
		}
	}
}

// disjointFolders reports folders of one Segregation that contain one another, at the field that was written.
func (v *validator) disjointFolders() {
	folders := foldersOf(v.seg, 0)
	for i := range folders {
		folders[i].byDefault = !v.Written(folders[i].field)
	}
	eachOverlap(folders, func(inner, outer folder) {
		at, message := inner.field, inner.within(outer, "")
		if inner.byDefault && !outer.byDefault {
			at, message = outer.field, outer.around(inner)
		}
		v.Problem(finding.SpecOverlappingFolders, at, message, separateFolders)
	})
}

const separateFolders = "give each secret group a folder of its own, none inside another"

// within is the message that f must not be outer, or lie inside it. segregation names that of outer, where it is
// another one.
func (f folder) within(outer folder, segregation string) string {
	relation := "lie inside"
	if f.path == outer.path {
		relation = "be"
	}
	owner := outer.field.String()
	if segregation != "" {
		owner = "Segregation " + segregation + ", " + owner
	}
	return fmt.Sprintf("%s %s must not %s %s, the %s of %s", f.kind(), phrase.Quote(f.path), relation,
		phrase.Quote(outer.path), outer.kind(), owner)
}

// around is the message that f must not be inner, or contain it.
func (f folder) around(inner folder) string {
	relation := "contain"
	if f.path == inner.path {
		relation = "be"
	}
	return fmt.Sprintf("%s %s must not %s %s, the %s of %s", f.kind(), phrase.Quote(f.path), relation,
		phrase.Quote(inner.path), inner.kind(), inner.field)
}

// component is the path of the component that has the group.
func (f folder) component() string {
	return strings.Join(f.field.Steps()[:3], ".") // spec, components and its name
}

func (f folder) kind() string {
	if f.byDefault {
		return "default folder"
	}
	return "folder"
}

// Loaded is a Segregation that Load accepted.
type Loaded struct {
	Segregation *Segregation
	Origin      Origin
}

// finding is an error about a field of the Segregation.
func (l Loaded) finding(code finding.Code, field fieldpath.Path, message, fix string) finding.Finding {
	return finding.Finding{
		Code: code, Severity: finding.Error, Field: field, Message: message, Fix: fix,
		File: l.Origin.File, Line: l.Origin.FirstLine,
		Object: finding.Object{
			APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: l.Segregation.Metadata.Name,
		},
	}
}

// Overlaps reports what several Segregations have in common and must not: namespaces and folders. Nor may the
// namespace that reads one's metrics be a component of another.
func Overlaps(all []Loaded) []finding.Finding {
	if len(all) < 2 {
		return nil
	}
	var findings []finding.Finding
	report := func(i int, code finding.Code, field fieldpath.Path, message, fix string) {
		findings = append(findings, all[i].finding(code, field, message, fix))
	}
	namespaces := map[string]string{}
	var folders []folder
	for i, loaded := range all {
		seg := loaded.Segregation
		folders = append(folders, foldersOf(seg, i)...)
		for _, name := range slices.Sorted(maps.Keys(seg.Spec.Components)) {
			namespace := seg.Spec.Components[name].Namespace
			if other, taken := namespaces[namespace]; taken {
				report(i, finding.SpecSharedNamespace, fieldpath.Of("spec", "components", name, "namespace"),
					fmt.Sprintf("namespace %s must not be shared: Segregation %s has it",
						phrase.Quote(namespace), other),
					"give each component a namespace of its own")
			}
			namespaces[namespace] = seg.Metadata.Name
		}
	}
	findings = append(findings, openMetrics(all, namespaces)...)
	eachOverlap(folders, func(inner, outer folder) {
		if inner.owner != outer.owner {
			message := inner.within(outer, all[outer.owner].Segregation.Metadata.Name)
			report(inner.owner, finding.SpecOverlappingFolders, inner.field, message, separateFolders)
		}
	})
	return findings
}

// openMetrics reports namespaces that read the metrics of one Segregation's runtimes and are components of another. Of
// its own components, a Segregation that was accepted names none. owners has the Segregation of each namespace.
func openMetrics(all []Loaded, owners map[string]string) []finding.Finding {
	var findings []finding.Finding
	for _, loaded := range all {
		from := loaded.Segregation.Spec.Sync.MetricsFrom
		if owner, taken := owners[from]; taken {
			findings = append(findings, loaded.finding(
				finding.SpecInvalidValue, fieldpath.Of("spec", "sync", "metricsFrom"),
				fmt.Sprintf("%s must not be the namespace of a component: Segregation %s has it, and its pods would "+
					"reach "+
					"the sync runtimes of this one", phrase.Quote(from), owner),
				"name a namespace outside of all Segregations"))
		}
	}
	return findings
}
