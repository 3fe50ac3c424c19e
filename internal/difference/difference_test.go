package difference_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/difference"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/reach"
	"cloison.dev/cloison/validators/network/solver"
)

func stateOf(t *testing.T, manifests string) difference.State {
	t.Helper()
	all, err := objects.Parse("all.yaml", []byte(manifests))
	require.NoError(t, err)
	read, findings := decoded.New(all, nil, cluster.Kapsule())
	require.Empty(t, findings)
	return difference.State{Model: access.New(read)}
}

// maker makes manifests of three namespaces with random policies. The workloads are always the same.
type maker struct{ *rand.Rand }

func (m maker) pick(from ...string) string { return from[m.IntN(len(from))] }

func (m maker) manifests(workloads []string) string {
	var b strings.Builder
	b.WriteString(strings.Join(workloads, ""))
	for _, namespace := range []string{"a", "b", "c"} {
		fmt.Fprintf(&b, "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {team: %s}}\n", namespace,
			m.pick("v", "w"))
		for i := range m.IntN(3) {
			fmt.Fprintf(&b, "\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p%d, namespace: %s}\n"+
				"spec:\n  podSelector: %s\n  policyTypes: %s\n", i, namespace, m.pick("{}", "{matchLabels: {app: d0}}"),
				m.pick("[Ingress, Egress]", "[Ingress, Egress]", "[Ingress]", "[Egress]"))
			for _, side := range [][2]string{{"ingress", "from"}, {"egress", "to"}} {
				peer := m.pick("namespaceSelector: {}", "podSelector: {}", "namespaceSelector: {matchLabels: {team: v}}",
					"namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}, podSelector: {matchLabels: {app: d1}}",
					"namespaceSelector: {}, podSelector: {matchLabels: {tier: v}}")
				fmt.Fprintf(&b, "  %s: [{%s: [{%s}]%s}]\n", side[0], side[1], peer,
					m.pick("", ", ports: [{port: 80, endPort: 90}]", ", ports: [{port: http}]", ", ports: [{port: 85, protocol: UDP}]"))
			}
		}
	}
	return b.String()
}

func (m maker) workloads() []string {
	var all []string
	for _, namespace := range []string{"a", "b", "c"} {
		for i := range 1 + m.IntN(3) {
			labels := fmt.Sprintf("{app: d%d, tier: %s}", i, m.pick("v", "w"))
			all = append(all, fmt.Sprintf("\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d%[1]d, namespace: %[2]s}\n"+
				"spec:\n  selector: {matchLabels: %[3]s}\n  template:\n    metadata: {labels: %[3]s}\n"+
				"    spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}\n", i, namespace, labels))
		}
	}
	return all
}

// open lists the connections between workloads, each by its ends and port, as the evaluator of single connections says.
func open(m *access.Model) map[string]bool {
	all := map[string]bool{}
	for _, from := range m.Map.Nodes {
		for _, to := range m.Map.Nodes {
			for _, port := range []policy.Port{
				{Protocol: corev1.ProtocolTCP, Number: 85}, {Protocol: corev1.ProtocolTCP, Number: 8080},
				{Protocol: corev1.ProtocolUDP, Number: 85}, {Protocol: corev1.ProtocolSCTP, Number: 7},
			} {
				if !isOpen(from, to, port) {
					continue
				}
				for _, a := range from.Workloads {
					for _, b := range to.Workloads {
						all[fmt.Sprint(a.Namespace, "/", a.Name, " > ", b.Namespace, "/", b.Name, " ", port)] = true
					}
				}
			}
		}
	}
	return all
}

func isOpen(from, to *reach.Node, port policy.Port) bool {
	w := solver.Witness{Port: port}
	w.Labels[solver.Own], w.Labels[solver.Peer] = from.Labels, to.Labels
	w.Known[solver.Peer] = &solver.Pods{Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}}}
	return model.Evaluate(policy.Egress, w, from.Namespace, to.Namespace).Allowed
}

// openLater lists the connections of pods that nobody makes, by their labels, with each other and with workloads, as open does.
func openLater(m *access.Model) map[string]bool {
	all := map[string]bool{}
	var pods []*reach.Node
	for _, namespace := range []string{"a", "b", "c"} {
		for _, labels := range []map[string]string{{}, {"app": "d0"}, {"app": "d1"}, {"tier": "v"}, {"app": "d1", "tier": "v"}} {
			pods = append(pods, &reach.Node{Namespace: m.Map.Namespace(namespace), Labels: labels})
		}
	}
	for _, from := range pods {
		for _, to := range pods {
			port := policy.Port{Protocol: corev1.ProtocolTCP, Number: 85}
			if isOpen(from, to, port) {
				all[fmt.Sprint(from.Namespace, from.Labels, " > ", to.Namespace, to.Labels)] = true
			}
		}
	}
	return all
}

// No connection opens in silence: where the evaluator lets one through that it did not, something of the network is more,
// and what is more one way is less the other way.
func TestNoConnectionOpensInSilence(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(5, 6))}
	grew := 0
	for round := range 80 {
		workloads := m.workloads()
		before, after := m.manifests(workloads), m.manifests(workloads)
		base, head := stateOf(t, before), stateOf(t, after)
		found := difference.Compare(base, head)
		was, now := open(base.Model), open(head.Model)
		maps.Copy(was, openLater(base.Model))
		maps.Copy(now, openLater(head.Model))
		for connection := range now {
			if was[connection] {
				continue
			}
			grew++
			isNetwork := func(c difference.Change) bool { return c.Concern == difference.Network }
			require.True(t, slices.ContainsFunc(found.More, isNetwork), "round %d: %s\n%s\n=====\n%s", round, connection, before, after)
		}
		back := difference.Compare(head, base)
		require.Len(t, back.Less, len(found.More))
		require.Len(t, back.More, len(found.Less))
		assert.Equal(t, found, difference.Compare(stateOf(t, before), stateOf(t, after)), "the same twice")
		assert.True(t, difference.Compare(base, stateOf(t, before)).IsEmpty())
	}
	assert.Greater(t, grew, 300)
}

func TestRootsAreJoined(t *testing.T) {
	nothing := "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
	m := maker{rand.New(rand.NewPCG(7, 8))}
	more := difference.Compare(stateOf(t, nothing), stateOf(t, m.manifests(m.workloads())))
	require.NotEmpty(t, more.More)
	joined := difference.Join(map[string]*difference.Difference{"two": more, "one": more})
	require.Len(t, joined.More, 2*len(more.More))
	assert.Equal(t, "one", joined.More[0].Root)
	assert.Empty(t, more.More[0].Root)
}
