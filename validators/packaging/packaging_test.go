package packaging_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/packaging"
)

// shop has the components front (namespace shop-front) and back (shop-back).
const shop = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components:
    front:
      ingress: [{from: {namespace: ingress-nginx}}]
    back: {}
`

func judge(set *objects.Set, components *scope.Scope) []finding.Finding {
	found, _ := packaging.Check(set, components, cluster.Kapsule())
	return found.Findings
}

// TestWhatTheFunctionWritesIsClean leaves out what is undecided: some cases have objects that name no namespace, and
// without a plan some have nothing that makes a component.
func TestWhatTheFunctionWritesIsClean(t *testing.T) {
	manifests.Judge(func(set *objects.Set, components *scope.Scope) []finding.Finding {
		return slices.DeleteFunc(judge(set, components), func(f finding.Finding) bool { return f.Undecided })
	}).AcceptsWhatIsGenerated(t)
}

// cases are manifests of file m.yaml, and the findings about them.
type cases map[string]struct {
	manifests string
	want      []string
}

func (all cases) run(t *testing.T, plans ...*plan.Plan) {
	t.Helper()
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			found, err := objects.Parse("m.yaml", []byte(test.manifests))
			require.NoError(t, err)
			set, malformed := objects.NewSet(found)
			require.Empty(t, malformed)
			assert.ElementsMatch(t, test.want, manifests.Lines(judge(set, scope.New(set, plans))))
		})
	}
}

// whole has both components' namespaces, with something in each.
const whole = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop-front}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop-back}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop-front}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop-back}}
`

func TestNamespacesOfASegregation(t *testing.T) {
	cases{
		"everything in its place": {whole, []string{}},
		"what flows name, and Kubernetes' own, is known to be outside": {whole + `
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: ingress-nginx}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: kube-system}}
`, []string{}},
		"objects in a namespace that is no component are one finding": {whole + `
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop-bak}}
---
{apiVersion: v1, kind: Secret, metadata: {name: d, namespace: shop-bak}}
`, []string{`warning CLS-K013 ConfigMap shop-bak/c metadata.namespace: namespace "shop-bak" is no component of the ` +
			`Segregation, so no wall protects what stands in it: ConfigMap c, Secret d; fix: give each object the ` +
			`namespace ` +
			`of its component, or make the namespace a component (m.yaml:11)`}},
		"walls around nothing are an error": {whole + `
---
{apiVersion: v1, kind: Pod, metadata: {name: c, namespace: shop-bak}}
`, []string{`error CLS-K013 Pod shop-bak/c metadata.namespace: namespace "shop-bak" is no component of the ` +
			`Segregation, so no wall protects what stands in it: Pod c, and no workload of the input stands in a ` +
			`component; fix: give each object the namespace of its component, or make the namespace a component ` +
			`(m.yaml:11)`}},
		"one workload in its place makes the others a warning": {whole + `
---
{apiVersion: v1, kind: Pod, metadata: {name: c, namespace: shop-bak}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c, namespace: shop-back}}
`, []string{`warning CLS-K013 Pod shop-bak/c metadata.namespace: namespace "shop-bak" is no component of the ` +
			`Segregation, so no wall protects what stands in it: Pod c; fix: give each object the namespace of its ` +
			`component, or make the namespace a component (m.yaml:11)`}},
		"objects without a namespace may belong to any component": {whole + `
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: c}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: c}}
---
{apiVersion: example.com/v1, kind: Unknown, metadata: {name: c}}
`, []string{`undecided warning CLS-K013 Deployment c metadata.namespace: no namespace is named, so the one of ` +
			`whoever deploys is taken, and it is not known which component this belongs to: Deployment c; fix: name ` +
			`the ` +
			`namespace of the component (m.yaml:11)`}},
		"a definition in the input says whether its objects have a namespace": {whole + `
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec: {group: example.com, scope: Namespaced, names: {kind: Widget}}
---
{apiVersion: example.com/v1, kind: Widget, metadata: {name: c}}
`, []string{`undecided warning CLS-K013 Widget c metadata.namespace: no namespace is named, so the one of whoever ` +
			`deploys is taken, and it is not known which component this belongs to: Widget c; fix: name the ` +
			`namespace of the ` +
			`component (m.yaml:16)`}},
		"a Namespace is missing": {`
{apiVersion: v1, kind: Namespace, metadata: {name: shop-front}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop-back}}
`, []string{`error CLS-K019 Namespace shop-back: the Namespace "shop-back" of component "back" must be in the input, ` +
			`and is not: its labels, which make Pod Security hold, are not known; fix: restore the Namespace that ` +
			`Cloison ` +
			`generates, or write one with the labels that the Segregation asks for`}},
		"of one component there is nothing": {`
{apiVersion: v1, kind: Namespace, metadata: {name: shop-front}}
`, []string{`undecided warning CLS-K021 Namespace shop-back: nothing of component "back" is in the input: there is ` +
			`no object in its namespace "shop-back", so nothing is known of it; fix: check its manifests together ` +
			`with the ` +
			`others`}},
		"there is only the Segregation": {shop, []string{`undecided warning CLS-K021: the input has a Segregation ` +
			`and no object for a cluster, so there is nothing to hold against it; fix: check the Segregation ` +
			`together with the manifests that are applied`}},
		"everything was moved and nothing says whose it is": {`
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: prod}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
`, []string{
			`undecided warning CLS-K021: no object stands in a namespace of a component (shop-back, shop-front); ` +
				`what is there is in no namespace, prod; fix: give each object the namespace of its component`,
			`warning CLS-K013 ConfigMap prod/a metadata.namespace: namespace "prod" is no component of the ` +
				`Segregation, so no wall protects what stands in it: ConfigMap a; fix: give each object the ` +
				`namespace of its component, or make the namespace a component (m.yaml:2)`,
		}},
	}.run(t, manifests.Plan(t, shop))
}

