package stores_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// labelled is a Namespace b with the labels that selecting selects; without it, its labels are not known.
const labelled = "{apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {team: x}}}\n---\n"

const selecting = "\n  namespaceSelectors: [{matchLabels: {team: x}}]\n---\n"

// pushing is a PushSecret that writes into the folder /shared.
const pushing = `
apiVersion: external-secrets.io/v1alpha1
kind: PushSecret
metadata: {name: p, namespace: a}
spec:
  secretStoreRefs: [{name: s}]
  selector: {secret: {name: x}}
  data: [{match: {remoteRef: {remoteKey: "path:/shared/x"}}}]
---
`

// everywhere is a ClusterExternalSecret ce with the fields of an ExternalSecret.
func everywhere(spec string) string {
	return `
apiVersion: external-secrets.io/v1
kind: ClusterExternalSecret
metadata: {name: ce}
spec:
  externalSecretSpec: {` + spec + "}" + selecting
}

// TestWhatIsPerhapsThereIsNoError judges what cluster-wide objects make in a namespace of which the labels are not in
// the input, and then again with its labels.
func TestWhatIsPerhapsThereIsNoError(t *testing.T) {
	for _, test := range []struct{ name, code, text, unsure, sure string }{
		{
			"a store that is not there", "E015", reading("b", "path:/b/k") +
				everywhere("secretStoreRef: {name: t}, "+oneKey),
			`warning CLS-E015 ClusterExternalSecret ce spec.externalSecretSpec.secretStoreRef: there is no ` +
				`SecretStore "t" ` +
				`in namespace "b"; whether it is made there depends on the labels of namespace "b", which is not in ` +
				`the ` +
				`input; fix: correct the reference, or add the store`,
			`error CLS-E015 ClusterExternalSecret ce spec.externalSecretSpec.secretStoreRef: there is no SecretStore ` +
				`"t" ` +
				`in namespace "b"; fix: correct the reference, or add the store`,
		},
		{
			"a store that may not be used from there", "E015",
			strings.Replace(clusterStore, "spec:", "spec:\n  conditions: [{namespaces: [z]}]", 1) + "---\n" +
				reading("b", "path:/b/k") + everywhere("secretStoreRef: {name: c, kind: ClusterSecretStore}, "+oneKey),
			`warning CLS-E015 ClusterExternalSecret ce spec.externalSecretSpec.secretStoreRef: ` +
				`ClusterSecretStore "c" may not be used from namespace "b": none of its conditions selects it; ` +
				`whether it is made there depends on the labels of namespace "b", which is not in the input; ` +
				`fix: use a SecretStore of the namespace`,
			`error CLS-E015 ClusterExternalSecret ce spec.externalSecretSpec.secretStoreRef: ` +
				`ClusterSecretStore "c" may not be used from namespace "b": none of its conditions selects it; ` +
				`fix: use a SecretStore of the namespace`,
		},
		{
			"one Secret of two", "E017", reading("b", "path:/b/k") +
				everywhere("secretStoreRef: {name: s}, target: {name: e}, "+oneKey),
			`warning CLS-E017 ClusterExternalSecret ce spec.externalSecretSpec.target.name: Secret "b/e" ` +
				`is created by ExternalSecret b/e too; whether it is made there depends on the labels of ` +
				`namespace "b", which is not in the input; fix: give each a Secret of its own`,
			`error CLS-E017 ClusterExternalSecret ce spec.externalSecretSpec.target.name: Secret "b/e" is ` +
				`created by ExternalSecret b/e too; counterexample: ExternalSecret b/e and ` +
				`ClusterExternalSecret ce overwrite each other, or one never becomes ready; fix: give each a ` +
				`Secret of its own`,
		},
		{
			"a Secret that is written out", "E017", store("b") +
				"{apiVersion: v1, kind: Secret, metadata: {name: ce, namespace: b}, stringData: {A: x}}\n---\n" +
				everywhere("secretStoreRef: {name: s}, "+oneKey),
			`warning CLS-E017 ClusterExternalSecret ce spec.externalSecretSpec.target.name: Secret "b/ce" ` +
				`is created by Secret b/ce too; whether it is made there depends on the labels of namespace ` +
				`"b", which is not in the input; fix: give each a Secret of its own`,
			`error CLS-E017 ClusterExternalSecret ce spec.externalSecretSpec.target.name: Secret "b/ce" is ` +
				`created by Secret b/ce too; counterexample: Secret b/ce and ClusterExternalSecret ce ` +
				`overwrite each other, or one never becomes ready; fix: give each a Secret of its own`,
		},
		{
			"a search of all folders", "E006", reading("z", "path:/z/k") + store("b") +
				everywhere("secretStoreRef: {name: s}, dataFrom: [{find: {name: {regexp: x}}}]"),
			`warning CLS-E006 ClusterExternalSecret ce spec.externalSecretSpec.dataFrom[0].find: the ` +
				`search has no path, so it looks into every folder of the project that the API key may list; ` +
				`fix: set path to the component's folder`,
			`error CLS-E006 ClusterExternalSecret ce spec.externalSecretSpec.dataFrom[0].find: the search ` +
				`has no path, so it looks into every folder of the project that the API key may list; ` +
				`counterexample: ExternalSecret z/e reads /z in the same project, so the search finds what is ` +
				`there; fix: set path to the component's folder`,
		},
		{
			"a search beside what is perhaps read", "E006", store("a") + store("b") +
				external("a", "dataFrom: [{find: {name: {regexp: x}}}]") +
				everywhere("secretStoreRef: {name: s}, data: [{secretKey: K, remoteRef: {key: \"path:/b/k\"}}]"),
			`warning CLS-E006 ExternalSecret a/e spec.dataFrom[0].find: the search has no path, so it ` +
				`looks into every folder of the project that the API key may list; fix: set path to the ` +
				`component's folder`,
			`error CLS-E006 ExternalSecret a/e spec.dataFrom[0].find: the search has no path, so it looks ` +
				`into every folder of the project that the API key may list; counterexample: ` +
				`ClusterExternalSecret ce reads /b in the same project, so the search finds what is there; ` +
				`fix: set path to the component's folder`,
		},
		{
			"a Secret that is copied out", "E005", reading("a", "path:/a/k") + reading("b", "path:/b/k") + `
apiVersion: external-secrets.io/v1alpha1
kind: ClusterPushSecret
metadata: {name: cp}
spec:
  pushSecretSpec: {secretStoreRefs: [{name: s}], selector: {secret: {name: e}},
    data: [{match: {remoteRef: {remoteKey: "path:/a/x"}}}]}` + selecting,
			`warning CLS-E005 ClusterPushSecret cp spec.pushSecretSpec.selector.secret: Secret "e" of ` +
				`namespace a is copied out of the cluster into store "s"; whether it is made there depends on ` +
				`the labels of namespace "a", which is not in the input; fix: remove it, or accept it with a ` +
				`reason`,
			`error CLS-E005 ClusterPushSecret cp spec.pushSecretSpec.selector.secret: Secret "e" of ` +
				`namespace b is copied out of the cluster into store "s"; counterexample: it arrives in folder ` +
				`/a, which namespace a reads; fix: remove it, or accept it with a reason`,
		},
		{
			"a Secret that is copied into what is perhaps read", "E005", store("a") + reading("b", "path:/b/k") +
				pushing +
				everywhere("secretStoreRef: {name: s}, "+
					"data: [{secretKey: K, remoteRef: {key: \"path:/shared/k\"}}]"),
			`warning CLS-E005 PushSecret a/p spec.selector.secret: Secret "x" of namespace a is copied out of the ` +
				`cluster ` +
				`into store "s"; fix: remove it, or accept it with a reason`,
			`error CLS-E005 PushSecret a/p spec.selector.secret: Secret "x" of namespace a is copied out of the ` +
				`cluster ` +
				`into store "s"; counterexample: it arrives in folder /shared, which namespace b reads; fix: remove ` +
				`it, or ` +
				`accept it with a reason`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, []string{test.unsure}, withCode(lines(judged(t, test.text)), test.code))
			assert.Equal(t, []string{test.sure}, withCode(lines(judged(t, labelled+test.text)), test.code))
		})
	}
}

