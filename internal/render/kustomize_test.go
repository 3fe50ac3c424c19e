package render_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/render"
	"cloison.dev/cloison/internal/testkit"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cloison": func() {
			os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) //nolint:forbidigo // the program's main function
		},
	})
}

// cloison is this test as the program.
func cloison(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("cloison")
	require.NoError(t, err)
	return program
}

// kustomize builds a folder with the real program.
func kustomize(t *testing.T, folder, function string) (string, error) {
	t.Helper()
	program, err := filepath.Abs("../../bin/kustomize")
	require.NoError(t, err)
	command := exec.Command(program, "build", "--enable-alpha-plugins", "--enable-exec", folder)
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(function)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	if err != nil {
		t.Log(stderr.String())
	}
	return stdout.String(), err
}

// objectsOf are the documents of a text as canonical JSON, in their order.
func objectsOf(t *testing.T, documents ...string) []string {
	t.Helper()
	var found []string
	for _, document := range documents {
		for text := range strings.SplitSeq("\n"+document, "\n---\n") {
			if strings.TrimSpace(text) == "" {
				continue
			}
			canonical, err := yaml.YAMLToJSON([]byte(text))
			require.NoError(t, err, "%s", text)
			found = append(found, string(canonical))
		}
	}
	return found
}

func texts(rendered *render.Rendered) []string {
	found := make([]string, len(rendered.Objects))
	for i, o := range rendered.Objects {
		found[i] = string(o.YAML)
	}
	return found
}

// requireSame renders a folder and builds it with the real kustomize, and requires the same objects in the same order.
// within says that the function must run within kustomize.
func requireSame(t *testing.T, folder string, within bool) {
	t.Helper()
	program := cloison(t)
	var doing []string
	rendered, err := render.Path(t.Context(), folder, render.Options{
		Program: program, Progress: func(what string) { doing = append(doing, what) },
	})
	require.NoError(t, err)
	require.False(t, rendered.Failed(), "%v", rendered.Findings)
	isWithin := slices.ContainsFunc(doing, func(what string) bool { return strings.Contains(what, "within kustomize") })
	assert.Equal(t, within, isWithin, "%v", doing)
	built, err := kustomize(t, folder, program)
	require.NoError(t, err)
	want, got := objectsOf(t, built), objectsOf(t, texts(rendered)...)
	require.NotEmpty(t, want)
	assert.Equal(t, want, got)
}

func TestExamplesAreRenderedAsKustomizeBuildsThem(t *testing.T) {
	for _, folder := range []string{
		"secret-groups", "project-per-component", "trackdechets/overlays/dev", "trackdechets/overlays/staging",
		"trackdechets/overlays/production",
	} {
		t.Run(folder, func(t *testing.T) { requireSame(t, filepath.Join("../../examples", folder), false) })
	}
}

// TestTrees renders the kustomizations of testdata, each a txtar archive whose comment says whether the function runs
// beside kustomize or within it.
func TestTrees(t *testing.T) {
	testkit.Each(t, "testdata/trees/*.txtar", 19, func(t *testing.T, archive string) {
		tree, err := txtar.ParseFile(archive)
		require.NoError(t, err)
		folder := t.TempDir()
		for _, file := range tree.Files {
			path := filepath.Join(folder, filepath.FromSlash(file.Name))
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, file.Data, 0o600))
		}
		comment := string(tree.Comment)
		require.Regexp(t, `^(beside|within): `, comment)
		requireSame(t, filepath.Join(folder, "app"), strings.HasPrefix(comment, "within"))
	})
}
