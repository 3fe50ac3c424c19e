package difference_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/difference"
)

// more are what a change allows more.
func more(t *testing.T, before, after string) []string {
	t.Helper()
	return texts(difference.Compare(stateOf(t, before), stateOf(t, after)).More)
}

func TestATokenInASecretIsThatOfItsAccount(t *testing.T) {
	const manifests = `
apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata: {name: tok, namespace: a, annotations: {kubernetes.io/service-account.name: x}}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: a}
spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: tok}}]}]}
`
	assert.Equal(t, []string{
		"a: token of Secret tok now comes from service account a/adm instead of service account a/x; obtained by Pod p",
	}, more(t, manifests, strings.Replace(manifests, "service-account.name: x", "service-account.name: adm", 1)))
}

func TestSourceRangesAreReadAsTheAPIServerReadsThem(t *testing.T) {
	const manifests = `
apiVersion: v1
kind: Service
metadata: {name: lb, namespace: a}
spec: {type: LoadBalancer, selector: {app: a}, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0/8]}
`
	for ranges, isMore := range map[string]bool{
		`[10.1.0.0/16]`: false, `[" 10.0.0.0/8 "]`: false, `["010.0.0.0/8"]`: false,
		`[10.0.0.0/8, " 0.0.0.0/0"]`: true, `["010.0.0.0/7"]`: true, `[none]`: true, `[]`: true,
	} {
		got := more(t, manifests, strings.Replace(manifests, "[10.0.0.0/8]", ranges, 1))
		assert.Equal(t, isMore, len(got) == 1, "%s: %v", ranges, got)
	}
}

func TestConnectionsOfManyPodsStayApart(t *testing.T) {
	var before, after strings.Builder
	for _, b := range []*strings.Builder{&before, &after} {
		for name := range strings.FieldsSeq("w1 w2 w3 w4 w5 w6 w7 w8 w9") {
			b.WriteString("---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: a, labels: {app: " + name +
				"}}\nspec: {containers: [{name: c, image: i}]}\n")
		}
		for _, name := range []string{"sx", "sy"} {
			b.WriteString("---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: b, labels: {app: " + name +
				"}}\nspec: {containers: [{name: c, image: i}]}\n")
		}
		b.WriteString("---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: b}\n" +
			"spec: {podSelector: {}, policyTypes: [Ingress]}\n")
	}
	for to, last := range map[string]string{"sx": "w8", "sy": "w9"} {
		after.WriteString("---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: " + to + ", namespace: b}\n" +
			"spec: {podSelector: {matchLabels: {app: " + to + "}}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: " +
			"{matchLabels: {kubernetes.io/metadata.name: a}}, podSelector: {matchExpressions: [{key: app, operator: In, " +
			"values: [w1, w2, w3, w4, w5, w6, w7, " + last + "]}]}}]}]}\n")
	}
	got := more(t, before.String(), after.String())
	assert.Len(t, got, 2, "%v", got)
}
