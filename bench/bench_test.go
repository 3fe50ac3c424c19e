package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/fn"
)

func TestASpecExpandsIntoExactlyTheResourcesAskedFor(t *testing.T) {
	tests := []struct {
		name                  string
		components, resources int
	}{
		{"no further flows", 3, 3 * perComponent},
		{"one flow each", 10, 10 * componentSize},
		{"many flows", 2, 100},
		{"an uneven share", 3, 50},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var input bytes.Buffer
			writeSpec(&input, test.components, test.resources)
			outcome := fn.Run(input.Bytes())
			require.False(t, outcome.Failed(), "%v", outcome.Findings)
			counted := &counter{Writer: io.Discard}
			_, err := counted.Write(outcome.Output)
			require.NoError(t, err)
			assert.Equal(t, test.resources, counted.items)
		})
	}
}

func TestInputsAreAcceptedAndTheSameEveryTime(t *testing.T) {
	inputs := map[string]func(io.Writer){
		"trivial": writeTrivial,
		"foreign": func(w io.Writer) { writeForeign(w, 7) },
	}
	for name, write := range inputs {
		t.Run(name, func(t *testing.T) {
			var first, second bytes.Buffer
			write(&first)
			write(&second)
			assert.Equal(t, first.String(), second.String())
			outcome := fn.Run(first.Bytes())
			assert.False(t, outcome.Failed(), "%v", outcome.Findings)
		})
	}
}

func TestAPlatformHasAsManyObjectsAndFilesAsAskedFor(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, writePlatform(folder, 200, 60))
	objects, files := 0, 0
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files, objects = files+1, objects+strings.Count(string(text), "---\n")
		return err
	}))
	assert.Equal(t, []int{200, 60}, []int{objects, files})
	var list bytes.Buffer
	writePlatformList(&list, 200)
	counted := &counter{Writer: io.Discard}
	_, err := counted.Write(list.Bytes())
	require.NoError(t, err)
	assert.Equal(t, 200, counted.items)
	assert.GreaterOrEqual(t, len(platformTemplates()), 60)
}

func TestTheCounterSeesItemsThatAreCutInTwo(t *testing.T) {
	const list = "items:\n- apiVersion: v1\n- apiVersion: v1\n"
	for size := 1; size < len(list); size++ {
		counted := &counter{Writer: io.Discard}
		for rest := list; rest != ""; {
			n, err := counted.Write([]byte(rest[:min(size, len(rest))]))
			require.NoError(t, err)
			rest = rest[n:]
		}
		assert.Equal(t, 2, counted.items, "written %d bytes at a time", size)
	}
}

func TestMedianOfAnOddAndAnEvenNumberOfRuns(t *testing.T) {
	wall := func(u usage) time.Duration { return u.wall }
	assert.EqualValues(t, 3, median([]usage{{wall: 9}, {wall: 1}, {wall: 3}}, wall))
	assert.EqualValues(t, 4, median([]usage{{wall: 9}, {wall: 1}, {wall: 3}, {wall: 5}}, wall))
}

func TestTheVerdictIsByTimeMemoryAndGrowth(t *testing.T) {
	unit := usage{wall: time.Second, cpu: time.Second, peak: 1 << 20}
	slow, large := unit, unit
	slow.wall, large.peak = 2*time.Second, 2<<20
	tests := []struct {
		name   string
		report report
		over   bool
	}{
		{"within", report{rows: []row{{ours: unit, noop: unit, budget: 1}}}, false},
		{"too slow", report{rows: []row{{ours: slow, noop: unit, budget: 1.5}}}, true},
		{"too large", report{rows: []row{{ours: large, noop: unit, budget: 1.5}}}, true},
		{"memory does not count", report{rows: []row{{ours: large, noop: unit, budget: 1.5, timeOnly: true}}}, false},
		{"a bound of its own", report{rows: []row{{ours: large, noop: unit, budget: 1.5, memory: 2 << 20}}}, false},
		{"above its own bound", report{rows: []row{{ours: large, noop: large, budget: 1.5, memory: 1 << 20}}}, true},
		{"no budget", report{rows: []row{{ours: slow, noop: unit}}}, false},
		{"linear", report{rows: []row{{name: "a", size: 10, ours: usage{cpu: 1}},
			{name: "a", size: 100, ours: usage{cpu: 15}}}}, false},
		{"more than linear",
			report{rows: []row{{name: "a", size: 10, ours: usage{cpu: 1}},
				{name: "a", size: 100, ours: usage{cpu: 16}}}}, true},
		{"faster than kustomize", report{renders: []renderRow{{ours: unit, kustomize: slow, budget: 2}}}, false},
		{"too little faster", report{renders: []renderRow{{ours: unit, kustomize: slow, budget: 3}}}, true},
		{"cubic in components",
			report{components: []componentRow{{components: 10, ours: usage{cpu: 1}},
				{components: 100, ours: usage{cpu: 1000}}}}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.over, test.report.overBudget())
			var out strings.Builder
			require.NoError(t, test.report.write(&out))
			assert.Equal(t, test.over, strings.Contains(out.String(), "OVER"))
		})
	}
}
