package controller

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/wall"
	"cloison.dev/cloison/internal/wellknown"
)

// stored is a store with a status.
func stored(t *testing.T, status eso.StoreStatus) *secretStore {
	t.Helper()
	text, err := json.Marshal(status)
	require.NoError(t, err)
	return &secretStore{Store: &eso.Store{Status: text}}
}

// says formats conditions, without their messages.
func says(status eso.StoreStatus) (texts []string) {
	for _, c := range status.Conditions {
		texts = append(texts, c.Type+" "+string(c.Status)+" "+c.LastTransitionTime.UTC().Format(time.TimeOnly))
	}
	return texts
}

func TestAStoreKeepsTheConditionsOfOthers(t *testing.T) {
	noon := time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)
	others := eso.Condition{Type: "Others", Status: metav1.ConditionTrue, LastTransitionTime: metav1.NewTime(noon)}
	before := stored(t, eso.StoreStatus{Conditions: []eso.Condition{others}})
	refused := []probe.Finding{{Verdict: probe.Verdict{Result: probe.Refused}}}

	first := statusOf(before, refused, noon.Add(time.Hour))
	assert.Equal(t, []string{"Others True 12:00:00", "SegregationBreach False 13:00:00", "Ready True 13:00:00"},
		says(first))
	assert.Equal(t, "ReadOnly", first.Capabilities)

	next := stored(t, first)
	next.refused = []string{"no key", "no key"}
	unknown := []probe.Finding{{Verdict: probe.Verdict{Result: probe.Unknown, Why: "no key"}}}
	second := statusOf(next, unknown, noon.Add(2*time.Hour))
	assert.Equal(t, []string{"Others True 12:00:00", "SegregationBreach Unknown 14:00:00", "Ready False 14:00:00"},
		says(second))
	assert.Equal(t, "no key", eso.FindCondition(second.Conditions, "Ready").Message)

	last := statusOf(stored(t, second), nil, noon.Add(3*time.Hour))
	assert.Equal(t, []string{"Others True 12:00:00", "Ready True 15:00:00"}, says(last), "nothing is probed any more")
	assert.Equal(t, says(last), says(statusOf(stored(t, last), nil, noon.Add(4*time.Hour))))
}

func TestAStoreOfAnotherControllerHasNoResultOfProbes(t *testing.T) {
	breach := eso.Condition{Type: probe.ConditionBreach, Status: metav1.ConditionTrue}
	ready := eso.Condition{Type: eso.ConditionReady, Status: metav1.ConditionTrue}
	status := withoutProbe(stored(t, eso.StoreStatus{Conditions: []eso.Condition{breach, ready}}))
	assert.Equal(t, []eso.Condition{ready}, status.Conditions)
	assert.Empty(t, withoutProbe(nil).Conditions)
}

// states are those of a runtime that probes two folders, of which a condition says something already.
func states(t *testing.T) (*storeStates, *secretStore) {
	t.Helper()
	folders := []wall.Folder{{Region: "fr-par", ProjectID: "p", Path: "/b"},
		{Region: "fr-par", ProjectID: "p", Path: "/c"}}
	s := &storeStates{
		reconciler: &reconciler{known: map[string]*known{"e": {folders: map[string]string{"s": "/a"}}}},
		seen:       map[string]*seenStore{}, queue: &queue{},
		config: Config{Probe: probe.Terms{Turns: probe.Turns{Interval: time.Hour}, Folders: folders}},
	}
	s.prober = probe.New(probe.Config{Terms: s.config.Probe, Stores: s.probed, Probed: s.found})
	breach := probe.Condition([]probe.Finding{{Folder: folders[0], Verdict: probe.Verdict{Result: probe.Breach}}})
	store := stored(t, eso.StoreStatus{Conditions: []eso.Condition{breach}})
	store.Name, store.key = "s", vaultKey{access: "1", region: "fr-par", project: "p"}
	store.Labels = map[string]string{wellknown.ComponentLabel: "api"}
	return s, store
}

func results(findings []probe.Finding) (all []probe.Result) {
	for i := range findings {
		all = append(all, findings[i].Result)
	}
	return all
}

func TestAnotherAPIKeyEndsWhatWasKnown(t *testing.T) {
	s, store := states(t)
	findings, news := s.look(store)
	assert.Equal(t, []probe.Result{probe.Breach, probe.Unknown}, results(findings), "an earlier process has found it")
	assert.Empty(t, news, "and has told of it")
	s.said("s", findings)
	assert.Equal(t, "/a", s.probed()[0].Own.Path)

	store.key.access = "2"
	findings, news = s.look(store)
	assert.Equal(t, []probe.Result{probe.Unknown, probe.Unknown}, results(findings))
	assert.Empty(t, news)
	s.said("s", findings)

	s.prober.Remember(s.subject("s", s.seen["s"]), s.config.Probe.Folders[1:])
	_, news = s.look(store)
	assert.Equal(t, s.config.Probe.Folders[1:], news)
	_, news = s.look(store)
	assert.Equal(t, s.config.Probe.Folders[1:], news, "it was not told yet")
}

func TestWhyAStoreIsNotProbed(t *testing.T) {
	for want, change := range map[string]func(s *storeStates, store *secretStore){
		"no key": func(_ *storeStates,
			store *secretStore) {
			store.refused = []string{"no key"}
		},
		"no label cloison.dev/component":         func(_ *storeStates, store *secretStore) { store.Labels = nil },
		"no ExternalSecret reads from the store": func(s *storeStates, _ *secretStore) { s.known["e"].folders = nil },
	} {
		s, store := states(t)
		change(s, store)
		s.prober = probe.New(probe.Config{Terms: s.config.Probe, Stores: s.probed, Probed: s.found})
		store.Status = nil
		findings, _ := s.look(store)
		assert.Equal(t, []probe.Result{probe.Unknown, probe.Unknown}, results(findings))
		assert.Contains(t, findings[0].Why, want)
	}
}