// TestTheNamespaceThatReadsMetricsIsKnown has the dashboard and the alerts of the runtimes in it.
func TestTheNamespaceThatReadsMetricsIsKnown(t *testing.T) {
	const seen = `
---
{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: cloison-sync, namespace: monitoring}}
`
	reads := strings.Replace(shop, "spec:\n", "spec:\n  sync: {engine: Cloison, image: \"i:v1\", metricsFrom: "+
		"monitoring}\n", 1)
	cases{"where it is named": {whole + seen, []string{}}}.run(t, manifests.Plan(t, reads))
	found := judge(manifests.Set(t, whole+seen),
		scope.New(manifests.Set(t, whole+seen), []*plan.Plan{manifests.Plan(t, shop)}))
	require.Len(t, found, 1)
	assert.Equal(t, finding.OutsideComponents, found[0].Code)
}

const (
	front = `labels: {cloison.dev/segregation: shop, cloison.dev/component: front}`
	back  = `labels: {cloison.dev/segregation: shop, cloison.dev/component: back}`
)

func TestLabelsOfASegregation(t *testing.T) {
	cases{
		"a later namespace: moved everything": {`
{apiVersion: v1, kind: ServiceAccount, metadata: {name: a, namespace: prod, ` + front + `}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: b, namespace: prod, ` + back + `}}
`, []string{`error CLS-K010 ServiceAccount prod/b metadata.namespace: the objects of back, front are in namespace ` +
			`"prod", and must be in shop-back, shop-front; counterexample: every pod of namespace "prod" can mount the ` +
			`Secrets of back and of front; fix: remove "namespace:" from the kustomizations above, or use a ` +
			`NamespaceTransformer with unsetOnly: true (m.yaml:4)`}},
		"one component was moved into the other": {`
{apiVersion: v1, kind: Namespace, metadata: {name: shop-front, ` + front + `}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: b, namespace: shop-front, ` + back + `}}
`, []string{`error CLS-K010 ServiceAccount shop-front/b metadata.namespace: the objects of back are in namespace ` +
			`"shop-front", and must be in shop-back; fix: remove "namespace:" from the kustomizations above, or use a ` +
			`NamespaceTransformer with unsetOnly: true (m.yaml:4)`}},
		"an object was moved into another component": {`
{apiVersion: v1, kind: Namespace, metadata: {name: shop-front, ` + front + `}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop-back, ` + back + `}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: b, namespace: shop-front, ` + back + `}}
`, []string{`error CLS-K015 ServiceAccount shop-front/b metadata.namespace: what belongs to component "shop/back" by ` +
			`its label stands in namespace "shop-front" of component "front": ServiceAccount b; counterexample: ` +
			`every pod of ` +
			`a namespace can mount every Secret in it; fix: move it to the namespace of its component, or correct ` +
			`the label ` +
			`cloison.dev/component (m.yaml:6)`}},
		"labels are right": {`
{apiVersion: v1, kind: Namespace, metadata: {name: shop-front, ` + front + `}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop-back, ` + back + `}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: b, namespace: shop-back, labels: {cloison.dev/component: back}}}
`, []string{}},
	}.run(t, manifests.Plan(t, shop))
}

