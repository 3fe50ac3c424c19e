package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/network"
)

// TestTheOrderOfChecksDoesNotMatter judges random policies, with what is wrong in several ways among them.
func TestTheOrderOfChecksDoesNotMatter(t *testing.T) {
	r := random{testkit.Random(t, 1)}
	codes := map[finding.Code]int{}
	for round := range 60 {
		p := resolveRandom(t, r)
		set := manifests.Set(t, r.manifests(t, round, p)+r.broken("s-a")+r.broken("s-b"))
		for _, components := range []*scope.Scope{scope.New(set, []*plan.Plan{p}), scope.New(set, nil)} {
			want := network.Check(set, components, cluster.Kapsule())
			finding.Sort(want.Findings)
			for _, f := range want.Findings {
				codes[f.Code]++
			}
			for range 5 {
				got := network.CheckShuffled(r.Rand, set, components, cluster.Kapsule())
				finding.Sort(got.Findings)
				assert.Equal(t, want.Findings, got.Findings)
				assert.ElementsMatch(t, want.Decided, got.Decided)
			}
		}
	}
	testkit.Counts(t, map[finding.Code]int{
		"CLS-N001": 46, "CLS-N002": 30, "CLS-N003": 169, "CLS-N004": 99, "CLS-N005": 14, "CLS-N006": 41, "CLS-N007": 32,
		"CLS-N009": 344, "CLS-N010": 74, "CLS-N011": 21, "CLS-N012": 91, "CLS-N019": 74, "CLS-N020": 63, "CLS-N021": 22,
	}, codes)
}

// broken are pods and a policy of a namespace with a mistake that shows in several ways.
func (r random) broken(namespace string) string {
	const work = `apiVersion: v1
kind: Pod
metadata: {name: w, namespace: %, labels: {a: '1'}}
spec: {containers: [{name: w}]}
`
	fields := r.of(
		"podSelector: {matchLabels: {a: '3'}}, policyTypes: [Egress]",
		"podSelector: {}, policyTypes: [Ingress], egress: [{to: [{podSelector: {}}]}]",
		"podSelector: {}, egress: [{to: [{"+named("s-x")+"}]}]",
		"podSelector: {}, egress: [{to: [{"+named("kube-system")+
			", podSelector: {matchLabels: {k8s-app: dns}}}], ports: [{port: 53}]}]",
		"podSelector: {}, egress: [{to: [{podSelector: {matchLabels: {a: '9'}}}], ports: [{port: web}]}]",
		"podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}, {podSelector: {}}]}]",
		"podSelector: {}, egress: [{}]", "podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]",
		"podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]",
	)
	return "---\n" + strings.ReplaceAll(work, "%", namespace) + "---\n" + networkPolicy(namespace, "broken", fields)
}
