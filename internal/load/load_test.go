package load_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/load"
)

// in makes a folder of the files of a txtar archive, and makes it the working folder.
func in(t *testing.T, archive string) {
	t.Helper()
	folder := t.TempDir()
	for _, file := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(folder, filepath.FromSlash(file.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o750))
		require.NoError(t, os.WriteFile(name, file.Data, 0o600))
	}
	t.Chdir(folder)
}

// read loads arguments that can be read, and says what was found, a line an object.
func read(t *testing.T, o load.Options, stdin string, args ...string) (*load.Input, []string) {
	t.Helper()
	input, err := load.Paths(args, strings.NewReader(stdin), o)
	require.NoError(t, err)
	lines := []string{}
	for _, object := range input.Objects {
		line := object.String()
		if object.File != "" {
			line += " " + object.File
		}
		if object.IsLocal() {
			line += " local"
		}
		lines = append(lines, line)
	}
	return input, lines
}

// problems are those of arguments that cannot be read.
func problems(t *testing.T, stdin string, args ...string) []string {
	t.Helper()
	_, err := load.Paths(args, strings.NewReader(stdin), load.Options{})
	var all *load.Unreadable
	require.ErrorAs(t, err, &all)
	return strings.Split(err.Error(), "\n")
}

func findings(input *load.Input) []string {
	lines := []string{}
	for _, f := range input.Findings {
		lines = append(lines, f.String())
	}
	return lines
}

const folder = `
-- deploy/b.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: b}}
-- deploy/a/a.yml --
{apiVersion: v1, kind: Secret, metadata: {name: a1}}
---
{apiVersion: v1, kind: Secret, metadata: {name: a2}}
-- deploy/c.json --
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "c"}}]}
-- deploy/README.md --
{apiVersion: v1, kind: Secret, metadata: {name: no}}
-- deploy/.git/x.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: no}}
-- deploy/values.yaml --
image: {tag: 1}
-- deploy/tsconfig.json --
{ // with comments
  "compilerOptions": {}, }
-- deploy/Kptfile.yaml --
{apiVersion: kpt.dev/v1, kind: Kptfile, metadata: {name: no}}
-- deploy/kubeconfig.yaml --
{apiVersion: v1, kind: Config, clusters: []}
-- deploy/kind.yaml --
{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster, nodes: []}
-- deploy/empty.yaml --
# nothing yet
`

func TestFoldersAreReadInOrder(t *testing.T) {
	in(t, folder)
	input, objects := read(t, load.Options{}, "", "deploy", "deploy/b.yaml", "./deploy")
	assert.Equal(t, []string{
		"Secret a1 deploy/a/a.yml", "Secret a2 deploy/a/a.yml", "Secret b deploy/b.yaml", "Secret c deploy/c.json",
	}, objects)
	assert.Equal(t, []load.Skipped{
		{File: "deploy/Kptfile.yaml", Reason: "a Kptfile of kpt, no Kubernetes object"},
		{File: "deploy/empty.yaml", Reason: "holds no object"},
		{File: "deploy/kind.yaml", Reason: "a Cluster without metadata, no Kubernetes object"},
		{File: "deploy/kubeconfig.yaml", Reason: "a Config of kubectl, no Kubernetes object"},
		{File: "deploy/tsconfig.json", Reason: "not a Kubernetes object"},
		{File: "deploy/values.yaml", Reason: "not a Kubernetes object"},
	}, input.Skipped)
	assert.Empty(t, input.Findings)
	assert.Equal(t, 3, input.Objects[1].Line(fieldpath.Of("kind")))
}

// TestWhatIsLeftOutIsSaid has objects in one file with what is for no cluster.
func TestWhatIsLeftOutIsSaid(t *testing.T) {
	in(t, `
-- a.yaml --
{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: a}}, {apiVersion: v1, kind: Secret, data: {}},
  {apiVersion: v1, kind: Secret, stringData: {}}]}
---
{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}
-- b.yaml --
{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Secret, metadata: {name: a}}, {}]}
`)
	input, objects := read(t, load.Options{KeepGoing: true}, "", "a.yaml", "b.yaml")
	assert.Equal(t, []string{"Secret a a.yaml", " b.yaml"}, objects, "the second stands for what could not be read")
	assert.Equal(t, []load.Skipped{{
		File: "a.yaml", Reason: "a Secret without metadata, no Kubernetes object; a Kustomization of kustomize, no " +
			"Kubernetes object",
	}}, input.Skipped)
	require.Len(t, input.Findings, 1)
	assert.Equal(t, "this cannot be read, so what it holds was not judged: items[1]: must be an object with "+
		"apiVersion and kind",
		input.Findings[0].Message)

	input, _ = read(t, load.Options{}, "{apiVersion: v1, kind: Pod}\n---\n{apiVersion: v1, kind: Pod, metadata: "+
		"{name: a}}\n", "-")
	assert.Equal(t, []load.Skipped{{File: "standard input", Reason: "a Pod without metadata, no Kubernetes object"}},
		input.Skipped)
}