func TestWithoutASegregation(t *testing.T) {
	cases{
		"namespaces that hold what they like": {whole + `
---
{apiVersion: v1, kind: Secret, metadata: {name: d, namespace: prod}}
`, []string{}},
		"objects that all name no namespace": {`
{apiVersion: v1, kind: Secret, metadata: {name: d}}
`, []string{}},
		"labels of two components in one namespace": {`
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: prod, ` + front + `}}
---
{apiVersion: v1, kind: Secret, metadata: {name: b, namespace: prod, ` + back + `}}
`, []string{`error CLS-K015 Secret prod/a metadata.namespace: namespace "prod" holds objects that belong to several ` +
			`components by their labels: Secret prod/b of "shop/back", Secret prod/a of "shop/front"; ` +
			`counterexample: every ` +
			`pod of a namespace can mount every Secret in it; fix: give each component a namespace of its own ` +
			`(m.yaml:2)`}},
		"nothing to keep apart": {`
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: prod}}
`, []string{`undecided warning CLS-K021: there is no workload, Secret, SecretStore or ExternalSecret in the input, ` +
			`so there are no components to keep apart; fix: check the manifests of the components`}},
		"nothing at all": {``, []string{`undecided warning CLS-K021: the input has no object for a cluster, so ` +
			`nothing was checked; fix: check the manifests that are applied`}},
		"objects that not everybody applies": {`
{apiVersion: v1, kind: ConfigMap, metadata: {name: d, namespace: prod, annotations: {config.kubernetes.io/local-config: "true"}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: d, namespace: prod, annotations: {config.kubernetes.io/local-config: "true"}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: e, namespace: prod, annotations: {config.kubernetes.io/local-config: "true", config.kubernetes.io/path: a.yaml}}}
`, []string{
			`undecided warning CLS-K021: the input has no object for a cluster, so nothing was checked; fix: check ` +
				`the manifests that are applied`,
			`undecided warning CLS-K022 Pod prod/d metadata.annotations[config.kubernetes.io/local-config]: the ` +
				`object was not judged, because kustomize and kpt do not apply what is annotated local-config; ` +
				`kubectl and Argo CD do; fix: remove the annotation, or the object (m.yaml:4)`,
			`undecided warning CLS-K022 Pod prod/e metadata.annotations[config.kubernetes.io/local-config]: the ` +
				`object was not judged, because kustomize and kpt do not apply what is annotated local-config; ` +
				`kubectl and Argo CD do; fix: remove the annotation, or the object (m.yaml:6)`,
		}},
		"an object without a name": {`
{apiVersion: v1, kind: Secret, metadata: {namespace: prod}}
---
{apiVersion: v1, kind: Secret, metadata: {namespace: prod, generateName: a-}}
`, []string{`error CLS-K016 Secret prod/ metadata.name: the Secret must have a name, and has none; fix: name it ` +
			`(m.yaml:2)`}},
	}.run(t)
}

func TestComponentsOfNothing(t *testing.T) {
	const spec = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components:
    front: {}
    back: {egress: [{to: {kubernetesAPI: true}}]}
    bakk: `
	const pods = `{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop-back}}
---
{apiVersion: v1, kind: Pod, metadata: {name: b, namespace: shop-front}}
`
	const namespaces = `{apiVersion: v1, kind: Namespace, metadata: {name: shop-front}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop-back}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop-bakk}}
---
`
	const settings = "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop-bakk}}\n"
	empty := []string{"warning CLS-K029 Segregation shop spec.components.bakk: "}
	for name, test := range map[string]struct {
		bakk, manifests string
		want            []string
	}{
		"nothing":                            {"{}", namespaces + pods, empty},
		"a quota":                            {`{quota: {pods: "2"}}`, namespaces + pods, empty},
		"secrets":                            {"{secrets: {keys: [A]}}", namespaces + pods, nil},
		"a flow":                             {"{ingress: [{from: {component: back}}]}", namespaces + pods, nil},
		"an object":                          {"{}", namespaces + pods + settings, nil},
		"as the others, without workloads":   {"{}", namespaces, nil},
		"of which the input has not its own": {"{}", strings.ReplaceAll(namespaces, "bakk", "other") + pods, nil},
	} {
		var found []string
		p := manifests.Plan(t, spec+test.bakk+"\n")
		for _, f := range judge(manifests.Set(t, test.manifests), scope.New(manifests.Set(t, test.manifests),
			[]*plan.Plan{p})) {
			if f.Code == finding.ComponentEmpty {
				line, _, _ := strings.Cut(f.String(), "component ")
				found = append(found, line)
			}
		}
		assert.Equal(t, test.want, found, name)
	}
}
