package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/resourcelist"
)

const segregation = `---
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata:
  name: shop
  annotations: {config.kubernetes.io/local-config: "true"}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components: {front: {}}
`

const inventory = `---
apiVersion: cloison.dev/v1alpha1
kind: Inventory
metadata:
  name: shop
  annotations: {config.kubernetes.io/local-config: "true"}
spec:
  folders:
  - region: fr-par
    projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
    path: /shop-front
    secrets: [{name: api-token, revision: 1, type: opaque}]
`

// with is a text with replacements.
func with(text string, oldNew ...string) string { return strings.NewReplacer(oldNew...).Replace(text) }

func parse(t *testing.T, text string) []*objects.Object {
	t.Helper()
	found, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	return found
}

// brief are findings without what to do about them, and without what a namespace tells.
func brief(findings []finding.Finding) []string {
	finding.Sort(findings)
	found := []string{}
	for _, f := range findings {
		f.Fix = ""
		text, _, _ := strings.Cut(f.String(), ", so something")
		found = append(found, text)
	}
	return found
}

func TestTake(t *testing.T) {
	const (
		misspelt    = "error CLS-S003 Segregation shop spec.componets: unknown field"
		secondSpec  = `error CLS-K002 Segregation shop metadata.name: there are two Segregations with the name "shop"; `
		secondFound = `error CLS-K002 Inventory shop metadata.name: there are two Inventories with the name "shop"; `
		sharing     = "{a: {namespace: shop-front}}"
		applied     = "would be applied to the cluster, which does not know it"
		moved       = `warning CLS-K011 Segregation shop metadata.namespace: the Segregation has the namespace "prod"`
	)
	type want struct {
		plans, inventories []string
		// findings are the beginnings of lines.
		findings   []string
		incomplete bool
		// fix is a part of one of their fixes.
		fix string
	}
	inProd := []string{"name: shop", "name: shop\n  namespace: prod"}
	for name, test := range map[string]struct {
		text string
		want want
	}{
		"nothing":   {"", want{}},
		"one each":  {segregation + inventory, want{plans: []string{"shop"}, inventories: []string{"shop"}}},
		"two equal": {segregation + segregation, want{plans: []string{"shop"}}},
		"two equal, of which one is applied": {segregation + with(segregation, "local-config", "other"), want{
			plans:    []string{"shop"},
			findings: []string{"warning CLS-K008 Segregation shop metadata.annotations: the Segregation " + applied},
		}},
		"two equal that moved": {with(segregation+segregation, inProd...), want{
			plans: []string{"shop"}, findings: []string{moved},
		}},
		"two equal, of which one moved": {segregation + with(segregation, inProd...), want{
			plans: []string{"shop"}, findings: []string{moved},
		}},
		"two that differ": {segregation + with(segregation, "front", "back"), want{
			findings: []string{secondSpec}, incomplete: true,
		}},
		"two that differ, of which a host runs one": {
			with(segregation, "config.kubernetes.io/local-config: \"true\"", "config.kubernetes.io/function: 'exec: {path: "+
				"cloison}', config.kubernetes.io/local-config: \"true\"") + with(segregation, "front", "back"), want{
				findings: []string{secondSpec}, incomplete: true, fix: "kustomize patches what is under resources:",
			}},
		"two that are refused for the same": {with(segregation+segregation, "components", "componets"), want{
			findings: []string{misspelt}, incomplete: true,
		}},
		"two of which one is refused": {segregation + with(segregation, "components", "componets"), want{
			findings: []string{misspelt}, incomplete: true,
		}},
		"two that share a namespace": {segregation + with(segregation, "shop", "other", "{front: {}}", sharing), want{
			findings: []string{"error CLS-S011 Segregation other spec.components.a.namespace: "}, incomplete: true,
		}},
		"of another version": {with(segregation, "v1alpha1", "v2"), want{
			findings: []string{"error CLS-S002 Segregation shop apiVersion: "}, incomplete: true,
		}},
		"of a misspelt group": {with(segregation, "cloison.dev", "cloison.io"), want{
			findings: []string{
				`error CLS-S002 Segregation shop apiVersion: "cloison.io/v1alpha1" must be cloison.dev/v1alpha1`,
			}, incomplete: true,
		}},
		"of no version": {with(segregation, "cloison.dev/v1alpha1", "cloison.dev"), want{
			findings:   []string{`error CLS-S002 Segregation shop apiVersion: "cloison.dev" must be cloison.dev/v1alpha1`},
			incomplete: true,
		}},
		"of a misspelt kind": {with(segregation, "Segregation", "Segregations"), want{
			findings:   []string{`error CLS-S002 Segregations shop kind: "Segregations" must be Segregation, Inventory or Cluster`},
			incomplete: true,
		}},
		"of another group":      {with(segregation+inventory, "cloison.dev", "example.com"), want{}},
		"two equal Inventories": {inventory + inventory, want{inventories: []string{"shop"}}},
		"Inventories that differ": {segregation + inventory + with(inventory, "/shop-front", "/"), want{
			plans: []string{"shop"}, inventories: []string{"shop"}, findings: []string{secondFound}, incomplete: true,
		}},
		"an Inventory that is refused": {segregation + with(inventory, "v1alpha1", "v2"), want{
			plans: []string{"shop"}, findings: []string{"error CLS-I015 Inventory shop apiVersion: "}, incomplete: true,
		}},
		"an Inventory that is applied": {with(inventory, `"true"`, `"false"`), want{
			inventories: []string{"shop"},
			findings:    []string{"warning CLS-K008 Inventory shop metadata.annotations: the Inventory " + applied},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			taken := intake.Take(intake.Input{Objects: parse(t, test.text)})
			var plans, inventories []string
			for _, p := range taken.Plans() {
				plans = append(plans, p.Segregation)
			}
			for _, i := range taken.Inventories {
				inventories = append(inventories, i.Metadata.Name)
			}
			if test.want.fix != "" {
				assert.Contains(t, taken.Findings[0].Fix, test.want.fix)
			}
			got := brief(taken.Findings)
			require.Len(t, got, len(test.want.findings), got)
			for i, line := range test.want.findings {
				assert.True(t, strings.HasPrefix(got[i], line), got[i])
			}
			assert.Equal(t, test.want.plans, plans)
			assert.Equal(t, test.want.inventories, inventories)
			assert.Equal(t, !test.want.incomplete, taken.Complete)
			assert.False(t, taken.Ambiguous)
		})
	}
}

