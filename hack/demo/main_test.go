package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/testkit"
)

const example = "../../examples/trackdechets"

// production is what kustomize and Cloison print for the overlay; the tests of the examples hold that it is.
const production = example + "/overlays/production/expected.yaml"

// findMistake is how a kustomize begins that runs Cloison: the wrong path fails the build.
const findMistake = `if grep -q elastic-search-url "$4/../../base/segregation.yaml"; then
  echo 'error CLS-I002 Segregation a b: /x/elastic-search-url is missing' >&2
  exit 1
fi
`

// fill is a cloison-sync that writes a Secret, and fails where the path is wrong.
const fill = `if grep -q elastic-search-url; then
  echo 'b/b-externalsecret: NOT SYNCED: E (path:/p/b/elastic-search-url): there is no such secret' >&2
  echo 'cloison-sync: 1 of 1 ExternalSecrets not complete' >&2
  exit 1
fi
echo 'b/b-externalsecret: secret synced' >&2
mkdir -p "$5" && echo 'kind: Secret' > "$5/b.b-secrets.yaml"`

// TestReport compares the whole report on the production overlay.
func TestReport(t *testing.T) {
	t.Setenv("SCW_API_URL", "http://127.0.0.1:1")
	o := options{
		kustomize: fake(t, "kustomize", findMistake+
			"echo 'info CLS-I018 Segregation a b: c' >&2; cat "+absolute(t, production)),
		cloison:     fake(t, "cloison", ""),
		cloisonSync: fake(t, "cloison-sync", fill),
		example:     example, overlay: "production", output: filepath.Join(t.TempDir(), "new", "out.yaml"),
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), o, &out))
	got := bytes.ReplaceAll(out.Bytes(), []byte(filepath.Dir(o.output)), []byte("DIST"))

	testkit.Golden(t, "testdata/report.txt", string(got))

	saved, err := os.ReadFile(o.output)
	require.NoError(t, err)
	manifests, err := os.ReadFile(production)
	require.NoError(t, err)
	assert.Equal(t, string(manifests), string(saved))
}

func TestFailures(t *testing.T) {
	nothing := filepath.Join(t.TempDir(), "nothing")
	tests := map[string]struct {
		change func(o *options)
		want   string
	}{
		"kustomize is not built": {
			func(o *options) { o.kustomize = nothing },
			"does not exist; build it with: make build bin/kustomize",
		},
		"cloison is not built": {
			func(o *options) { o.cloison = nothing },
			"does not exist; build it with: make build bin/kustomize",
		},
		"the build fails": {
			func(o *options) {
				o.kustomize = fake(t, "kustomize", "echo 'error CLS-S012: what is wrong' >&2; exit 1")
			},
			"error CLS-S012: what is wrong",
		},
		"kustomize prints nothing": {
			func(o *options) { o.kustomize = fake(t, "kustomize", findMistake) },
			"no manifests came out",
		},
		"kustomize skips the function": {
			func(o *options) { o.kustomize = fake(t, "kustomize", findMistake+"echo 'kind: Service'") },
			"kustomize has not run it",
		},
		"the mistake is not found": {
			func(o *options) { o.kustomize = fake(t, "kustomize", "cat "+absolute(t, production)) },
			"the wrong path was not found",
		},
		"cloison-sync is not built": {
			func(o *options) { o.cloisonSync = nothing },
			"does not exist; build it with: make build bin/kustomize",
		},
		"the runtime does not see the mistake": {
			func(o *options) { o.cloisonSync = fake(t, "cloison-sync", "echo 'secret synced' >&2") },
			"must have named the wrong path and failed",
		},
		"the runtime fails": {
			func(o *options) {
				o.cloisonSync = fake(t, "cloison-sync", "echo 'no /elastic-search-url' >&2; exit 1")
			},
			"no /elastic-search-url",
		},
		"nobody has started the emulator": {
			func(*options) { t.Setenv("SCW_API_URL", "") },
			"SCW_API_URL is not set",
		},
		"there is no such overlay": {
			func(o *options) { o.overlay = "nowhere" },
			"nowhere",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := options{
				kustomize:   fake(t, "kustomize", findMistake+"cat "+absolute(t, production)),
				cloison:     fake(t, "cloison", ""),
				cloisonSync: fake(t, "cloison-sync", fill),
				example:     example, overlay: "production", output: filepath.Join(t.TempDir(), "out.yaml"),
			}
			t.Setenv("SCW_API_URL", "http://127.0.0.1:1")
			test.change(&o)
			var out bytes.Buffer
			require.ErrorContains(t, run(t.Context(), o, &out), test.want)
			assert.Empty(t, out.String())
			assert.NoFileExists(t, o.output)
		})
	}
}

// TestNotDenied holds that the report does not claim more than the manifests say.
func TestNotDenied(t *testing.T) {
	content, err := os.ReadFile(production)
	require.NoError(t, err)
	manifests, err := decode(content)
	require.NoError(t, err)
	var others []*manifest
	var text bytes.Buffer
	for _, m := range manifests {
		if m.Kind != "NetworkPolicy" {
			others = append(others, m)
			text.WriteString("---\n" + string(m.text))
		}
	}
	found, err := summarize(others, text.Bytes(), example+"/overlays/production")
	require.NoError(t, err)
	assert.NotContains(t, string(found.overview), "denied, in both directions")
	assert.Contains(t, string(found.overview), "none selects every pod")
}

// fake makes a program of a shell script.
func fake(t *testing.T, name, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700))
	return path
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	require.NoError(t, err)
	return path
}
