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
	assert.Equal(t, []string{"Others True 12:00:00", "SegregationBreach False 13:00:00", "Ready True 13:00:00"}, says(first))
	assert.Equal(t, "ReadOnly", first.Capabilities)

	next := stored(t, first)
	next.refused = []string{"no key", "no key"}
	unknown := []probe.Finding{{Verdict: probe.Verdict{Result: probe.Unknown, Why: "no key"}}}
	second := statusOf(next, unknown, noon.Add(2*time.Hour))
	assert.Equal(t, []string{"Others True 12:00:00", "SegregationBreach Unknown 14:00:00", "Ready False 14:00:00"}, says(second))
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
