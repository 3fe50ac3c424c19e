package difference_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/difference"
)

const (
	closedPods = `
apiVersion: v1
kind: Namespace
metadata: {name: back}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: front}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web, tier: ui}}, spec: {containers: [{name: c}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: back}
spec: {selector: {matchLabels: {app: api}}, template: {metadata: {labels: {app: api}}, spec: {containers: [{name: c}]}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: back}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
`
	apiPolicy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: back}
spec:
  podSelector: %s
  policyTypes: [%s]
  %s:
  - %s: [%s]
    ports: [{port: 80}]
`
	front = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: front}}"
)

// TestWhatOpensIsSaidExactly changes the peer of one rule.
func TestWhatOpensIsSaidExactly(t *testing.T) {
	const app = "{matchLabels: {app: api}}"
	const onAPI = " can now reach Deployment api of back on 80"
	for name, test := range map[string]struct {
		egress           bool
		own, ownAfter    string
		before, after    string
		more, less       []string
		moreOnTheWayBack []string
		whyOfTheFirst    string
	}{
		"every pod instead of one": {
			before: "{" + front + ", podSelector: {matchLabels: {app: web}}}", after: "{" + front + "}",
			more: []string{"every pod of front, those that are created later too," + onAPI},
		},
		"fewer labels": {
			before: "{" + front + ", podSelector: {matchLabels: {app: web, tier: ui}}}",
			after:  "{" + front + ", podSelector: {matchLabels: {app: web}}}",
			more:   []string{"pods app=web of front, those that are created later too," + onAPI},
		},
		"one more value": {
			before: "{" + front + ", podSelector: {matchExpressions: [{key: app, operator: In, values: [web, x]}]}}",
			after:  "{" + front + ", podSelector: {matchExpressions: [{key: app, operator: In, values: [web, x, v1, v2]}]}}",
			more:   []string{"pods app=v1 and pods app=v2 of front, those that are created later too," + onAPI},
		},
		"an exception less": {
			before: "{" + front + ", podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [x]}]}}",
			after:  "{" + front + "}",
			more:   []string{"pods app=x of front, those that are created later too," + onAPI},
		},
		"every pod for egress": {
			egress: true, before: "{" + front + ", podSelector: {matchLabels: {app: web}}}", after: "{" + front + "}",
			more: []string{"Deployment api of back can now reach every pod of front, those that are created later too, on 80"},
		},
		"a rule of every pod": {
			own: app, ownAfter: "{}", before: "{" + front + "}", after: "{" + front + "}",
			more: []string{"every pod of front, those that are created later too, can now reach every pod of back, those that are " +
				"created later too, on 80; of the input, these: Deployment web"},
		},
		"a rule of every pod of the input": {
			before: "{" + front + ", podSelector: {matchLabels: {app: none}}}", after: "{" + front + "}",
			more: []string{"every pod of front, those that are created later too," + onAPI + "; of the input, these: Deployment web"},
		},
		"more labels of a namespace": {
			egress: true, before: "{namespaceSelector: {matchLabels: {team: v}}}",
			after: "{namespaceSelector: {matchLabels: {team: v, env: prod}}}",
			less: []string{"Deployment api of back can no longer reach every pod of namespaces labelled team=v on 80; still every pod of " +
				"namespaces labelled env=prod,team=v"},
			moreOnTheWayBack: []string{"Deployment api of back can now reach every pod of namespaces labelled team=v on 80; before only " +
				"every pod of namespaces labelled env=prod,team=v"},
		},
		"two rules that are one": {
			egress: true,
			before: "{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [v]}]}}, " +
				"{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [w]}]}}",
			after: "{namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [w, v]}]}}",
		},
		"two blocks that are one": {
			egress: true, before: "{ipBlock: {cidr: 192.168.0.0/17}}, {ipBlock: {cidr: 192.168.128.0/17}}",
			after: "{ipBlock: {cidr: 192.168.0.0/16}}",
		},
		"a part of a block": {
			before: "{ipBlock: {cidr: 10.0.0.0/8}}", after: "{ipBlock: {cidr: 10.1.0.0/16}}",
			less:             []string{"10.0.0.0/8 but for 10.1.0.0/16 can no longer reach Deployment api of back on 80"},
			moreOnTheWayBack: []string{"10.0.0.0/8 but for 10.1.0.0/16 can now reach Deployment api of back on 80"},
		},
		"an except less": {
			egress: true, before: "{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}", after: "{ipBlock: {cidr: 10.0.0.0/8}}",
			more: []string{"Deployment api of back can now reach 10.1.0.0/16 on 80"},
		},
		"many blocks": {
			egress: true, before: "{ipBlock: {cidr: 10.0.0.0/24}}",
			after: "{ipBlock: {cidr: 10.0.0.0/24}}, {ipBlock: {cidr: 10.0.0.0/16}}",
			more:  []string{"Deployment api of back can now reach 10.0.0.0/16 but for 10.0.0.0/24 on 80"},
		},
		"perhaps": {
			before: "{namespaceSelector: {matchLabels: {team: v}}}, {" + front + ", podSelector: {matchLabels: {app: none}}}",
			after:  "{namespaceSelector: {matchLabels: {team: v}}}, {" + front + "}",
			more: []string{"every pod of front, those that are created later too, can now for sure, and not only perhaps, reach " +
				"Deployment api of back on 80; of the input, these: Deployment web"},
			whyOfTheFirst: "perhaps: a rule asks for labels of the namespace front, which is not in the input",
		},
	} {
		t.Run(name, func(t *testing.T) {
			kind, side, peers := "Ingress", "ingress", "from"
			if test.egress {
				kind, side, peers = "Egress", "egress", "to"
			}
			own, ownAfter := app, app
			if test.own != "" {
				own, ownAfter = test.own, test.ownAfter
			}
			base := stateOf(t, closedPods+fmt.Sprintf(apiPolicy, own, kind, side, peers, test.before))
			head := stateOf(t, closedPods+fmt.Sprintf(apiPolicy, ownAfter, kind, side, peers, test.after))
			found, back := difference.Compare(base, head), difference.Compare(head, base)
			assert.Equal(t, test.more, texts(found.More))
			assert.Len(t, found.Less, len(test.less))
			assert.Len(t, back.Less, len(test.more))
			if test.less != nil {
				assert.Equal(t, test.less, texts(found.Less))
			}
			assert.Equal(t, test.moreOnTheWayBack, texts(back.More))
			if test.whyOfTheFirst != "" {
				assert.Contains(t, found.More[0].Why, test.whyOfTheFirst)
			}
		})
	}
}

func texts(changes []difference.Change) []string {
	var all []string
	for _, c := range changes {
		all = append(all, c.Text)
	}
	return all
}

// TestOneChangedRuleOpensNothingInSilence changes one peer of random policies. What is open for pods that nobody makes
// yet counts as well.
func TestOneChangedRuleOpensNothingInSilence(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(9, 10))}
	peers := regexp.MustCompile(`(from|to): \[.*?\}\]`)
	grew := 0
	for round := range 150 {
		before := m.manifests(m.workloads())
		lines := strings.Split(before, "\n")
		var at []int
		for i, line := range lines {
			if strings.Contains(line, "to: [{") || strings.Contains(line, "from: [{") || strings.Contains(line, "podSelector: {}") {
				at = append(at, i)
			}
		}
		if len(at) == 0 {
			continue
		}
		line := &lines[at[m.IntN(len(at))]]
		if strings.HasPrefix(*line, "  podSelector") {
			*line = "  podSelector: {matchLabels: {tier: w}}"
		} else {
			peer := m.pick("{namespaceSelector: {}}", "{podSelector: {}}", "{namespaceSelector: {matchLabels: {team: v}}}",
				"{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: b}}}", "{podSelector: {matchLabels: {tier: v}}}",
				"{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [d0]}]}}")
			*line = peers.ReplaceAllString(*line, "$1: ["+peer+"]")
		}
		after := strings.Join(lines, "\n")
		base, head := stateOf(t, before), stateOf(t, after)
		was := openLater(base.Model)
		more := difference.Compare(base, head).More
		isNetwork := func(c difference.Change) bool { return c.Concern == difference.Network }
		for connection := range openLater(head.Model) {
			if !was[connection] {
				grew++
				require.True(t, slices.ContainsFunc(more, isNetwork), "round %d: %s\n%s\n=====\n%s", round, connection, before, after)
			}
		}
	}
	assert.Greater(t, grew, 100)
}
