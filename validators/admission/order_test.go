package admission

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/internal/verdict"
)

func TestTheOrderOfChecksDoesNotMatter(t *testing.T) {
	set := manifests.Set(t, `
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: a}}
---
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: b}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: w}
webhooks: [{clientConfig: {url: "https://x.example"}, rules: [{apiGroups: [""], resources: [secrets]}]}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.external-secrets.io}
spec: {group: external-secrets.io, service: {name: s, namespace: a}}
`)
	judged := func(checks []func(*judge) verdict.Result) []string {
		j := newJudge(set, scope.New(set, nil), cluster.Kapsule())
		return manifests.Lines(verdict.Judge(j, checks).Findings)
	}
	want := judged(checks())
	assert.Len(t, want, 2)
	for _, random := range testkit.Seeds(t, 10) {
		assert.Equal(t, want, judged(manifests.Shuffled(random, checks())))
	}
}
