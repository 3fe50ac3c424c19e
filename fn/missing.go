package fn

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
)

// refuseMissing reports objects that the Segregations ask for and the items lack: each by itself, or what took all of
// them away. It returns the items that are some of them under other names.
func (r *run) refuseMissing(wanted, missing []*wantedObject) map[finding.Object]bool {
	found := map[finding.Object]bool{}
	if len(missing) == 0 {
		return found
	}
	asked, lacking, generated := perSegregation(wanted), perSegregation(missing), r.generated()
	for _, s := range r.taken.Segregations {
		name := s.Plan.Segregation
		gone := lacking[name]
		now := renamed(gone, generated)
		switch {
		case len(gone) > 0 && len(gone) == len(asked[name]):
			r.refuseAllMissing(s, len(gone))
		case len(now) > 0:
			for _, item := range now {
				found[object(item.Meta)] = true
			}
			r.add(finding.Finding{
				Code: finding.ObjectMissing, Severity: finding.Error, Object: object(gone[0].meta),
				Message: fmt.Sprintf("%d objects that the Segregation asks for have other names, such as %q",
					len(gone), now[0].Name),
				Fix: fixRenamed,
			})
		default:
			for _, w := range gone {
				r.add(finding.Finding{
					Code: finding.ObjectMissing, Severity: finding.Error, Object: object(w.meta),
					Message: "the Segregation asks for this object, and the manifests do not hold it",
					Fix: "run Cloison as transformer before validating, and let nothing remove or rename the object " +
						"afterwards",
				})
			}
		}
	}
	return found
}

const fixRenamed = "remove namePrefix and nameSuffix from the kustomizations above: others refer to these objects by name"

func perSegregation(all []*wantedObject) map[string][]*wantedObject {
	found := map[string][]*wantedObject{}
	for _, w := range all {
		name := w.meta.Labels[wellknown.SegregationLabel]
		found[name] = append(found[name], w)
	}
	return found
}

// refuseAllMissing reports that no object of a Segregation is there: where others were generated for a part of its name,
// it was renamed since.
func (r *run) refuseAllMissing(s intake.Segregation, count int) {
	missing := finding.Finding{
		Code: finding.ObjectMissing, Severity: finding.Error, Field: fieldpath.Of("metadata", "name"),
		Message: fmt.Sprintf("the manifests hold none of the %d objects that the Segregation asks for", count),
		Fix:     "run Cloison as transformer before validating",
	}
	for _, item := range r.list.Items {
		before := item.Labels[wellknown.SegregationLabel]
		if isOurs(item) && isPart(before, s.Plan.Segregation) {
			missing.Message = fmt.Sprintf("the Segregation is called %q, and was %q when its objects were generated: a "+
				"namePrefix or nameSuffix has renamed it since", s.Plan.Segregation, before)
			missing.Fix = fixRenamed
			r.renamed = true
			break
		}
	}
	r.add(place(s.Object, missing))
}

// isPart reports whether a name becomes another one by a prefix and a suffix.
func isPart(name, other string) bool {
	return name != "" && name != other && strings.Contains(other, name)
}

// origin is what tells generated objects of one run apart but for their names.
type origin struct{ group, kind, namespace, component string }

func originOf(meta resourcelist.Meta) origin {
	return origin{objects.GroupOf(meta.APIVersion), meta.Kind, meta.Namespace, componentOf(meta)}
}

// renamed are the items that are some objects under other names, where all of them have the same prefix and suffix; nil
// where they have not. generated are the items to choose from.
func renamed(missing []*wantedObject, generated map[origin][]*resourcelist.Item) []*resourcelist.Item {
	const fewest = 2 // to be sure that it is no other object
	if len(missing) < fewest {
		return nil
	}
	var found []*resourcelist.Item
	affixes := map[[2]string]bool{}
	for _, w := range missing {
		all := generated[originOf(w.meta)]
		at := slices.IndexFunc(all, func(item *resourcelist.Item) bool { return isPart(w.meta.Name, item.Name) })
		if at < 0 {
			return nil
		}
		before, after, _ := strings.Cut(all[at].Name, w.meta.Name)
		affixes[[2]string{before, after}] = true
		found = append(found, all[at])
	}
	if len(affixes) > 1 {
		return nil
	}
	return found
}

// generated are the items that were generated.
func (r *run) generated() map[origin][]*resourcelist.Item {
	found := map[origin][]*resourcelist.Item{}
	for _, item := range r.list.Items {
		if item.Labels[wellknown.ManagedByLabel] == wellknown.ManagedBy {
			found[originOf(item.Meta)] = append(found[originOf(item.Meta)], item)
		}
	}
	return found
}
