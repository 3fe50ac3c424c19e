package intake

import (
	"fmt"
	"reflect"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/wellknown"
)

func segregations(in cluster.Cluster) kind[spec.Segregation] {
	return kind[spec.Segregation]{
		plural: "Segregations",
		is:     wellknown.IsSegregation,
		load: func(node *yaml.Node, origin strict.Origin) (*spec.Segregation, []finding.Finding) {
			return spec.Load(node, origin, in)
		},
		agree:      func(a, b *spec.Segregation) bool { return reflect.DeepEqual(a.Spec, b.Spec) },
		unreadable: finding.SpecUnreadable,
	}
}

// planned is what came of the Segregations that were accepted.
type planned struct {
	// segregations are empty unless all is complete.
	segregations []Segregation
	findings     []finding.Finding
	complete     bool
}

// resolve makes the plans, where no Segregation was refused and none has what is another's.
func resolve(in Input, specs reading[spec.Segregation], around cluster.Cluster) planned {
	loaded := make([]spec.Loaded, len(specs.accepted))
	for i, each := range specs.accepted {
		loaded[i] = spec.Loaded{Segregation: each.value, Origin: originOf(each.object)}
	}
	written := make([]*objects.Object, len(specs.accepted))
	for i, each := range specs.accepted {
		written[i] = each.object
	}
	result := planned{findings: objects.Placed(written, spec.Overlaps(loaded))}
	if !specs.complete || len(result.findings) > 0 {
		return result
	}
	for _, each := range specs.accepted {
		resolved, err := plan.Resolve(each.value, around)
		if err != nil {
			result.findings = append(result.findings, in.Place(each.object, finding.Finding{
				Code: finding.SpecUnreadable, Severity: finding.Error, Message: err.Error(),
			}))
			continue
		}
		result.segregations = append(result.segregations, Segregation{Object: each.object, Spec: each.value, Plan: resolved})
	}
	if len(result.findings) > 0 {
		return planned{findings: result.findings}
	}
	result.complete = true
	return result
}

// warnings are about how the objects for Cloison are packaged, whatever they say.
func warnings(in Input) []finding.Finding {
	type place struct{ name, namespace string }
	moved := map[place]bool{}
	var found []finding.Finding
	for _, o := range in.Objects {
		if !o.IsInstruction() {
			continue
		}
		if !o.IsLocal() {
			found = append(found, in.Place(o, finding.Finding{
				Code: finding.WouldBeApplied, Severity: finding.Warning, Field: fieldpath.Of("metadata", "annotations"),
				Message: fmt.Sprintf("the %s would be applied to the cluster, which does not know it", o.Kind),
				Fix:     fmt.Sprintf(`annotate it %s: "true"`, wellknown.LocalConfigAnnotation),
			}))
		}
		at := place{o.Name, o.Namespace}
		if o.Namespace == "" || o.Kind != wellknown.SegregationKind || moved[at] {
			continue
		}
		moved[at] = true
		found = append(found, in.Place(o, finding.Finding{
			Code: finding.NamespaceSet, Severity: finding.Warning, Field: fieldpath.Of("metadata", "namespace"),
			Message: fmt.Sprintf("the Segregation has the namespace %q, so something such as kustomize's "+
				"\"namespace:\" has moved every resource of the input there, out of the namespaces of the components",
				o.Namespace),
			Fix: `remove "namespace:" and give each workload the namespace of its component`,
		}))
	}
	return found
}
