package fn

import (
	"fmt"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// mode says what a run is for.
type mode string

const (
	modeExpand   mode = "expand"
	modeValidate mode = "validate"
	// modeKey in a ConfigMap as functionConfig chooses the mode, as [wellknown.ModeAnnotation] does on a Segregation.
	modeKey = "mode"
)

// modeReader finds out what a run is for, and what is wrong with how it is said.
type modeReader struct {
	mode     mode
	findings []finding.Finding
}

// readMode takes the mode from the functionConfig or, where there is none, from the Segregations, which must agree. The
// findings are errors: with one of them the mode is not known.
func readMode(list intake.List) (mode, []finding.Finding) {
	r := &modeReader{mode: modeExpand}
	config := list.Config
	switch {
	case config == nil:
		r.ofItems(list.Items)
	case isSegregation(config):
		r.set(config, modeField, config.Annotations[wellknown.ModeAnnotation])
	case config.Kind == "ConfigMap" && config.APIVersion == "v1":
		r.ofConfigMap(config)
	default:
		r.refuse(config, fieldpath.Path{}, fmt.Sprintf(
			"the functionConfig has apiVersion %q and kind %q; it must be a Segregation (%s), a ConfigMap (v1), or "+
				"left out",
			config.APIVersion, config.Kind, wellknown.APIVersion))
	}
	return r.mode, r.findings
}

// modeField is the field of a Segregation that has the mode.
var modeField = fieldpath.Of("metadata", "annotations", wellknown.ModeAnnotation)

func isSegregation(o *objects.Object) bool { return wellknown.IsSegregation(o.APIVersion, o.Kind) }

func (r *modeReader) refuse(o *objects.Object, field fieldpath.Path, message string) {
	r.findings = append(r.findings, place(o, finding.Finding{
		Code: finding.FunctionConfig, Severity: finding.Error, Field: field, Message: message,
	}))
}

func (r *modeReader) ofItems(items []*objects.Object) {
	var first *objects.Object
	for _, o := range items {
		if !isSegregation(o) {
			continue
		}
		given := o.Annotations[wellknown.ModeAnnotation]
		if first == nil {
			first = o
		}
		if expected := first.Annotations[wellknown.ModeAnnotation]; given != expected {
			r.refuse(o, modeField, fmt.Sprintf(
				"mode %q must be the same for all Segregations of a run; %s has %q", given, first.Name, expected))
			return
		}
		r.set(o, modeField, given)
	}
}

func (r *modeReader) set(o *objects.Object, field fieldpath.Path, value string) {
	switch mode(value) {
	case "", modeExpand:
	case modeValidate:
		r.mode = modeValidate
	default:
		r.refuse(o, field, fmt.Sprintf("mode %q must be %s, or left out", value, modeValidate))
	}
}

func (r *modeReader) ofConfigMap(config *objects.Object) {
	node, err := config.Source.Node()
	if err != nil {
		r.refuse(config, fieldpath.Path{}, err.Error())
		return
	}
	data := yaml.NewRNode(node).Field("data")
	if data == nil || data.IsNilOrEmpty() {
		return
	}
	err = data.Value.VisitFields(func(entry *yaml.MapNode) error {
		key, value := entry.Key.YNode().Value, entry.Value.YNode().Value
		if key != modeKey {
			r.refuse(config, fieldpath.Of("data", key), fmt.Sprintf("unknown key %q; must be %s", key, modeKey))
			return nil
		}
		r.set(config, fieldpath.Of("data", modeKey), value)
		return nil
	})
	if err != nil {
		r.refuse(config, fieldpath.Of("data"), "must be a map")
	}
}