func TestObjectsThatAreGivenTwice(t *testing.T) {
	object := func(apiVersion, kind, metadata string) string {
		return fmt.Sprintf("{apiVersion: %s, kind: %s, metadata: {%s}}\n", apiVersion, kind, metadata)
	}
	const (
		rbac  = "rbac.authorization.k8s.io/v1"
		local = `annotations: {config.kubernetes.io/local-config: "true"}`
	)
	inN := func(apiVersion, kind string) string { return object(apiVersion, kind, "name: a, namespace: n") }
	pod, unnamed := object("v1", "Pod", "name: a"), object("v1", "Pod", "generateName: a")
	kptfile := object("kpt.dev/v1", "Kptfile", "name: a")
	for name, test := range map[string]struct{ first, second, want string }{
		"in one namespace":    {inN("v1", "Pod"), object("v1", "Pod", "name: a, namespace: n, labels: {a: b}"), "Pod n/a"},
		"in other namespaces": {pod, inN("v1", "Pod"), ""},
		"in other versions":   {inN("batch/v1", "Job"), inN("batch/v2", "Job"), "Job n/a"},
		"of other groups":     {pod, object("example.com/v1", "Pod", "name: a"), ""},
		"a Namespace in a namespace": {
			object("v1", "Namespace", "name: a"), inN("v1", "Namespace"), "Namespace a",
		},
		"a ClusterRole in a namespace": {
			inN(rbac, "ClusterRole"), object(rbac, "ClusterRole", "name: a"), "ClusterRole a",
		},
		"without a name yet": {unnamed, unnamed, ""},
		"one of them local":  {pod, object("v1", "Pod", "name: a, "+local), ""},
		"of a tool":          {kptfile, kptfile, ""},
	} {
		t.Run(name, func(t *testing.T) {
			taken := intake.Take(intake.Input{Objects: parse(t, test.first+"---\n"+test.second)})
			want := []string{}
			if test.want != "" {
				want = []string{"error CLS-K002 " + test.want +
					": the input has this object twice, at line 1 too; it must be there once (input line 3)"}
			}
			assert.Equal(t, want, brief(taken.Findings))
			assert.Equal(t, test.want != "", taken.Ambiguous)
			assert.True(t, taken.Complete)
		})
	}
}

