package network_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// random writes small Segregations and NetworkPolicies about two components, a namespace outside and eight addresses.
type random struct{ *rand.Rand }

func (r random) of(texts ...string) string { return texts[r.IntN(len(texts))] }

func (r random) labels() string {
	return r.of("{}", "{a: '1'}", "{a: '2'}", "{b: '1'}", "{a: '1', b: '1'}")
}

func (r random) selector() string {
	return r.of(
		"{}",
		"{matchLabels: {a: '1'}}",
		"{matchLabels: {a: '1', b: '1'}}",
		"{matchExpressions: [{key: a, operator: In, values: ['1', '2']}]}",
		"{matchExpressions: [{key: a, operator: NotIn, values: ['1']}]}",
		"{matchExpressions: [{key: b, operator: Exists}]}",
		"{matchExpressions: [{key: b, operator: DoesNotExist}]}",
		"{matchLabels: {b: '1'}, matchExpressions: [{key: a, operator: Exists}]}",
	)
}

func (r random) block() string {
	return r.of("198.51.100.0/29", "198.51.100.0/30", "198.51.100.4/30", "198.51.100.6/31", "198.51.100.0/32")
}

// flows are those of one component.
func (r random) flows(peers ...string) string {
	var flows []string
	for range r.IntN(4) {
		flows = append(
			flows,
			fmt.Sprintf(
				"{%s: %s, pods: %s%s}",
				peers[0],
				r.of(peers[1:]...),
				r.labels(),
				r.of("", ", ports: [1]", `, ports: ["1-2"]`, ", ports: [2/UDP]"),
			),
		)
	}
	return "[" + strings.Join(flows, ", ") + "]"
}

func (r random) segregation() string {
	component := func(other string) string {
		return fmt.Sprintf("{internalTraffic: %s, ingress: %s, egress: %s}", r.of("Allow", "Deny"),
			r.flows("from", "{namespace: out}", "{namespace: out, pods: {a: '1'}}", "{cidr: "+r.block()+"}"),
			r.flows("to", "{component: "+other+"}", "{component: "+other+", pods: "+r.labels()+"}",
				"{namespace: out}", "{cidr: "+r.block()+"}"))
	}
	return `apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: s}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  components:
    a: ` + component("b") + "\n    b: " + component("a") + "\n"
}

func (r random) peer() string {
	namespace := func() string {
		return "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + r.of("s-a", "s-b", "out") + "}}"
	}
	switch r.IntN(5) {
	case 0:
		return "{podSelector: " + r.selector() + "}"
	case 1, 2:
		return "{" + namespace() + "}"
	case 3:
		return "{" + namespace() + ", podSelector: " + r.selector() + "}"
	}
	return "{ipBlock: {cidr: 198.51.100.0/29, except: [" +
		r.of("198.51.100.0/30", "198.51.100.4/30", "198.51.100.1/32") + "]}}"
}

func (r random) rules(field string) string {
	var rules []string
	for range r.IntN(3) {
		ports := r.of(
			"",
			"ports: [{port: 1}], ",
			"ports: [{port: 1, endPort: 2}], ",
			"ports: [{port: 2, protocol: UDP}, {port: 1}], ",
			"ports: [{protocol: UDP}], ",
		)
		rules = append(rules, fmt.Sprintf("{%s%s: [%s]}", ports, field, r.peer()))
	}
	return "[" + strings.Join(rules, ", ") + "]"
}

func (r random) policies() string {
	var text strings.Builder
	for _, namespace := range []string{"s-a", "s-b"} {
		for i := range 1 + r.IntN(4) {
			text.WriteString(r.onePolicy(fmt.Sprintf("p%d", i), namespace))
		}
	}
	return text.String()
}

func (r random) onePolicy(name, namespace string) string {
	types := r.of("", ", policyTypes: [Egress]", ", policyTypes: [Ingress, Egress]")
	return networkPolicy(namespace, name, "podSelector: "+r.selector()+types+
		", ingress: "+r.rules("from")+", egress: "+r.rules("to"))
}

// manifests are any policies or, in every second round, what a plan expands to with one policy more.
func (r random) manifests(t *testing.T, round int, p *plan.Plan) string {
	if round%2 == 0 {
		return r.onePolicy("more", r.of("s-a", "s-b")) + generate(t, p)
	}
	return r.policies()
}

// truth is what trying everything finds, for each thing that Check decides.
type truth map[string]bool

func TestCheckAgreesWithTryingEverything(t *testing.T) {
	r := random{testkit.Random(t, 20261124)}
	counts := map[string]int{}
	const rounds = 100
	for round := range rounds {
		p := resolveRandom(t, r)
		text := r.manifests(t, round, p)
		set := manifests.Set(t, text)
		findings := check(set, scope.New(set, []*plan.Plan{p}))
		want, got := tryEverything(set, p), truthOf(findings)
		for _, about := range []string{
			"out", "in", "open s-a egress", "open s-a ingress", "open s-b egress", "open s-b ingress",
			"blocked s-a egress", "blocked s-a ingress", "blocked s-b egress", "blocked s-b ingress"} {
			require.Equal(t, want[about], got[about], "%s: %v\n%s\n%v", about, p, text, findings)
			if want[about] {
				counts[about]++
			}
		}
		if want["reach"] { // an open namespace is reported as that
			require.True(t, got["reach"] || got["open"], "reach: %v\n%s\n%v", p, text, findings)
			counts["reach"]++
		} else {
			require.False(t, got["reach"], "reach: %v\n%s\n%v", p, text, findings)
		}
		require.False(t, finding.AnyUndecided(findings), "%v", findings)
	}
	testkit.Counts(t, map[string]int{
		"blocked s-a egress": 39, "blocked s-a ingress": 44, "blocked s-b egress": 39, "blocked s-b ingress": 41,
		"open s-a egress": 29, "open s-a ingress": 36, "open s-b egress": 30, "open s-b ingress": 34,
		"in": 51, "out": 55, "reach": 45,
	}, counts)
}

// resolveRandom makes a plan; flows that are written twice are refused, so it may take several.
func resolveRandom(t *testing.T, r random) *plan.Plan {
	for {
		node, err := yaml.Parse(r.segregation())
		require.NoError(t, err)
		if seg, findings := spec.Load(node.YNode(), spec.Origin{}, cluster.Kapsule()); !finding.HasErrors(findings) {
			p, err := plan.Resolve(seg, cluster.Kapsule())
			require.NoError(t, err)
			return p
		}
	}
}

// truthOf is what the findings say.
func truthOf(findings []finding.Finding) truth {
	is := truth{}
	for _, f := range findings {
		direction := "ingress"
		if strings.Contains(f.Message, "egress") {
			direction = "egress"
		}
		switch f.Code {
		case finding.NamespaceNotIsolated:
			namespace := f.Object.Namespace
			if namespace == "" {
				namespace = f.Object.Name
			}
			is["open "+namespace+" "+direction], is["open"] = true, true
		case finding.FlowBlocked:
			is["blocked "+f.Object.Namespace+" "+direction] = true
		case finding.UndeclaredFlow:
			is["reach"] = true
		case finding.UndeclaredEgress:
			is["out"] = true
		case finding.UndeclaredIngress:
			is["in"] = true
		}
	}
	return is
}
