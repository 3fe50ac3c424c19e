package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestPoliciesThatTheAPIServerRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		fields string
		want   []string
	}{
		"a block that is none": {
			"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0}}]}]", []string{"spec.ingress[0].from[0].ipBlock.cidr"},
		},
		"an exception outside": {
			"ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/16, 10.0.0.0/8, x, 10.1.0.0/16]}}]}]",
			[]string{
				"spec.ingress[0].from[0].ipBlock.except[0]",
				"spec.ingress[0].from[0].ipBlock.except[1]",
				"spec.ingress[0].from[0].ipBlock.except[2]",
			},
		},
		"a block beside a selector": {
			"ingress: [{from: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]", []string{"spec.ingress[0].from[0]"},
		},
		"a peer that is nothing": {"egress: [{to: [{}]}]", []string{"spec.egress[0].to[0]"}},
		"an unknown protocol": {
			"ingress: [{from: [{podSelector: {}}], ports: [{protocol: ICMP}]}]",
			[]string{"spec.ingress[0].ports[0].protocol"},
		},
		"a port that is none": {
			"ingress: [{from: [{podSelector: {}}], ports: [{port: 0}, {port: 70000}, {port: Http_}]}]",
			[]string{
				"spec.ingress[0].ports[0].port", "spec.ingress[0].ports[1].port", "spec.ingress[0].ports[2].port",
			},
		},
		"an end without a start": {
			"ingress: [{from: [{podSelector: {}}], ports: [{endPort: 80}, {port: http, endPort: 80}, " +
				"{port: 81, endPort: 80}]}]",
			[]string{
				"spec.ingress[0].ports[0].endPort",
				"spec.ingress[0].ports[1].endPort",
				"spec.ingress[0].ports[2].endPort",
			},
		},
		"an unknown policy type": {"policyTypes: [ingress]", []string{"spec.policyTypes[0]"}},
		"an unknown operator": {
			"ingress: [{from: [{podSelector: {matchExpressions: [{key: app, operator: Is, values: [x]}]}}]}]",
			[]string{"spec.ingress[0].from[0].podSelector"},
		},
		"an operator without values": {
			"ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: app, operator: In}]}}]}]",
			[]string{"spec.ingress[0].from[0].namespaceSelector"},
		},
		"a label that is none": {
			"ingress: [{from: [{podSelector: {matchLabels: {app: 'a b'}}}]}]",
			[]string{"spec.ingress[0].from[0].podSelector"},
		},
		"a block with bits behind the prefix": {"ingress: [{from: [{ipBlock: {cidr: 10.1.2.3/8}}]}]", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var fields []string
			for _, f := range judge.Check(t, all+rules(test.fields)) {
				assert.Equal(
					t,
					"error CLS-N017 NetworkPolicy shop/x "+f.Field.String(),
					string(f.Severity)+" "+string(f.Code)+" "+f.Object.String()+" "+f.Field.String(),
				)
				fields = append(fields, f.Field.String())
			}
			assert.Equal(t, test.want, fields)
		})
	}
}

func TestWhatFollowsFromAnInvalidPolicyIsNotReported(t *testing.T) {
	assert.Equal(t, []string{"error N017 NetworkPolicy shop/x spec.podSelector"},
		manifests.Brief(judge.Check(t, ui+policyOf(
			"podSelector: {matchExpressions: [{key: app, operator: Is}]}, policyTypes: [Ingress, Egress]"))))
}
