package baseline_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/baseline"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
)

func policy(name string) finding.Finding {
	return finding.Finding{
		Code: finding.NamespaceNotIsolated, Severity: finding.Error, File: name + ".yaml", Line: 3,
		Object: finding.Object{APIVersion: "networking.k8s.io/v1", Kind: "NetworkPolicy", Namespace: "shop", Name: name},
		Field:  fieldpath.Of("spec", "egress").Index(1), Message: `opens "more": in ` + name + ".yaml:3",
	}
}

// example knows two findings, the first twice.
func example() []finding.Finding { return []finding.Finding{policy("b"), policy("a"), policy("a")} }

func read(t *testing.T, findings []finding.Finding) *baseline.Baseline {
	t.Helper()
	text, err := baseline.Of(findings, nil).YAML()
	require.NoError(t, err)
	assert.True(t, baseline.IsDocument(text))
	b, err := baseline.Read(text)
	require.NoError(t, err, string(text))
	assert.Equal(t, baseline.Of(findings, nil), b)
	return b
}

func TestADocumentIsForReviews(t *testing.T) {
	text, err := baseline.Of(example(), nil).YAML()
	require.NoError(t, err)
	_, written, _ := strings.Cut(string(text), "is never known.\n")
	assert.Equal(t, `apiVersion: cloison.dev/v1alpha1
kind: Baseline
findings:
- code: CLS-N001
  count: 2
  field: spec.egress[]
  message: 'opens "more": in FILE'
  object:
    apiGroup: networking.k8s.io
    kind: NetworkPolicy
    name: a
    namespace: shop
  severity: error
- code: CLS-N001
  field: spec.egress[]
  message: 'opens "more": in FILE'
  object:
    apiGroup: networking.k8s.io
    kind: NetworkPolicy
    name: b
    namespace: shop
  severity: error
`, written)
	again, err := baseline.Of([]finding.Finding{policy("a"), policy("b"), policy("a")}, nil).YAML()
	require.NoError(t, err)
	assert.Equal(t, text, again, "the order of the findings does not matter")
}

func TestKnownFindingsAreKnownWhereverTheyMove(t *testing.T) {
	b := read(t, example())
	moved := policy("a")
	moved.File, moved.Line, moved.Field = "elsewhere.yaml", 99, fieldpath.Of("spec", "egress").Index(7)
	moved.Message = `opens "more": in elsewhere.yaml:99`
	unknown, known, gone := b.Compare([]finding.Finding{moved}, nil)
	assert.Empty(t, unknown)
	assert.Equal(t, []finding.Finding{moved}, known)
	assert.Equal(t, []finding.Identity{policy("a").Identity(), policy("b").Identity()}, gone)
}

func TestOneMoreOfTheSameIsNew(t *testing.T) {
	b := read(t, example())
	third := policy("a")
	third.File = "third.yaml"
	unknown, known, gone := b.Compare(append(example(), third, policy("c")), nil)
	assert.Equal(t, []finding.Finding{third, policy("c")}, unknown)
	assert.Equal(t, example(), known)
	assert.Empty(t, gone)
}

func TestWhatIsNotDecidedOrNotAppliedIsNeverKnown(t *testing.T) {
	open, twice := policy("a"), policy("b")
	open.Undecided, twice.Code = true, finding.InputDuplicate
	b := read(t, []finding.Finding{open, twice})
	assert.Zero(t, b.Len())
	unknown, known, _ := read(t, example()).Compare([]finding.Finding{open}, nil)
	assert.Equal(t, []finding.Finding{open}, unknown, "though one that is decided is known")
	assert.Empty(t, known)
}

// in is a finding as it is in a root.
func in(root string, f finding.Finding) finding.Finding {
	f.Root = root
	return f
}

