package rbac_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/objects"
)

// harmlessMutations change nothing of what RBAC allows, or nothing that the API server does.
var harmlessMutations = regexp.MustCompile(strings.Join([]string{
	`metadata\.(labels|annotations)`,   // mean nothing to the authorizer
	`apiVersion`,                       // another family's
	`apiGroup removed`,                 // is filled in
	`subjects\[0\]\.namespace removed`, // of a service account, is filled in
	`RoleBinding \S+ metadata\.name`,   // by another name it gives the same
}, "|"))

// TestEveryMutationOfRBACIsNoticed deletes and changes every entry of every Role, RoleBinding and ServiceAccount that
// Cloison generates, one at a time.
func TestEveryMutationOfRBACIsNoticed(t *testing.T) {
	total := 0
	var survivors []string
	e := expand(t, strings.Replace(segregation, `  validation: {paths: "Off"}`, "  validation: {paths: \"Off\"}\n  sync: {engine: Cloison}", 1))
	kinds := []string{"Role", "RoleBinding", "ServiceAccount", "Deployment"}
	e.objects = slices.DeleteFunc(e.objects, func(o *objects.Object) bool { return !slices.Contains(kinds, o.Kind) })
	require.Empty(t, texts(findings(t, e.objects, e.plans)))
	for i, o := range e.objects {
		if o.Kind == "Deployment" {
			continue
		}
		node, err := o.Source.Node()
		require.NoError(t, err)
		mutate(node, "", func(what string) {
			if what = o.String() + " " + what; harmlessMutations.MatchString(what) {
				return
			}
			total++
			changed, err := objects.Parse("", []byte(text(t, node)))
			if err != nil {
				return // no object any more
			}
			set, problems := objects.NewSet(slices.Concat(e.objects[:i], changed, e.objects[i+1:]))
			found := findings(t, set.All, e.plans)
			if len(problems) == 0 && len(found) == 0 {
				survivors = append(survivors, what)
			}
			assert.LessOrEqual(t, len(found), 3, "%s: one mistake is one finding for each subject: %v", what, texts(found))
		})
	}
	t.Logf("%d of %d mutations noticed", total-len(survivors), total)
	assert.Greater(t, total, 500)
	assert.Empty(t, survivors)
}

func text(t *testing.T, node *yaml.Node) string {
	t.Helper()
	text, err := yaml.String(node)
	require.NoError(t, err)
	return text
}

// mutate calls back with each small change of a node, and takes it back.
func mutate(node *yaml.Node, path string, changed func(what string)) {
	step := 1
	if node.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i+step <= len(node.Content); i += step {
		at := fmt.Sprintf("%s[%d]", path, i)
		if step == 2 {
			at = objects.Field(path, node.Content[i].Value)
		}
		old := node.Content
		node.Content = slices.Concat(old[:i], old[i+step:])
		changed(at + " removed")
		node.Content = old
		mutate(node.Content[i+step-1], at, changed)
	}
	if node.Kind != yaml.ScalarNode {
		return
	}
	old := node.Value
	switch node.ShortTag() {
	case yaml.NodeTagBool:
		node.Value = map[string]string{"true": "false", "false": "true"}[old]
	default:
		node.Value += "x"
	}
	changed(path + " changed")
	node.Value = old
}
