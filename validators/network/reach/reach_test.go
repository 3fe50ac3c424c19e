package reach_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/reach"
	"cloison.dev/cloison/validators/network/solver"
)

// mapOf reads manifests without a Segregation.
func mapOf(t *testing.T, manifests string) *reach.Map {
	t.Helper()
	all, err := objects.Parse("manifests.yaml", []byte(manifests))
	require.NoError(t, err)
	set, findings := objects.NewSet(all)
	require.Empty(t, findings)
	return reach.New(model.New(set, scope.New(set, nil), cluster.Kapsule()))
}

func deployment(namespace, name string, labels string) string {
	return fmt.Sprintf(`
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[2]s, namespace: %[1]s}
spec:
  selector: {matchLabels: %[3]s}
  template:
    metadata: {labels: %[3]s}
    spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}
`, namespace, name, labels)
}

// lines lists the edges: from > to ports.
func lines(m *reach.Map) []string {
	var all []string
	title := func(n *reach.Node) string {
		text := strings.Join(n.Names(), ", ")
		if n.IsPods() {
			text = n.Namespace.Name + "/" + text
		}
		return text
	}
	for _, e := range m.Edges() {
		line := title(e.From) + " > " + title(e.To) + ": " + e.Ports.String()
		if !e.Maybe.IsEmpty() {
			line += ", maybe " + e.Maybe.String()
		}
		all = append(all, line)
	}
	return all
}

func TestWithoutPoliciesEverythingIsOpen(t *testing.T) {
	m := mapOf(t, deployment("a", "web", "{app: web}")+deployment("a", "worker", "{app: worker}"))
	assert.Equal(t, []string{
		"a/Deployment web, Deployment worker > every pod and every address: every port",
		"every pod and every address > a/Deployment web, Deployment worker: every port",
	}, lines(m))
}

func TestRulesOfBothEndsCount(t *testing.T) {
	m := mapOf(t, deployment("a", "web", "{app: web}")+deployment("a", "worker", "{app: worker}")+
		deployment("b", "postgres", "{app: postgres}")+`
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: a}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}]
    ports: [{port: 5432}, {port: 6379}]
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}, podSelector: {matchLabels: {app: nginx}}}]
    ports: [{port: http}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: from-web, namespace: b}
spec:
  podSelector: {matchLabels: {app: postgres}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}, podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
  - from: [{namespaceSelector: {matchLabels: {team: ops}}}]
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
    ports: [{port: 443}]
`)
	assert.Equal(t, []string{
		"a/Deployment web > b/Deployment postgres: TCP 5432, maybe TCP 6379",
		"a/Deployment worker > b/Deployment postgres: , maybe TCP 5432, TCP 6379",
		"b/Deployment postgres > the internet and more (0.0.0.0/0 except 10.0.0.0/8): TCP 443",
		"ingress/pods app=nginx > a/Deployment web: TCP 8080",
		"ingress/pods app=nginx > a/Deployment worker: TCP 8080",
		"every pod of namespaces labelled team=ops > b/Deployment postgres: every port",
	}, lines(m))
	web, postgres := m.In("a")[0], m.In("b")[0]
	answer := m.Between(web, postgres)
	assert.Len(t, answer.Sides[policy.Egress].Rules, 1)
	assert.Len(t, answer.Sides[policy.Ingress].Rules, 2)
	assert.True(t, m.Between(postgres, web).Ports.IsEmpty())
}

// Every answer agrees with the evaluator of single connections, and every connection is an edge, or both its ends are open
// to everybody.
func TestAnswersAgreeWithTheEvaluator(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	for round := range 150 {
		var b strings.Builder
		for _, namespace := range []string{"a", "b", "c"} {
			fmt.Fprintf(&b, "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {team: %s}}\n",
				namespace, pick("v", "w"))
			for i := range 1 + random.IntN(3) {
				b.WriteString(deployment(namespace, fmt.Sprintf("d%d", i),
					fmt.Sprintf("{app: d%d, tier: %s}", i, pick("v", "w"))))
			}
			for i := range random.IntN(3) {
				fmt.Fprintf(&b, "\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"+
					"metadata: {name: p%d, namespace: %s}\nspec:\n  podSelector: %s\n  policyTypes: [Ingress, Egress]\n",
					i, namespace, pick("{}", "{matchLabels: {app: d0}}", "{matchExpressions: [{key: tier, operator: NotIn, values: [v]}]}"))
				for _, side := range [][2]string{{"ingress", "from"}, {"egress", "to"}} {
					peer := pick("namespaceSelector: {}", "podSelector: {}", "namespaceSelector: {matchLabels: {team: v}}",
						"namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}, podSelector: {matchLabels: {app: d1}}",
						"namespaceSelector: {}, podSelector: {matchLabels: {tier: v}}")
					fmt.Fprintf(&b, "  %s: [{%s: [{%s}]%s}]\n", side[0], side[1], peer,
						pick("", ", ports: [{port: 80, endPort: 90}]", ", ports: [{port: http}]", ", ports: [{port: 85, protocol: UDP}]"))
				}
			}
		}
		m := mapOf(t, b.String())
		isEdge := map[[2]*reach.Node]bool{}
		for _, e := range m.Edges() {
			isEdge[[2]*reach.Node{e.From, e.To}] = true
			if e.From.Kind == reach.Everyone || e.From.Kind == reach.EveryPod {
				isEdge[[2]*reach.Node{nil, e.To}] = true
			}
			if e.To.Kind == reach.Everyone || e.To.Kind == reach.EveryPod {
				isEdge[[2]*reach.Node{e.From, nil}] = true
			}
		}
		for _, from := range m.Nodes {
			for _, to := range m.Nodes {
				answer := m.Between(from, to)
				for _, port := range []policy.Port{{Protocol: corev1.ProtocolTCP, Number: 85}, {Protocol: corev1.ProtocolTCP, Number: 8080},
					{Protocol: corev1.ProtocolUDP, Number: 85}} {
					assert.Equal(t, evaluate(from, to, port), answer.Ports.Contains(port), "round %d: %v to %v %v\n%s",
						round, from.Names(), to.Names(), port, b.String())
				}
				if !answer.Ports.IsEmpty() {
					assert.True(t, isEdge[[2]*reach.Node{from, to}] ||
						isEdge[[2]*reach.Node{nil, to}] && isEdge[[2]*reach.Node{from, nil}])
				}
			}
		}
		if t.Failed() {
			return
		}
	}
}

func evaluate(from, to *reach.Node, port policy.Port) bool {
	w := solver.Witness{Port: port}
	w.Labels[solver.Own], w.Labels[solver.Peer] = from.Labels, to.Labels
	if to.Kind == reach.Known {
		w.Known[solver.Peer] = &solver.Pods{Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}}}
	}
	return model.Evaluate(policy.Egress, w, from.Namespace, to.Namespace).Allowed
}