func TestAFindingIsKnownInItsRoot(t *testing.T) {
	text, err := baseline.Of([]finding.Finding{in("staging", policy("a"))}, []string{"staging", "prod"}).YAML()
	require.NoError(t, err)
	b, err := baseline.Read(text)
	require.NoError(t, err, string(text))
	for name, c := range map[string]struct {
		root  string
		roots []string
		known bool
	}{
		"where it was":                    {"staging", []string{"prod", "staging"}, true},
		"in another that was clean":       {"prod", []string{"prod", "staging"}, false},
		"in one that is new":              {"dev", []string{"dev", "prod", "staging"}, false},
		"in one of another name":          {"test", []string{"prod", "test"}, true},
		"in one of which its own is gone": {"prod", []string{"prod"}, false},
		"where it is all there is":        {"", nil, true},
	} {
		unknown, known, gone := b.Compare([]finding.Finding{in(c.root, policy("a"))}, c.roots)
		assert.Equal(t, c.known, len(known) == 1, name)
		assert.Equal(t, c.known, len(unknown) == 0, name)
		assert.Equal(t, c.known, len(gone) == 0, name)
	}
}

func TestABaselineOfNothing(t *testing.T) { assert.Zero(t, read(t, nil).Len()) }

func TestBrokenBaselinesAreRefused(t *testing.T) {
	const head = "apiVersion: cloison.dev/v1alpha1\nkind: Baseline\n"
	const good = "findings:\n- {code: CLS-N001, severity: error, message: m}\n"
	for text, want := range map[string]string{
		"":               "is empty; write it with --write-baseline",
		"# a comment\n":  "must have apiVersion: cloison.dev/v1alpha1 and kind: Baseline",
		"a: {":           "line 1: must be a Baseline as --write-baseline writes it",
		"x: [hunter2":    "line 1: must be a Baseline",
		head:             "must have findings: the list may be empty, but not left out",
		"[1]":            "must be a Baseline as --write-baseline writes it",
		head + "note: 1": `has unknown fields: "note"`,
		head + "findings:\n- {code: CLS-N001, severity: error, message: m, lines: 3}\n":            `has unknown fields: "lines"`,
		strings.Replace(head, "v1alpha1", "v2", 1) + good:                                          `and has "cloison.dev/v2" and "Baseline"`,
		"apiVersion: v1\nkind: Secret\nfindings: []\n":                                             `and has "v1" and "Secret"`,
		head + good + "- {code: CLS-N001, severity: error, message: m}\n":                          "findings[1] is there twice: CLS-N001",
		head + "findings:\n- {code: N1, severity: error, message: m}\n":                            `findings[0].code "N1" must be one of the findings`,
		head + "findings:\n- {code: n001, severity: error, message: m}\n":                          `(did you mean "CLS-N001"?)`,
		head + "findings:\n- {code: CLS-K002, severity: error, message: m}\n":                      "findings[0].code CLS-K002 must be one that can be known",
		head + "findings:\n- {code: CLS-N001, severity: fatal, message: m}\n":                      `findings[0].severity "fatal" must be error, warning or info`,
		head + "findings:\n- {code: CLS-N001, severity: error}\n":                                  "findings[0].message must be there",
		head + "findings:\n- {code: CLS-N001, severity: error, message: m, count: 0}\n":            "findings[0].count 0 must be 1 or more",
		head + "roots: [a]\nfindings:\n- {code: CLS-N001, severity: error, message: m, root: b}\n": `findings[0].root "b" must be one of the roots`,
		head + good + "---\n" + head + good:                                                        "must have one document, and has 2",
		head + "findings:\n- {code: CLS-N001, severity: error, message: m, count: many}\n":         "count must be of type int, not string",
		head + good + "findings: []\n":                                                             "must be a Baseline",
	} {
		_, err := baseline.Read([]byte(text))
		require.Error(t, err, text)
		assert.Contains(t, err.Error(), want, text)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}

func TestDocumentsOfOthersAreNone(t *testing.T) {
	assert.False(t, baseline.IsDocument([]byte("apiVersion: v1\nkind: Secret\n")))
	assert.False(t, baseline.IsDocument(nil))
	assert.True(t, baseline.IsDocument([]byte("kind: Baseline\nfindings: broken\n")))
}
