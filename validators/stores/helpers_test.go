package stores_test

import (
	"testing"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// judged checks manifests: a stream of documents, or a ResourceList. Some of their kinds may not be readable.
func judged(t *testing.T, text string, plans ...*plan.Plan) []finding.Finding {
	t.Helper()
	set, _ := objects.NewSet(manifests.Objects(t, text))
	found := judge(set, scope.New(set, plans))
	finding.Sort(found)
	return found
}

// lines writes findings as people read them.
func lines(found []finding.Finding) []string {
	lines := []string{}
	for _, f := range found {
		f.Line = 0
		lines = append(lines, f.String())
	}
	return lines
}