func TestObjectsThatAreGivenTwiceAndSayTheSame(t *testing.T) {
	const pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n"
	for name, second := range map[string]string{
		"word for word":  pod,
		"in other words": "kind: Pod\napiVersion: v1\nmetadata: {name: a, annotations: {}} # a comment",
		"in another file of the host": "{apiVersion: v1, kind: Pod, metadata: {name: a, annotations: " +
			"{internal.config.kubernetes.io/path: a.yaml}}}",
	} {
		taken := intake.Take(intake.Input{Objects: parse(t, pod+"---\n"+second)})
		assert.False(t, taken.Ambiguous, name)
		assert.Len(t, taken.Findings, 1, name)
		assert.Equal(t, finding.Warning, taken.Findings[0].Severity, name)
		set, _ := objects.NewSet(parse(t, pod+"---\n"+second))
		assert.Len(t, set.Workloads, 1, name)
	}
	set, _ := objects.NewSet(parse(t, pod+"---\n"+with(pod, "name: a", "name: a, labels: {a: b}")))
	assert.Len(t, set.Workloads, 2)
}

func TestTheOtherObjectIsNamedByItsFile(t *testing.T) {
	var all []*objects.Object
	for _, file := range []string{"a.yaml", "b.yaml"} {
		text := "# a comment\n{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {nodeName: " + file + "}}"
		found, err := objects.Parse(file, []byte(text))
		require.NoError(t, err)
		all = append(all, found...)
	}
	assert.Equal(t, []string{
		"error CLS-K002 Pod a: the input has this object twice, in a.yaml:2 too; it must be there once (b.yaml:2)",
	}, brief(intake.Take(intake.Input{Objects: all}).Findings))
}

const list = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig: {apiVersion: cloison.dev/v1alpha1, kind: Segregation, metadata: {name: shop}}
items:
- {apiVersion: v1, kind: Pod, metadata: {name: a}}
- {apiVersion: v1, kind: Pod, metadata: {name: b, annotations: {config.kubernetes.io/path: x/b.yaml}}}
`

func TestAResourceList(t *testing.T) {
	read, err := resourcelist.Read([]byte(list))
	require.NoError(t, err)
	for file, want := range map[string][]string{
		"":          {"Segregation shop local :3", "Pod a :5", "Pod b x/b.yaml:0"},
		"list.yaml": {"Segregation shop local list.yaml:3", "Pod a list.yaml:5", "Pod b x/b.yaml:0"},
	} {
		found, err := intake.FromList(read, file)
		require.NoError(t, err)
		var got []string
		for _, o := range found.Objects() {
			text := o.String()
			if o.IsLocal() {
				text += " local"
			}
			got = append(got, fmt.Sprintf("%s %s:%d", text, o.File, o.FirstLine))
			assert.Equal(t, file == "", o.KeptByHost, "a file may be given to kubectl")
		}
		assert.Equal(t, want, got)
	}

	read, err = resourcelist.Read([]byte(list + "- {kind: Pod, metadata: {name: c}}\n"))
	require.NoError(t, err)
	_, err = intake.FromList(read, "")
	assert.EqualError(t, err, "items[2]: must be an object with apiVersion and kind")
}

func TestForeignObjects(t *testing.T) {
	for text, want := range map[string]string{
		"{apiVersion: v1, kind: Pod, metadata: {name: a}}":                            "",
		"{apiVersion: v1, kind: Pod, metadata: {generateName: a}}":                    "",
		"{apiVersion: kind.x-k8s.io/v1alpha4, kind: Cluster}":                         "a Cluster without metadata",
		"{apiVersion: v1, kind: Config, metadata: {name: a}}":                         "a Config of kubectl",
		"{apiVersion: kpt.dev/v1, kind: Kptfile, metadata: {name: a}}":                "a Kptfile of kpt",
		"{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}":          "a Kustomization of kustomize",
		"{apiVersion: cloison.dev/v1alpha1, kind: Segregation}":                       "",
		"{apiVersion: cloison.dev/v1alpha1, kind: Inventory, metadata: {name: shop}}": "",
	} {
		assert.Equal(t, want, intake.Foreign(parse(t, text)[0]), text)
	}
}
