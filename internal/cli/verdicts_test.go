package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/testkit"
)

// verdict is an expect.yaml of testdata/verdicts, whose README.md says what its fields mean.
type verdict struct {
	Kind string       `json:"kind"`
	Why  string       `json:"why"`
	Runs []verdictRun `json:"runs"`
}

type verdictRun struct {
	Args  []string `json:"args"`
	Exit  []int    `json:"exit"`
	Want  []string `json:"want"`
	Never []string `json:"never"`
}

// TestVerdicts holds the verdicts on small inputs: attacks that must be found, and what is right and must stay quiet.
func TestVerdicts(t *testing.T) {
	testkit.SkipWithRaceDetector(t)
	root := filepath.Join(testkit.Root(t), "testdata", "verdicts")
	base := expandedBase(t, filepath.Join(root, "base"))
	files, err := filepath.Glob(filepath.Join(root, "*", "expect.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			for _, run := range readVerdict(t, file).Runs {
				run.judge(t, strings.NewReplacer("{case}", folder, "{base}", base))
			}
		})
	}
}

func readVerdict(t *testing.T, file string) verdict {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var v verdict
	require.NoError(t, yaml.UnmarshalStrict(text, &v))
	require.NotEmpty(t, v.Kind)
	require.NotEmpty(t, v.Why)
	require.NotEmpty(t, v.Runs)
	return v
}

// expandedBase is a folder with the Segregation that cases stand beside, and what the function makes of it.
func expandedBase(t *testing.T, source string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(source, "segregation.yaml"))
	require.NoError(t, err)
	var segregation map[string]any
	require.NoError(t, yaml.Unmarshal(text, &segregation))
	input, err := yaml.Marshal(map[string]any{
		"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": []any{}, "functionConfig": segregation,
	})
	require.NoError(t, err)
	var stdout, stderr bytes.Buffer
	require.Equal(t, 0, cli.Run([]string{"cloison"}, bytes.NewReader(input), &stdout, &stderr), stderr.String())
	var list map[string]any
	require.NoError(t, yaml.Unmarshal(stdout.Bytes(), &list))
	items, _ := list["items"].([]any)
	items = slices.DeleteFunc(items, func(item any) bool {
		object, _ := item.(map[string]any)
		return object["kind"] == segregation["kind"] // without it nothing is declared
	})
	expanded, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": items})
	require.NoError(t, err)
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "segregation.yaml"), text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "expanded.yaml"), expanded, 0o600))
	return folder
}

func (r verdictRun) judge(t *testing.T, places *strings.Replacer) {
	t.Helper()
	require.NotEmpty(t, r.Args)
	require.NotEmpty(t, r.Exit)
	args := []string{"cloison"}
	for _, arg := range r.Args {
		args = append(args, places.Replace(arg))
	}
	var stdout, stderr bytes.Buffer
	code := cli.Run(args, strings.NewReader(""), &stdout, &stderr)
	printed := stdout.String() + "\n" + stderr.String()
	assert.True(t, slices.Contains(r.Exit, code), "%v: exit code %d, want one of %v\n%s", r.Args, code, r.Exit, printed)
	for _, pattern := range r.Want {
		assert.Regexp(t, "(?m)"+pattern, printed, "%v", r.Args)
	}
	for _, pattern := range r.Never {
		assert.NotRegexp(t, "(?m)"+pattern, printed, "%v", r.Args)
	}
}
