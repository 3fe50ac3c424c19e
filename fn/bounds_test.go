package fn_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/testkit"
)

// allocated is how many bytes do takes from the heap, those included that it gives back.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// requireLinear runs inputs of one and of four times the size, and demands that memory grows with them and not faster.
// Half as much again is for what grows in steps.
func requireLinear(t *testing.T, input func(n int) string, n int) {
	t.Helper()
	small, large := []byte(input(n)), []byte(input(4*n))
	a, b := allocated(func() { fn.Run(small) }), allocated(func() { fn.Run(large) })
	growth, allowed := float64(b)/float64(a), 1.5*float64(len(large))/float64(len(small))
	assert.Less(t, growth, allowed, "memory %d for %d bytes, %d for %d bytes", a, len(small), b, len(large))
}

func TestMemoryGrowsWithTheInput(t *testing.T) {
	testkit.SkipWithRaceDetector(t) // it takes memory of its own, and drops what is pooled
	foreign := func(item string) func(int) string {
		return func(n int) string { return withSpec("{}") + strings.Repeat(item, n) }
	}
	for name, input := range map[string]func(n int) string{
		"items": func(n int) string {
			return withSpec("{}") + numbered("- {kind: A, metadata: {name: "+
				"a%d}}\n", n)
		},
		"comments":    foreign("# comment\n"),
		"blank lines": foreign("\n"),
		"a list in an item": func(n int) string {
			return withSpec("{}") + "- kind: A\n  list:\n" +
				strings.Repeat("  - a\n", n)
		},
		"a text in an item": func(n int) string {
			return withSpec("{}") + "- kind: A\n  text: |\n" +
				strings.Repeat("    word\n", n)
		},
		"a long line": func(n int) string {
			return withSpec("{}") + "- kind: A\n  text: " +
				strings.Repeat("word ", n) + "\n"
		},
		"JSON": func(n int) string {
			return `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[` +
				strings.Repeat(`{"a":[{"b":1}]},`, n) + `{}]}`
		},
		"results": func(n int) string {
			return withSpec("{}") + "results:\n" +
				strings.Repeat("- message: m\n", n)
		},
		"problems": func(n int) string {
			return withSpec("secrets: {keys: [" + strings.Repeat("'!',", n) +
				"]}")
		},
		"unknown fields": func(n int) string { return withSpec(numbered("x%d: 1\n", n)) },
		"unknown peers": func(n int) string {
			return withSpec("egress:\n" +
				numbered("- {to: {component: x%d}}\n", n))
		},
		"a long name": func(n int) string {
			return withSpec(strings.Repeat("x", 100*n) + ":\n" +
				numbered("  y%d: 1\n", n))
		},
		"keys": func(n int) string {
			return withSpec("secrets:\n  keys:\n" +
				numbered("  - KEY_%d\n", n))
		},
		"flows": func(n int) string {
			return withSpec("ingress:\n" +
				numbered("- {from: {namespace: n%d}}\n", n))
		},
		"groups of secrets": func(n int) string {
			return withSpec("secretGroups:\n" +
				numbered("  g%d: {keys: [A]}\n", n))
		},
		"nested flow lists": func(n int) string {
			return withSpec("{}") + "- {kind: A, a: " + strings.Repeat("[", min(n, 4000)) +
				strings.Repeat("]", min(n, 4000)) + "}\n"
		},
		"anchors and aliases": func(n int) string {
			return withSpec("{}") + "- kind: A\n  a: &a {}\n  list:\n" + strings.Repeat("  - *a\n", n)
		},
	} {
		t.Run(name, func(t *testing.T) { requireLinear(t, input, 1000) })
	}
}

func numbered(form string, n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, form, i)
	}
	return out.String()
}

// bomb is a nest of aliases that stands for 10^levels values.
func bomb(levels int) string {
	var out strings.Builder
	out.WriteString("l0: &l0 [x]\n")
	for i := 1; i <= levels; i++ {
		previous := fmt.Sprintf("*l%d", i-1)
		fmt.Fprintf(&out, "l%d: &l%d [%s]\n", i, i,
			strings.Join([]string{previous, previous, previous, previous, previous, previous, previous, previous,
				previous, previous}, ","))
	}
	return out.String()
}

