package render_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/render"
	"cloison.dev/cloison/internal/testkit"
)

// forest makes random kustomizations, each in a folder of its own.
type forest struct {
	*rand.Rand
	folder string
	count  int
}

// chance reports true once in n times.
func (f *forest) chance(n int) bool { return f.IntN(n) == 0 }

// kustomization writes one of a depth, with those that it lists, and returns its name.
func (f *forest) kustomization(t *testing.T, depth int) string {
	t.Helper()
	f.count++
	name := fmt.Sprintf("k%d", f.count)
	files := map[string]string{"web.yaml": fmt.Sprintf(`
apiVersion: v1
kind: ServiceAccount
metadata: {name: %[1]s, namespace: %[1]s-web, labels: {app: web}}
automountServiceAccountToken: false
`, name)}
	resources, text := []string{"web.yaml"}, ""
	for depth > 0 && f.chance(2) {
		resources = append(resources, "../"+f.kustomization(t, depth-1))
	}
	for _, field := range []string{
		"labels: [{pairs: {team: a}}]", "commonAnnotations: {team: a}", "namePrefix: a-", "nameSuffix: -b",
		"configMapGenerator: [{name: " + name + ", namespace: other, literals: [A=b]}]", "sortOptions: {order: fifo}",
		"patches: [{target: {kind: ServiceAccount}, patch: '- {op: add, path: /metadata/labels/x, value: z}'}]",
		"components: [../" + name + "-component]", "images: [{name: a, newTag: b}]",
	} {
		if f.chance(12) {
			text += field + "\n"
		}
	}
	files["../"+name+"-component/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: " +
		"Component\n" +
		"labels: [{pairs: {component: c}}]\n"
	if f.chance(2) {
		text += f.function(name, files, &resources)
	}
	files["kustomization.yaml"] = "resources: [" + strings.Join(resources, ", ") + "]\n" + text
	for file, content := range files {
		path := filepath.Join(f.folder, name, filepath.FromSlash(file))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return name
}

// function declares Cloison's function in one of the ways that there are, with transformers around it.
func (f *forest) function(name string, files map[string]string, resources *[]string) string {
	const run = `config.kubernetes.io/function: "exec: {path: cloison}"`
	segregation := func(annotation string) string {
		return fmt.Sprintf(`apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: %s, annotations: {%s}}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: "Off"}
  components: {web: {secrets: {keys: [A]}, access: [{role: viewer, subjects: [{kind: ServiceAccount, name: %s}]}]}}
`, name, annotation, name)
	}
	files["labels.yaml"] = "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {by: " +
		"transformer}\n" +
		"fieldSpecs: [{path: metadata/labels, create: true}]\n"
	list := []string{"segregation.yaml"}
	if f.chance(4) {
		list = append(list, "labels.yaml")
	}
	if f.chance(4) {
		list = append([]string{"labels.yaml"}, list[:1]...)
	}
	if f.chance(3) { // a Segregation among the resources
		*resources = append(*resources, "segregation.yaml")
		files["segregation.yaml"] = segregation(`config.kubernetes.io/local-config: "true"`)
		files["run.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: run, annotations: {" + run + "}}\n"
		for i := range list {
			list[i] = strings.ReplaceAll(list[i], "segregation", "run")
		}
	} else {
		files["segregation.yaml"] = segregation(run)
		if f.chance(4) {
			return "generators: [segregation.yaml]\n"
		}
	}
	text := "transformers: [" + strings.Join(list, ", ") + "]\n"
	if f.chance(3) {
		files["check.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: check, annotations: {" + run +
			"}}\ndata: {mode: validate}\n"
		if files["run.yaml"] != "" {
			text += "validators: [check.yaml]\n"
		}
	}
	return text
}

// TestRandomTrees renders random kustomizations, and requires what the real kustomize builds of them: the same objects
// in the same order, or nothing.
func TestRandomTrees(t *testing.T) {
	program := cloison(t)
	beside, within, refused := 0, 0, 0
	for seed, random := range testkit.Seeds(t, 40) {
		f := &forest{Rand: random, folder: t.TempDir()}
		folder := filepath.Join(f.folder, f.kustomization(t, 2))
		isWithin := false
		rendered, err := render.Path(t.Context(), folder,
			render.Options{Program: program, Progress: func(doing string) {
				isWithin = isWithin || strings.Contains(doing, "within kustomize")
			}})
		built, failed := kustomize(t, folder, program)
		if err != nil || rendered.Failed() || failed != nil {
			refused++
			noFunction := failed == nil && err == nil && strings.Contains(fmt.Sprint(rendered.Findings), "CLS-K004")
			assert.True(t, noFunction || failed != nil && (err != nil || rendered.Failed()),
				"seed %d: render: %v %v, kustomize: %v", seed, err, rendered, failed)
			continue
		}
		if isWithin {
			within++
		} else {
			beside++
		}
		require.Equal(t, objectsOf(t, built), objectsOf(t, texts(rendered)...), "seed %d", seed)
	}
	assert.NotZero(t, beside)
	assert.NotZero(t, within)
	t.Logf("%d beside kustomize, %d within, %d refused by both", beside, within, refused)
}
