package cli_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/cli"
	"cloison.dev/cloison/internal/testkit"
)

// TestIncidents compares what is said to be lost in several manifests, twice and as text and JSON.
func TestIncidents(t *testing.T) {
	golden, err := filepath.Abs("testdata/incident")
	assert.NoError(t, err)
	t.Chdir("../..")
	for _, test := range []struct {
		name, fallen, manifests string
		code                    int
	}{
		{"imports", "deployment/web", "testdata/differences/base.yaml", 0},
		{"api-key", "web", "testdata/differences/new-mount/head.yaml", 0},
		{"token", "web-7c9d8b6f5-x2x4z", "testdata/differences/new-role/head.yaml", 0},
		{"further", "tickets-reports", "examples/by-hand/manifests", 0},
		{"component", "shop", "examples/secret-groups/expected.yaml", 0},
		{"node", "shop-web", "testdata/broken/web-shop/broken", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, form := range []string{"text", "json"} {
				args := []string{"cloison", "incident", "-o", form, test.fallen, test.manifests}
				if test.name == "component" {
					args = append(args, "examples/secret-groups/segregation.yaml")
				}
				var first, second, errors bytes.Buffer
				assert.Equal(t, test.code, cli.Run(args, strings.NewReader(""), &first, &errors), errors.String())
				cli.Run(args, strings.NewReader(""), &second, &errors)
				assert.Equal(t, first.String(), second.String())
				assert.NotContains(t, first.String(), "canary")
				testkit.Golden(t, filepath.Join(golden, test.name+"."+form), first.String())
			}
		})
	}
}

// TestAPodOfSeveralWorkloadsOfOneName is found by the workload that makes it, beside others of the same name.
func TestAPodOfSeveralWorkloadsOfOneName(t *testing.T) {
	workload := func(kind string) string {
		return "\n---\napiVersion: apps/v1\nkind: " + kind + "\nmetadata: {name: web, namespace: " + strings.ToLower(kind) + "}\n" +
			"spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}\n"
	}
	for pod, want := range map[string]string{
		"web-7c9d8b6f5-x2x4z": "Deployment deployment/web", "web-0": "StatefulSet statefulset/web",
	} {
		var output, errors bytes.Buffer
		manifests := workload("Deployment") + workload("StatefulSet")
		cli.Run([]string{"cloison", "incident", pod, "-"}, strings.NewReader(manifests), &output, &errors)
		assert.Contains(t, output.String(), "FALLEN\n  "+want+"\n\n", errors.String())
	}
}

// TestPodsThatOthersRunFall, such as those of a Workflow of Argo, by their own name and by that of their namespace.
func TestPodsThatOthersRunFall(t *testing.T) {
	const workflow = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: w, namespace: a}\n" +
		"spec: {templates: [{name: m, container: {image: x, envFrom: [{secretRef: {name: s}}]}}]}\n"
	for _, name := range []string{"w", "workflow/w", "a/w", "a"} {
		var output, errors bytes.Buffer
		cli.Run([]string{"cloison", "incident", name, "-"}, strings.NewReader(workflow), &output, &errors)
		assert.Contains(t, output.String(), "FALLEN\n  Workflow a/w\n", errors.String())
		assert.Contains(t, output.String(), "Secret a/s of a\n")
		assert.NotContains(t, output.String(), " delete workflow/", "it may hold data")
	}
}
