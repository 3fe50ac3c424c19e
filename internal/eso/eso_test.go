package eso_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/ternary"
)

func TestReferencesAreWrittenAsTheyAreRead(t *testing.T) {
	for _, key := range []string{"path:/a", "path:/a/b/c", "name:a", "id:a", "path:a/b", "a/b", "ref:a", ""} {
		assert.Equal(t, key, eso.ParseReference(key).String())
	}
	assert.Equal(t, "path:/k", eso.PathReference("/", "k").String())
}

func TestSearches(t *testing.T) {
	for path, want := range map[string]string{"": "", "/": "/", "/a": "/a", "/a/": "/a", "a": "a"} {
		find := eso.Find{Path: &path}
		assert.Equal(t, want, find.Folder())
		assert.Equal(t, path == "/a/", find.HasTrailingSlash(), "%s", path)
	}
	assert.Empty(t, (&eso.Find{}).Folder())
	assert.Empty(t, (&eso.Find{}).Expression())
	assert.Equal(t, "a.b", (&eso.Find{Name: &eso.FindName{RegExp: `^a\.b$`}}).OnlyName())
	assert.Empty(t, (&eso.Find{Name: &eso.FindName{RegExp: "a"}}).OnlyName())
}

func TestReadsKnowTheirStore(t *testing.T) {
	reads := read(`
spec:
  secretStoreRef: {name: s}
  data:
  - {secretKey: K, remoteRef: {key: "path:/f/k"}}
  - {secretKey: L, sourceRef: {storeRef: {kind: ClusterSecretStore, name: c}}}
  dataFrom:
  - {sourceRef: {generatorRef: {kind: Password, name: p}}}
`).Spec.Reads()
	s, c := eso.StoreRef{Kind: eso.SecretStoreKind, Name: "s"},
		eso.StoreRef{Kind: eso.ClusterSecretStoreKind, Name: "c"}
	assert.Equal(t, []eso.StoreRef{s, c, s}, []eso.StoreRef{reads[0].StoreRef, reads[1].StoreRef, reads[2].StoreRef})
	assert.Equal(t, []bool{false, true, false}, []bool{reads[0].OwnStore, reads[1].OwnStore, reads[2].OwnStore})
	assert.Equal(t, []bool{false, false, true}, []bool{reads[0].Generates, reads[1].Generates, reads[2].Generates})
	assert.Equal(t, eso.ReadGenerator, reads[2].Kind)
}

func TestTheTarget(t *testing.T) {
	for policy, want := range map[string][2]bool{
		"": {true, true}, eso.CreateOwned: {true, true}, "Orphan": {true, true}, eso.CreateMerge: {true,
			false}, eso.CreateNone: {false, false},
	} {
		target := eso.Target{CreationPolicy: policy}
		assert.Equal(t, want, [2]bool{target.Writes(), target.Creates()}, "%q", policy)
	}
	var spec eso.ExternalSecretSpec
	assert.Equal(t, "e", spec.TargetName("e"))
	interval, err := spec.Interval()
	assert.NoError(t, err)
	assert.Equal(t, time.Hour, interval)
	spec.RefreshInterval = new("1 hour")
	_, err = spec.Interval()
	assert.Error(t, err)
}

func TestNamespacesOfClusterWideObjects(t *testing.T) {
	team := &metav1.LabelSelector{MatchLabels: map[string]string{"team": "x"}}
	named := &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "a"}}
	malformed := &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: "team", Operator: "Is"}}}
	known, unknown := eso.NewNamespace("a", map[string]string{"team": "x"}), eso.NamespaceOf("a")
	for _, test := range []struct {
		selector       *metav1.LabelSelector
		known, unknown ternary.Answer
	}{
		{nil, ternary.No, ternary.No},
		{team, ternary.Yes, ternary.Unknown},
		{named, ternary.Yes, ternary.Yes},
		{malformed, ternary.No, ternary.Unknown},
		{&metav1.LabelSelector{}, ternary.Yes, ternary.Yes},
	} {
		assert.Equal(t, test.known, known.IsSelected(test.selector), "%v", test.selector)
		assert.Equal(t, test.unknown, unknown.IsSelected(test.selector), "%v", test.selector)
	}
	other := eso.NamespaceOf("b")
	assert.Equal(t, ternary.No, other.IsSelected(named))

	assert.Equal(t, ternary.Yes, (&eso.StoreSpec{}).UsableFrom(other))
	confined := &eso.StoreSpec{Conditions: []eso.StoreConditions{{NamespaceRegexes: []string{"(", "^a$"}},
		{NamespaceSelector: team}}}
	assert.Equal(t, ternary.Yes, confined.UsableFrom(unknown))
	assert.Equal(t, ternary.Unknown, confined.UsableFrom(other))
	assert.Equal(t, ternary.No, confined.UsableFrom(eso.NewNamespace("b", nil)))

	made := &eso.ClusterExternalSecretSpec{Namespaces: []string{"b"}, NamespaceSelectors: []*metav1.LabelSelector{team}}
	assert.Equal(t, ternary.Yes, made.MakesIn(other))
	assert.Equal(t, ternary.Unknown, made.MakesIn(unknown))
	pushed := &eso.ClusterPushSecretSpec{NamespaceSelectors: []*metav1.LabelSelector{named}}
	assert.Equal(t, []ternary.Answer{ternary.Yes, ternary.No},
		[]ternary.Answer{pushed.MakesIn(unknown), pushed.MakesIn(other)})
}

// TestWhatIsReadIsWrittenAgain holds that there is one tree of types: nothing is lost or added.
func TestWhatIsReadIsWrittenAgain(t *testing.T) {
	e := read(external)
	text, err := yaml.Marshal(e)
	assert.NoError(t, err)
	assert.Equal(t, e, read(string(text)))
	assert.NotContains(t, string(text), "null")
	assert.NotContains(t, string(text), "status")
}

func TestTheTimeOfACondition(t *testing.T) {
	at := func(second int64) metav1.Time { return metav1.Unix(second, 0) }
	other := eso.Condition{Type: "Other", Status: metav1.ConditionTrue, LastTransitionTime: at(1)}
	first := eso.Condition{Type: "Ready", Status: metav1.ConditionTrue, Reason: "R", LastTransitionTime: at(2)}
	set, changed := eso.SetCondition([]eso.Condition{other}, first)
	assert.True(t, changed)
	assert.Equal(t, []eso.Condition{other, first}, set)

	same := first
	same.LastTransitionTime = at(3)
	again, changed := eso.SetCondition(set, same)
	assert.False(t, changed)
	assert.Equal(t, set, again)

	reworded := same
	reworded.Message = "m"
	again, changed = eso.SetCondition(set, reworded)
	assert.True(t, changed)
	assert.Equal(t, at(2), eso.FindCondition(again, "Ready").LastTransitionTime, "the status is the same")
	assert.Equal(t, other, again[0])
	assert.Empty(t, eso.FindCondition(set, "Ready").Message, "what was given stays as it is")

	failed := reworded
	failed.Status = metav1.ConditionFalse
	again, changed = eso.SetCondition(set, failed)
	assert.True(t, changed)
	assert.Equal(t, at(3), eso.FindCondition(again, "Ready").LastTransitionTime)
	assert.Nil(t, eso.FindCondition(again, "None"))
}
