package document_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/document"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/spec"
)

func TestNotesStandAboveTheirFields(t *testing.T) {
	const header = "# Where it comes from.\n"
	component := &spec.Component{
		Namespace: "annotations", Annotations: map[string]string{"a.b/c": "1"}, Labels: map[string]string{"on": "off"},
	}
	for name, c := range map[string]struct {
		at   fieldpath.Path
		want string
	}{
		"above the field": {
			fieldpath.Of("spec", "components"),
			"spec:\n  # changed: x\n  components:\n    api:\n      namespace: annotations\n      labels: {\"on\": " +
				"\"off\"}\n" +
				"      annotations: {a.b/c: \"1\"}\n",
		},
		"above a field that is called as the value of another one": {
			fieldpath.Of("spec", "components", "api", "annotations"),
			"spec:\n  components:\n    api:\n      namespace: annotations\n      labels: {\"on\": \"off\"}\n" +
				"      # changed: x\n      annotations: {a.b/c: \"1\"}\n",
		},
		"above the nearest field that has a line of its own": {
			fieldpath.Of("spec", "components", "api", "labels", "on"),
			"spec:\n  components:\n    api:\n      namespace: annotations\n      # changed: x\n      labels: " +
				"{\"on\": \"off\"}\n" +
				"      annotations: {a.b/c: \"1\"}\n",
		},
		"at the end without a field": {
			fieldpath.Path{},
			"spec:\n  components:\n    api:\n      namespace: annotations\n      labels: {\"on\": \"off\"}\n" +
				"      annotations: {a.b/c: \"1\"}\n\n# changed: x\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			doc := document.Encode(&spec.Segregation{
				Spec: spec.Spec{Components: map[string]*spec.Component{"api": component}},
			})
			text := doc.Write(header, []draft.Note{{Outcome: draft.Changed, Reason: "x", At: c.at}})
			assert.Equal(t, header+c.want, string(text))
		})
	}
}
