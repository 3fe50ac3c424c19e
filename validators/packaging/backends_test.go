package packaging_test

import (
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

// services are in two namespaces, each with something to keep apart.
const services = `
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: front}}
---
{apiVersion: v1, kind: Secret, metadata: {name: b, namespace: back}}
---
{apiVersion: v1, kind: Service, metadata: {name: ui, namespace: front}}
---
{apiVersion: v1, kind: Service, metadata: {name: api, namespace: back}}
---
`

func ingress(backend string) string {
	return services + `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: front}
spec:
  rules:
  - http:
      paths:
      - path: /api
        pathType: Prefix
        backend: ` + backend + `
      - path: /graphql
        pathType: Prefix
        backend: ` + backend + `
`
}

func TestBackendsOfIngresses(t *testing.T) {
	cases{
		"a Service of the same namespace": {ingress(`{service: {name: ui, port: {number: 80}}}`),
			[]string{}},
		"a Service that the input does not have": {ingress(`{service: {name: made-by-an-operator, port: ` +
			`{number: 80}}}`), []string{}},
		"a backend that is no Service": {ingress(`{resource: {apiGroup: example.com, kind: Bucket, ` +
			`name: api}}`), []string{}},
		"a Service of another namespace, named twice": {ingress(`{service: {name: api, port: {number: 80}}}`),
			[]string{`warning CLS-K014 Ingress front/web spec.rules[0].http.paths[0].backend.service.name: namespace ` +
				`"front" has no Service "api"; there is one in back, where no Ingress of another namespace reaches ` +
				`it; counterexample: a request to Ingress front/web: no backend, the answer is an error; fix: move ` +
				`the Ingress to the namespace of the Service (m.yaml:20)`}},
		"the name of another namespace in the name": {ingress(`{service: {name: api.back.svc.cluster.local, port: ` +
			`{number: 80}}}`), []string{`error CLS-K014 Ingress front/web ` +
			`spec.rules[0].http.paths[0].backend.service.name: the backend "api.back.svc.cluster.local" must be the ` +
			`name of a Service in namespace "front"; a name cannot say another namespace, and the API server refuses ` +
			`it; fix: write the name alone, and move the Ingress to the namespace of the Service (m.yaml:20)`}},
		"the default backend": {services + `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: front}
spec: {defaultBackend: {service: {name: api, port: {number: 80}}}}
`, []string{`warning CLS-K014 Ingress front/web spec.defaultBackend.service.name: namespace "front" has no Service ` +
			`"api"; there is one in back, where no Ingress of another namespace reaches it; counterexample: a ` +
			`request to ` +
			`Ingress front/web: no backend, the answer is an error; fix: move the Ingress to the namespace of the ` +
			`Service ` +
			`(m.yaml:14)`}},
	}.run(t)
}

func httpRoute(ref string) string {
	return services + `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: front}
spec:
  rules:
  - backendRefs:
    - ` + ref + `
---
`
}

func grant(to string) string {
	return `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: web, namespace: back}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: front}]
  to: [` + to + `]
`
}

func TestBackendsOfRoutes(t *testing.T) {
	refused := []string{`warning CLS-K014 HTTPRoute front/web spec.rules[0].backendRefs[0].namespace: the Service ` +
		`"api" is in namespace "back", which has no ReferenceGrant for this HTTPRoute, so the gateway does not route ` +
		`to it; counterexample: a request to HTTPRoute front/web: RefNotPermitted, the answer is an error; fix: move ` +
		`the HTTPRoute to namespace "back", or add a ReferenceGrant there (m.yaml:17)`}
	cases{
		"a Service of the same namespace": {httpRoute(`{name: ui, port: 80}`), []string{}},
		"a Service of a namespace that is not known": {httpRoute(`{name: api, namespace: other, port: 80}`),
			[]string{}},
		"a Service of another namespace": {httpRoute(`{name: api, namespace: back, port: 80}`),
			refused},
		"a namespace that allows it": {httpRoute(`{name: api, namespace: back, port: 80}`) +
			grant(`{group: "", kind: Service}`), []string{}},
		"a namespace that allows it for the Service": {httpRoute(`{name: api, namespace: back, port: 80}`) +
			grant(`{group: "", kind: Service, name: api}`), []string{}},
		"a namespace that allows it for another Service": {httpRoute(`{name: api, namespace: back, port: 80}`) +
			grant(`{group: "", kind: Service, name: db}`), refused},
		"something that is no Service": {httpRoute(`{group: example.com, kind: Bucket, name: api, ` +
			`namespace: back}`), []string{}},
		"a Service of another namespace, without saying": {httpRoute(`{name: api, port: 80}`),
			[]string{`warning CLS-K014 HTTPRoute front/web spec.rules[0].backendRefs[0].name: namespace "front" has no ` +
				`Service "api"; there is one in back, where no HTTPRoute of another namespace reaches it; ` +
				`counterexample: a request to HTTPRoute front/web: no backend, the answer is an error; fix: move the ` +
				`HTTPRoute to the namespace of the Service (m.yaml:17)`}},
	}.run(t)
}

// TestWhetherAnotherFolderMayHaveTheService holds that it is an error where nothing outside of the input may add to the
// namespace.
func TestWhetherAnotherFolderMayHaveTheService(t *testing.T) {
	toBack := func(kind, spec string) string {
		return whole + `
---
{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop-back}}
---
` + kind + `
metadata: {name: web, namespace: shop-front}
spec: ` + spec + "\n"
	}
	toName := toBack("apiVersion: networking.k8s.io/v1\nkind: Ingress", "{defaultBackend: {service: {name: api}}}")
	toNamespace := toBack("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute",
		"{rules: [{backendRefs: [{name: api, namespace: shop-back}]}]}")
	closed := cluster.Kapsule()
	closed.NamespacesComplete = true
	for name, test := range map[string]struct {
		plans []*plan.Plan
		in    cluster.Cluster
		want  finding.Severity
	}{
		"nothing is known of it":         {nil, cluster.Kapsule(), finding.Warning},
		"a Segregation declares it":      {[]*plan.Plan{manifests.Plan(t, shop)}, cluster.Kapsule(), finding.Error},
		"the cluster has no other names": {nil, closed, finding.Error},
	} {
		for _, text := range []string{toName, toNamespace} {
			found, err := objects.Parse("m.yaml", []byte(text))
			require.NoError(t, err)
			set, _ := objects.NewSet(found)
			judged, _ := packaging.Check(set, scope.New(set, test.plans), test.in)
			require.Len(t, judged.Findings, 1, name)
			assert.Equal(t, finding.ForeignBackend, judged.Findings[0].Code, name)
			assert.Equal(t, test.want, judged.Findings[0].Severity, name)
		}
	}
}
