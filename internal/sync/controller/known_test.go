package controller

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/decide"
)

func secretOf(version string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "api", ResourceVersion: version}}
}

// TestTheNewestSecretIsKnown follows what is watched of a Secret, which is older than what was written for a while.
func TestTheNewestSecretIsKnown(t *testing.T) {
	for name, test := range map[string]struct {
		writes  []string
		watched look
		want    string
	}{
		"nothing was written":           {nil, look{secret: secretOf("7")}, "7"},
		"not watched yet":               {[]string{"7", "8"}, look{secret: secretOf("7")}, "8"},
		"created, not watched yet":      {[]string{"", "8"}, look{}, "8"},
		"watched now":                   {[]string{"7", "8"}, look{secret: secretOf("8")}, "8"},
		"written twice":                 {[]string{"7", "8", "9"}, look{secret: secretOf("7")}, "9"},
		"written twice, watched partly": {[]string{"7", "8", "9"}, look{secret: secretOf("8")}, "9"},
		"changed by others since":       {[]string{"7", "8"}, look{secret: secretOf("9")}, "9"},
		"created, and deleted by others before that is watched": {[]string{"", "8"}, look{deletions: 1}, ""},
	} {
		known := &known{}
		for i := 1; i < len(test.writes); i++ {
			var before *corev1.Secret
			if test.writes[i-1] != "" {
				before = secretOf(test.writes[i-1])
			}
			known.wrote(before, secretOf(test.writes[i]))
		}
		assert.Equal(t, test.want, versionOf(known.newest(test.watched)), name)
	}
}

// TestASecretThatAnotherProcessAppliedIsNoticed compares when a Secret was applied.
func TestASecretThatAnotherProcessAppliedIsNoticed(t *testing.T) {
	at := func(second int, manager string, operation metav1.ManagedFieldsOperationType) *corev1.Secret {
		applied := metav1.NewTime(time.Date(2026, 7, 3, 12, 0, second, 0, time.UTC))
		return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{ManagedFields: []metav1.ManagedFieldsEntry{
			{Manager: manager, Operation: operation, Time: &applied},
		}}}
	}
	const apply, update = metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	own := at(1, decide.FieldManager, apply)
	known := &known{content: &content.Content{}, applied: decide.AppliedAt(own)}
	assert.False(t, known.isAnothers(own))
	assert.False(t, known.isAnothers(nil), "deleted")
	assert.False(t, known.isAnothers(&corev1.Secret{}), "without managed fields")
	assert.False(t, known.isAnothers(at(2, "kubectl-edit", update)), "edited")
	assert.False(t, known.isAnothers(at(2, decide.FieldManager, update)), "a restart came to its end")
	assert.True(t, known.isAnothers(at(2, decide.FieldManager, apply)), "another leader")
	known.content = nil
	assert.False(t, known.isAnothers(at(2, decide.FieldManager, apply)), "nothing is known that could be old")
}
