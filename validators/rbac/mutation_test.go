package rbac_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/validators/rbac"
)

// harmlessMutations change nothing of what RBAC allows, or nothing that the API server does.
var harmlessMutations = regexp.MustCompile(strings.Join([]string{
	`metadata\.(labels|annotations)`,   // mean nothing to the authorizer
	`apiVersion`,                       // another family's
	`apiGroup removed`,                 // is filled in
	`subjects\[0\]\.namespace removed`, // of a service account, is filled in
	`RoleBinding \S+ metadata\.name`,   // by another name it gives the same
	`(viewer|developer) rules\[(7|11|12)\](\.(verbs|resources)\[\d\])? removed`, // rights that a role need not have
}, "|"))

// TestEveryMutationOfRBACIsNoticed deletes and changes every entry of every Role, RoleBinding and ServiceAccount that
// Cloison generates, one at a time.
func TestEveryMutationOfRBACIsNoticed(t *testing.T) {
	const validation = `  validation: {paths: "Off"}`
	e := expand(t, strings.Replace(segregation, validation, validation+"\n  sync: {engine: Cloison, image: "+
		"'registry.example.com/cloison-sync:v1'}", 1))
	kinds := []string{"Role", "RoleBinding", "ServiceAccount", "Deployment"}
	e.objects = slices.DeleteFunc(e.objects, func(o *objects.Object) bool { return !slices.Contains(kinds, o.Kind) })
	require.Empty(t, texts(findings(t, e.objects, e.plans)))
	total := 0
	var survivors []string
	for i, o := range e.objects {
		if o.Kind == "Deployment" {
			continue
		}
		node, err := o.Source.Node()
		require.NoError(t, err)
		others, problems := objects.NewSet(slices.Concat(e.objects[:i], e.objects[i+1:]))
		require.Empty(t, problems)
		mutate(node, fieldpath.Path{}, func(what string) {
			if what = o.String() + " " + what; harmlessMutations.MatchString(what) {
				return
			}
			total++
			mutant, problems := objects.NewSet([]*objects.Object{objects.FromNode("", 0, node)})
			set := union(others, mutant)
			found := rbac.Check(set, scope.New(set, e.plans), secretflow.New(set), cluster.Kapsule()).Findings
			if len(problems) == 0 && len(found) == 0 {
				survivors = append(survivors, what)
			}
			assert.LessOrEqual(t, len(found), 3, "%s: one mistake is one finding for each subject: %v", what,
				texts(found))
		})
	}
	t.Logf("%d of %d mutations noticed", total-len(survivors), total)
	assert.Equal(t, 1220, total, "who changes what is generated changes the number")
	assert.Empty(t, survivors)
}

// union is both sets, so that the objects of the larger one need not be read again.
func union(a, b *objects.Set) *objects.Set {
	return &objects.Set{
		All:             slices.Concat(a.All, b.All),
		Roles:           slices.Concat(a.Roles, b.Roles),
		RoleBindings:    slices.Concat(a.RoleBindings, b.RoleBindings),
		ServiceAccounts: slices.Concat(a.ServiceAccounts, b.ServiceAccounts),
		Workloads:       slices.Concat(a.Workloads, b.Workloads),
		Malformed:       slices.Concat(a.Malformed, b.Malformed),
	}
}

// mutate calls back with each small change of a node, and takes it back.
func mutate(node *yaml.Node, path fieldpath.Path, changed func(what string)) {
	step := 1
	if node.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i+step <= len(node.Content); i += step {
		at := path.Index(i)
		if step == 2 {
			at = path.Child(node.Content[i].Value)
		}
		old := node.Content
		node.Content = slices.Concat(old[:i], old[i+step:])
		changed(at.String() + " removed")
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
	changed(path.String() + " changed")
	node.Value = old
}