func TestAbsoluteNamesAreShownFromTheWorkingFolder(t *testing.T) {
	in(t, folder)
	absolute, err := filepath.Abs("deploy/b.yaml")
	require.NoError(t, err)
	_, objects := read(t, load.Options{}, "", absolute)
	assert.Equal(t, []string{"Secret b deploy/b.yaml"}, objects)
}

func TestEverythingThatCannotBeReadIsSaidAtOnce(t *testing.T) {
	in(t, `
-- d/broken.yaml --
apiVersion: v1
kind: Secret
stringData: {A: 'hunter2}
-- d/typo.yaml --
kind: Deployment
metadata: {name: a}
-- d/half.yaml --
{apiVersion: v1, kind: Secret, metadata: {name: a}}
---
a: b
-- d/template.yaml --
{{- if .Values.x }}
apiVersion: v1
-- d/taken-for-yaml.yaml --
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
-- d/chart/Chart.yaml --
apiVersion: v2
name: chart
-- d/chart/templates/a.yaml --
{{ x }}
`)
	got := problems(t, "", "d", "nowhere")
	assert.Equal(t, []string{
		"d/chart is a Helm chart: render it first, as in: helm template d/chart | cloison check -",
		"nowhere: no such file or directory",
		"d/broken.yaml, the document at line 1: line 3: not YAML: found unexpected end of stream; " +
			"close what is open here: a quote, a bracket or a brace",
		"d/half.yaml, the document at line 2: must be an object with apiVersion and kind",
		"d/taken-for-yaml.yaml: is a template ({{), no manifest: render it first, as with helm template, and check " +
			"the output",
		"d/template.yaml: is a template ({{), no manifest: render it first, as with helm template, and check the output",
		"d/typo.yaml, the document at line 1: the object must have an apiVersion, and has none",
	}, got)
	assert.NotContains(t, strings.Join(got, ""), "hunter2")
}

func TestWhatIsNoTextIsNoTemplate(t *testing.T) {
	in(t, "-- d/archive.yaml --\nPK\x03\x04\x00{{\xff\n-- d/latin.yaml --\nname: {{ caf\xe9 }}\n")
	assert.Equal(t, []string{
		"d/archive.yaml: is no text in UTF-8, and so no manifest", "d/latin.yaml: is no text in UTF-8, and so no manifest",
	}, problems(t, "", "d"))
}

func TestBrokenJSONThatMayBeAnObjectIsNotPassedOver(t *testing.T) {
	for _, text := range []string{
		`{"spec":{"hostNetwork":true},"metadata":{"name":"x"},`, "{\"kind\": \"Pod\", // a comment\n \"spec\": {,}",
	} {
		in(t, "-- d/pod.json --\n"+text+"\n-- d/b.yaml --\n{apiVersion: v1, kind: Secret, metadata: {name: b}}\n")
		assert.Contains(t, problems(t, "", "d")[0], "d/pod.json", text)
	}
}

func TestATemplateInAValueIsNoTemplate(t *testing.T) {
	_, objects := read(t, load.Options{}, `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: "{{ .x `+
		`}}"}}`, "-")
	assert.Equal(t, []string{"ConfigMap a"}, objects)
}

func TestTheStream(t *testing.T) {
	assert.Equal(t, []string{"standard input is empty"}, problems(t, " \n", "-"))
	assert.Equal(t, []string{"standard input: not a Kubernetes object"}, problems(t, "a: b", "-"))
	input, objects := read(t, load.Options{}, "{apiVersion: v1, kind: Secret, metadata: {name: "+
		"a}}\n---\n{apiVersion: v1, kind: Secret, metadata: {name: b}}", "-", "-")
	assert.Equal(t, []string{"Secret a", "Secret b"}, objects)
	assert.Equal(t, 3, input.Objects[1].Line(fieldpath.Of("kind")))
}

func TestAResourceList(t *testing.T) {
	in(t, "")
	input, objects := read(t, load.Options{}, `
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: v1
  kind: Secret
  metadata: {name: a, annotations: {internal.config.kubernetes.io/path: x/a.yaml}}
- apiVersion: v1
  kind: Secret
  metadata: {name: b}
functionConfig:
`+indent(segregation), "-")
	assert.Equal(t, []string{"Segregation shop local", "Secret a x/a.yaml", "Secret b"}, objects)
	assert.Len(t, input.Plans, 1)
	assert.Zero(t, input.Objects[1].Line(fieldpath.Of("kind")), "the host has rewritten the file")
	assert.Equal(t, 9, input.Objects[2].Line(fieldpath.Of("kind")))
	assert.Equal(t, []string{`standard input: items[0] must be an object with apiVersion and kind`},
		[]string{strings.ReplaceAll(problems(t, "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- "+
			"kind: A\n", "-")[0], "]:", "]")})
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n"
}

func TestAnErrorOfTheStream(t *testing.T) {
	_, err := load.Paths([]string{"-"}, failing{}, load.Options{})
	assert.EqualError(t, err, "standard input: broken pipe")
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestProgressIsTold(t *testing.T) {
	in(t, folder)
	var told []string
	read(t, load.Options{Progress: func(doing string) { told = append(told, doing) }}, "", "deploy")
	assert.Equal(t, []string{"reading deploy"}, told)
}