// TestWhatIsSurelyThereIsAnError shows that an error in one namespace is no less of one where the same object perhaps
// makes it in another.
func TestWhatIsSurelyThereIsAnError(t *testing.T) {
	text := "{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: a}}\n---\n" + labelled + store("c") +
		everywhere("secretStoreRef: {name: s}, "+oneKey)
	assert.Equal(t, []string{
		`error CLS-E015 ClusterExternalSecret ce spec.externalSecretSpec.secretStoreRef: there is no ` +
			`SecretStore "s" in namespace "b"; the one of namespace "c" cannot be used from there; fix: refer ` +
			`to the store of the namespace`,
	}, withCode(lines(judged(t, text)), "E015"))
}

// withCode are the findings with a code of the family.
func withCode(lines []string, code string) []string {
	found := []string{}
	for _, line := range lines {
		if strings.Contains(line, "CLS-"+code) {
			found = append(found, line)
		}
	}
	return found
}

// TestNothingReadsWhatAGeneratorStandsBeside judges two namespaces: what the one has beside a generator is in the
// folder that the other uses.
func TestNothingReadsWhatAGeneratorStandsBeside(t *testing.T) {
	const shared = "data: [{secretKey: K, remoteRef: {key: \"path:/shared/k\"}"
	in := func(namespace, spec string) string {
		return strings.Replace(external(namespace, spec), "{name: s}", "{name: s, kind: ClusterSecretStore}", 1)
	}
	read, beside := in("b", shared+"}]"), in("b", shared+", "+generated+"}]")
	other := in("a", shared+"}]")
	assert.Len(t, withCode(lines(judged(t, other+read)), "E022"), 1)
	assert.Empty(t, withCode(lines(judged(t, other+beside)), "E022"))
	assert.Contains(t, withCode(lines(judged(t, other+pushing+read)), "E005")[0], "folder /shared, which namespace b "+
		"reads")
	assert.NotContains(t, withCode(lines(judged(t, other+pushing+beside)), "E005")[0], "namespace b")
}
