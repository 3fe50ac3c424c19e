package load

import (
	"fmt"
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// ownGroup is the API group of the Segregation and the Inventory.
const ownGroup = "cloison.dev"

// isSegregation holds for every version, so that a wrong one is refused and not passed over.
func isSegregation(o *objects.Object) bool {
	return o.GroupKind() == schema.GroupKind{Group: ownGroup, Kind: wellknown.SegregationKind}
}

// asLocal is the object marked as kept from being applied.
func asLocal(o *objects.Object) *objects.Object {
	o.Annotations = maps.Clone(o.Annotations)
	if o.Annotations == nil {
		o.Annotations = map[string]string{}
	}
	o.Annotations[localAnnotation] = "true"
	return o
}

// loadSegregations makes the plans. A Segregation that is refused stops the check.
func (in *Input) loadSegregations() {
	var loaded []spec.Loaded
	refused := false
	for _, o := range in.Objects {
		if !isSegregation(o) {
			continue
		}
		segregation, problems := in.loadSegregation(o)
		if segregation != nil {
			switch first := sameName(loaded, segregation); {
			case first == nil:
				loaded = append(loaded, spec.Loaded{Segregation: segregation, Origin: originOf(o)})
			case reflect.DeepEqual(first.Spec, segregation.Spec):
				continue // once as resource, once as the configuration of a function
			default:
				problems = append(problems, second(o))
			}
			in.warnOf(o)
		}
		in.Findings = append(in.Findings, problems...)
		refused = refused || finding.HasErrors(problems)
	}
	overlaps := spec.Overlaps(loaded)
	in.Findings = append(in.Findings, overlaps...)
	if refused || finding.HasErrors(overlaps) {
		in.Stopped = true
		return
	}
	in.resolve(loaded)
}

func originOf(o *objects.Object) spec.Origin {
	return spec.Origin{File: o.File, FirstLine: o.FirstLine}
}

func (in *Input) loadSegregation(o *objects.Object) (*spec.Segregation, []finding.Finding) {
	node, err := o.Source.Node()
	if err != nil {
		return nil, []finding.Finding{o.About(finding.Finding{Code: finding.SpecUnreadable, Severity: finding.Error, Message: err.Error()})}
	}
	return spec.Load(node, originOf(o))
}

func sameName(loaded []spec.Loaded, segregation *spec.Segregation) *spec.Segregation {
	for _, l := range loaded {
		if l.Segregation.Metadata.Name == segregation.Metadata.Name {
			return l.Segregation
		}
	}
	return nil
}

func second(o *objects.Object) finding.Finding {
	return o.About(finding.Finding{
		Code: finding.InputDuplicate, Severity: finding.Error, Field: "metadata.name",
		Message: fmt.Sprintf("there are two Segregations with the name %q; each must have its own", o.Name),
		Fix:     "remove or rename one of them",
	})
}

// warnIfApplied warns of an instruction that is not kept from the cluster.
func (in *Input) warnIfApplied(o *objects.Object) {
	if !o.IsLocal() {
		in.Findings = append(in.Findings, o.About(finding.Finding{
			Code: finding.WouldBeApplied, Severity: finding.Warning, Field: "metadata.annotations",
			Message: fmt.Sprintf("the %s would be applied to the cluster, which does not know it", o.Kind),
			Fix:     fmt.Sprintf("annotate it %s: \"true\"", localAnnotation),
		}))
	}
}

// warnOf says what the metadata of a Segregation tells of the other objects.
func (in *Input) warnOf(o *objects.Object) {
	in.warnIfApplied(o)
	if o.Namespace != "" {
		in.Findings = append(in.Findings, o.About(finding.Finding{
			Code: finding.NamespaceSet, Severity: finding.Warning, Field: "metadata.namespace",
			Message: fmt.Sprintf("the Segregation has the namespace %q, so something such as kustomize's \"namespace:\" has moved every object there, out of the namespaces of the components", o.Namespace),
			Fix:     `remove "namespace:" and give each workload the namespace of its component`,
		}))
	}
}

func (in *Input) resolve(loaded []spec.Loaded) {
	for _, l := range loaded {
		resolved, err := plan.Resolve(l.Segregation)
		if err != nil {
			in.Stopped = true
			in.Findings = append(in.Findings, finding.Finding{
				Code: finding.SpecUnreadable, Severity: finding.Error, Message: err.Error(), File: l.Origin.File, Line: l.Origin.FirstLine,
				Object: finding.Object{APIVersion: wellknown.APIVersion, Kind: wellknown.SegregationKind, Name: l.Segregation.Metadata.Name},
			})
			continue
		}
		in.Plans = append(in.Plans, resolved)
	}
}

// refuseDuplicates reports objects of one identity, of which one would overwrite the other.
func (in *Input) refuseDuplicates() {
	type identity struct {
		kind            schema.GroupKind
		namespace, name string
	}
	first := make(map[identity]*objects.Object, len(in.Objects))
	for _, o := range in.Objects {
		if o.Name == "" || o.IsLocal() || isInstruction(o) {
			continue
		}
		id := identity{o.GroupKind(), o.Namespace, o.Name}
		if o.Kind == "Namespace" && o.APIVersion == "v1" {
			id.namespace = "" // the API server ignores it
		}
		if other := first[id]; other != nil {
			in.Findings = append(in.Findings, o.About(finding.Finding{
				Code: finding.InputDuplicate, Severity: finding.Error, Field: "metadata.name",
				Message: fmt.Sprintf("the %s is given twice, here and %s; it cannot be said which one will be applied", o.Kind, whereIs(other)),
				Fix:     "remove or rename one of the two",
			}))
			continue
		}
		first[id] = o
	}
}

func whereIs(o *objects.Object) string {
	switch {
	case o.File != "" && o.FirstLine > 0:
		return fmt.Sprintf("in %s:%d", o.File, o.Line("kind"))
	case o.File != "":
		return "in " + o.File
	case o.FirstLine > 0:
		return fmt.Sprintf("at line %d of the input", o.Line("kind"))
	}
	return "elsewhere"
}
