package fn

import (
	"fmt"
	"path"
	"reflect"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// segregation is one Segregation of the input.
type segregation struct {
	item *resourcelist.Item
	spec *spec.Segregation
	plan *plan.Plan
}

// origin says where the text of a Segregation or an Inventory came from.
func origin(item *resourcelist.Item) spec.Origin {
	return spec.Origin{File: pathOf(item), FirstLine: lineOf(item)}
}

// isSegregation holds for every version, so that a wrong one is refused and not passed over.
func isSegregation(meta resourcelist.Meta) bool {
	return meta.Kind == wellknown.SegregationKind && group(meta.APIVersion) == group(wellknown.APIVersion)
}

func group(apiVersion string) string {
	if group, _, found := strings.Cut(apiVersion, "/"); found {
		return group
	}
	return ""
}

// findSegregations loads the Segregation that is the functionConfig and those among the items.
func (r *run) findSegregations() {
	config := r.list.FunctionConfig
	if config != nil && isSegregation(config.Meta) {
		r.load(config)
	}
	for _, item := range r.list.Items {
		if !isSegregation(item.Meta) {
			continue
		}
		if !repeats(config, item) {
			r.load(item)
		}
		r.warnIfApplied(item)
	}
	r.readMode()
	if len(r.segregations) == 0 && !finding.HasErrors(r.findings) {
		r.add(finding.Finding{
			Code: finding.NoSegregation, Severity: finding.Error,
			Message: "there must be a Segregation, as functionConfig or among the items; there is none",
			Fix:     "add one (apiVersion: " + wellknown.APIVersion + ", kind: " + wellknown.SegregationKind + ")",
		})
	}
}

// repeats says whether an item is the functionConfig once more: kustomize sends it as the only item where there are no
// resources, and kpt where its file is in the package.
func repeats(config, item *resourcelist.Item) bool {
	if config == nil || config.Name != item.Name || config.APIVersion != item.APIVersion || config.Kind != item.Kind {
		return false
	}
	text := specText(config)
	return text != "" && text == specText(item)
}

func specText(item *resourcelist.Item) string {
	node, err := item.Node()
	if err != nil {
		return ""
	}
	field := yaml.NewRNode(node).Field("spec")
	if field == nil {
		return ""
	}
	text, err := field.Value.String()
	if err != nil {
		return ""
	}
	return text
}

// about fills in what a finding is about.
func about(item *resourcelist.Item, f finding.Finding) finding.Finding {
	f.Object = object(item.Meta)
	if isInstruction(item.Meta) {
		f.Object.Namespace = "" // it is in none, whatever hosts write there
	}
	f.File, f.Line = pathOf(item), lineOf(item)
	return f
}

func object(meta resourcelist.Meta) finding.Object {
	return finding.Object{APIVersion: meta.APIVersion, Kind: meta.Kind, Namespace: meta.Namespace, Name: meta.Name}
}

func (r *run) load(item *resourcelist.Item) {
	node, err := item.Node()
	if err != nil {
		r.add(about(item, finding.Finding{Code: finding.SpecUnreadable, Severity: finding.Error, Message: err.Error()}))
		return
	}
	loaded, findings := spec.Load(node, origin(item))
	if loaded == nil {
		r.add(findings...)
		return
	}
	for _, other := range r.segregations {
		if other.spec.Metadata.Name == loaded.Metadata.Name {
			r.refuseSecond(item, other, loaded)
			return
		}
	}
	r.add(findings...)
	r.warnOfNamespace(item)
	r.segregations = append(r.segregations, &segregation{item: item, spec: loaded})
}

// warnOfNamespace says what a namespace on a Segregation tells of the other resources. Hosts set it on all of them.
func (r *run) warnOfNamespace(item *resourcelist.Item) {
	if item.Namespace == "" {
		return
	}
	r.add(about(item, finding.Finding{
		Code: finding.NamespaceSet, Severity: finding.Warning, Field: "metadata.namespace",
		Message: fmt.Sprintf("the Segregation has the namespace %q, so something such as kustomize's \"namespace:\" has moved every resource of the input there, out of the namespaces of the components", item.Namespace),
		Fix:     `remove "namespace:" and give each workload the namespace of its component`,
	}))
}

// refuseSecond refuses a second Segregation of a name, unless both say the same: kpt sends the file of the functionConfig
// among the items too.
func (r *run) refuseSecond(item *resourcelist.Item, first *segregation, second *spec.Segregation) {
	if reflect.DeepEqual(first.spec.Spec, second.Spec) && first.item == r.list.FunctionConfig {
		return
	}
	r.add(about(item, finding.Finding{
		Code: finding.InputDuplicate, Severity: finding.Error, Field: "metadata.name",
		Message: fmt.Sprintf("there are two Segregations with the name %q; each must have its own", second.Metadata.Name),
		Fix:     "remove or rename one of them",
	}))
}

// resolve makes the plans.
func (r *run) resolve() {
	var loaded []spec.Loaded
	for _, s := range r.segregations {
		loaded = append(loaded, spec.Loaded{Segregation: s.spec, Origin: origin(s.item)})
	}
	r.add(spec.Overlaps(loaded)...)
	for _, s := range r.segregations {
		resolved, err := plan.Resolve(s.spec)
		if err != nil {
			r.add(about(s.item, finding.Finding{Code: finding.SpecUnreadable, Severity: finding.Error, Message: err.Error()}))
			continue
		}
		s.plan = resolved
	}
}

// folder is where the files of a Segregation's objects go: beside the file of the Segregation.
func (s *segregation) folder() string {
	return path.Join(path.Dir(pathOf(s.item)), s.spec.Metadata.Name)
}

// mode says what a run is for.
type mode string

const (
	modeExpand   mode = "expand"
	modeValidate mode = "validate"
	// modeKey in a ConfigMap as functionConfig chooses the mode, as [wellknown.ModeAnnotation] does on a Segregation.
	modeKey = "mode"
)

// readMode takes the mode from the functionConfig or, where there is none, from the Segregations, which must agree.
func (r *run) readMode() {
	r.mode = modeExpand
	config := r.list.FunctionConfig
	switch {
	case config == nil:
		r.modeOfItems()
	case isSegregation(config.Meta):
		r.setMode(config, "metadata.annotations["+wellknown.ModeAnnotation+"]", config.Annotations[wellknown.ModeAnnotation])
	case config.Kind == "ConfigMap" && config.APIVersion == "v1":
		r.modeOfConfigMap(config)
	default:
		r.add(about(config, finding.Finding{
			Code: finding.FunctionConfig, Severity: finding.Error,
			Message: fmt.Sprintf("the functionConfig has apiVersion %q and kind %q; it must be a Segregation (%s), a ConfigMap (v1), or left out", config.APIVersion, config.Kind, wellknown.APIVersion),
		}))
	}
}

func (r *run) modeOfItems() {
	first := ""
	for i, s := range r.segregations {
		given := s.item.Annotations[wellknown.ModeAnnotation]
		if i > 0 && given != first {
			r.add(about(s.item, finding.Finding{
				Code: finding.FunctionConfig, Severity: finding.Error, Field: "metadata.annotations[" + wellknown.ModeAnnotation + "]",
				Message: fmt.Sprintf("mode %q must be the same for all Segregations of a run; %s has %q", given, r.segregations[0].spec.Metadata.Name, first),
			}))
			return
		}
		first = given
		r.setMode(s.item, "metadata.annotations["+wellknown.ModeAnnotation+"]", given)
	}
}

func (r *run) setMode(item *resourcelist.Item, field, value string) {
	switch mode(value) {
	case "", modeExpand:
	case modeValidate:
		r.mode = modeValidate
	default:
		r.add(about(item, finding.Finding{
			Code: finding.FunctionConfig, Severity: finding.Error, Field: field,
			Message: fmt.Sprintf("mode %q must be %s, or left out", value, modeValidate),
		}))
	}
}

func (r *run) modeOfConfigMap(config *resourcelist.Item) {
	node, err := config.Node()
	if err != nil {
		r.add(about(config, finding.Finding{Code: finding.FunctionConfig, Severity: finding.Error, Message: err.Error()}))
		return
	}
	data := yaml.NewRNode(node).Field("data")
	if data == nil || data.IsNilOrEmpty() {
		return
	}
	err = data.Value.VisitFields(func(entry *yaml.MapNode) error {
		key, value := entry.Key.YNode().Value, entry.Value.YNode().Value
		if key != modeKey {
			r.add(about(config, finding.Finding{
				Code: finding.FunctionConfig, Severity: finding.Error, Field: "data." + key,
				Message: fmt.Sprintf("unknown key %q; must be %s", key, modeKey),
			}))
			return nil
		}
		r.setMode(config, "data."+modeKey, value)
		return nil
	})
	if err != nil {
		r.add(about(config, finding.Finding{Code: finding.FunctionConfig, Severity: finding.Error, Field: "data", Message: "must be a map"}))
	}
}
