package finding_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
)

func TestAFindingIsOneLine(t *testing.T) {
	object := finding.Object{APIVersion: "v1", Kind: "Secret", Namespace: "shop", Name: "a"}
	for name, test := range map[string]struct {
		finding finding.Finding
		want    string
	}{
		"all of it": {
			finding.Finding{Code: "CLS-S001", Severity: finding.Error, Object: object,
				Field: fieldpath.Of("spec", "x"), File: "a.yaml",
				Line: 3, Message: "is wrong", Fix: "mend it"},
			"error CLS-S001 Secret shop/a spec.x: is wrong; fix: mend it (a.yaml:3)"},
		"only a message": {finding.Finding{Code: "CLS-K001", Severity: finding.Info, Message: "so"},
			"info CLS-K001: so"},
		"a line without a file": {finding.Finding{Code: "CLS-K001", Severity: finding.Warning, Line: 3,
			Message: "so"}, "warning CLS-K001: so (input line 3)"},
		"a file without a line": {finding.Finding{Code: "CLS-K001", Severity: finding.Error, File: "a",
			Message: "so"}, "error CLS-K001: so (a)"},
		"an object without space": {finding.Finding{Code: "CLS-K001", Severity: finding.Error,
			Object: finding.Object{Kind: "Node", Name: "n"}, Message: "so"}, "error CLS-K001 Node n: so"},
		"lines in the message": {finding.Finding{Code: "CLS-K001", Severity: finding.Error, Message: "a\n  b\r\n\tc"},
			"error CLS-K001: a b c"},
		"lines in a name": {
			finding.Finding{Code: "CLS-K001", Severity: finding.Error,
				Object: finding.Object{Kind: "Secret", Name: "a\nerror CLS-X"}, File: "b\nc", Message: "so"},
			"error CLS-K001 Secret a error CLS-X: so (b c)"},
		"what a terminal would obey": {
			finding.Finding{Code: "CLS-K001", Severity: finding.Error,
				Object: finding.Object{Kind: "Secret", Name: "a\x1b[31m\u202e"}, Message: "so"},
			"error CLS-K001 Secret a[31m: so"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, test.finding.String()) })
	}
}

func TestSortPutsErrorsFirstAndIsStable(t *testing.T) {
	sorted := []finding.Finding{
		{Severity: finding.Error, Line: 1},
		{Severity: finding.Error, Line: 2, Field: fieldpath.Of("a")},
		{Severity: finding.Error, Line: 2, Field: fieldpath.Of("b"), Code: "CLS-S001"},
		{Severity: finding.Error, Line: 2, Field: fieldpath.Of("b"), Code: "CLS-S002", Message: "a"},
		{Severity: finding.Error, Line: 2, Field: fieldpath.Of("b"), Code: "CLS-S002", Message: "b"},
		{Severity: finding.Error, Object: finding.Object{Kind: "A"}},
		{Severity: finding.Error, File: "a", Object: finding.Object{Kind: "A"}},
		{Severity: finding.Warning},
		{Severity: finding.Info},
	}
	shuffled := slices.Clone(sorted)
	slices.Reverse(shuffled)
	finding.Sort(shuffled)
	assert.Equal(t, sorted, shuffled)
}

func TestOnlyErrorsAreErrors(t *testing.T) {
	assert.False(t, finding.HasErrors(nil))
	assert.False(t, finding.HasErrors([]finding.Finding{{Severity: finding.Warning}, {Severity: finding.Info}}))
	assert.True(t, finding.HasErrors([]finding.Finding{{Severity: finding.Info}, {Severity: finding.Error}}))
}