func TestAliasesAreNoBomb(t *testing.T) {
	indented := strings.ReplaceAll(strings.TrimSpace(bomb(40)), "\n", "\n  ")
	var quotas strings.Builder
	quotas.WriteString("  quota: &q {" + strings.TrimSuffix(numbered("count/r%d.x: 1, ", 1000), ", ") + "}\n")
	many := strings.ReplaceAll(withSpec("{}"), "      a:\n        {}\n", "      a:\n      "+quotas.String()+
		numbered("      c%d: {quota: *q}\n", 2000))
	for name, test := range map[string]struct {
		input string
		code  finding.Code
	}{
		"in an item": {withSpec("{}") + "- apiVersion: example.com/v1\n  kind: A\n  " +
			"metadata: {name: a}\n  " + indented + "\n", ""},
		"in an item of our own": {withSpec("{}") + "- apiVersion: v1\n  kind: Namespace\n" +
			ownNamespace + "}\n  " + indented + "\n", ""},
		"in an unknown field": {withSpec("x:\n  " + indented), finding.SpecUnknownField},
		"in an Inventory": {withSpec("{}") + "- apiVersion: cloison.dev/v1alpha1\n  kind: " +
			"Inventory\n  metadata: {name: a}\n  x:\n    " + strings.ReplaceAll(indented, "\n", "\n  ") +
			"\n  spec: {folders: *l40}\n", finding.InventoryInvalid},
		"in the functionConfig": {withSpec("{}") + "functionConfig:\n  kind: ConfigMap\n  " +
			"apiVersion: v1\n  " + indented + "\n", ""},
		"in fields that we know": {many, finding.SpecUnreadable},
		"that holds itself":      {withSpec("labels: &l {x: *l}"), finding.SpecWrongType},
		"that holds itself, in an item of our own": {withSpec("{}") + "- apiVersion: v1\n  kind: Namespace\n" +
			ownNamespace + "}\n  spec: &s [*s]\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var outcome fn.Outcome
			total := allocated(func() { outcome = fn.Run([]byte(test.input)) })
			assert.Less(t, total, uint64(200<<20))
			assert.Less(t, len(outcome.Output), 10*len(test.input)+100_000)
			if test.code == "" {
				assert.False(t, outcome.Failed(), "%v", outcome.Findings)
				return
			}
			require.True(t, outcome.Failed())
			assert.Equal(t, test.code, outcome.Findings[0].Code)
			assert.Less(t, len(outcome.Findings), 20)
		})
	}
}

func TestDeepNestingIsRefusedOrPassedThrough(t *testing.T) {
	const deep = 200_000
	for name, text := range map[string]string{
		"lists in flow style":    "a: " + strings.Repeat("[", deep),
		"closed lists":           "a: " + strings.Repeat("[", deep) + strings.Repeat("]", deep),
		"objects in flow style":  "a: " + strings.Repeat("{a: ", deep),
		"lists in block style":   "a:\n  " + strings.Repeat("- ", deep) + "x",
		"keys":                   strings.Repeat("? ", deep),
		"indentation":            strings.Repeat(" ", deep) + "a: 1",
		"brackets without a key": strings.Repeat("[", deep),
	} {
		for place, list := range map[string]string{"an item": withSpec("{}") + "- kind: A\n  " + text + "\n",
			"the spec": withSpec(text), "the input": text} {
			t.Run(name+" in "+place, func(t *testing.T) {
				var outcome fn.Outcome
				total := allocated(func() { outcome = fn.Run([]byte(list)) })
				assert.Less(t, total, uint64(1<<30))
				assert.True(t, outcome.Failed() || len(outcome.Output) > 0)
			})
		}
	}
}

func TestMemoryOf100MB(t *testing.T) {
	testkit.SkipWithRaceDetector(t) // it takes memory of its own, and drops what is pooled
	if testing.Short() {
		t.Skip("takes 100 MB of input")
	}
	const size = 100 << 20
	item := "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: c%08d\n    namespace: other\n  data:\n    " +
		"script: |\n" + strings.Repeat("      echo a line of a script that is not short\n", 20)
	var list bytes.Buffer
	list.Grow(size + 1<<20)
	list.WriteString(withSpec("{}"))
	for i := 0; list.Len() < size; i++ {
		fmt.Fprintf(&list, item, i)
	}
	input := list.Bytes()
	var outcome fn.Outcome
	total := allocated(func() { outcome = fn.Run(input) })
	t.Logf("%d MB of input: %d MB allocated", len(input)>>20, total>>20)
	require.False(t, outcome.Failed(), "%v", outcome.Findings)
	assert.True(t, bytes.HasPrefix(outcome.Output, input), "the items come out as they came in")
	assert.Less(t, total, uint64(40*size))
}
