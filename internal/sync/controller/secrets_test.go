package controller

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// TestTheWatchOfOneSecret tells a watch what the API server may tell it, and looks at what is known then.
func TestTheWatchOfOneSecret(t *testing.T) {
	forbidden := apierrors.NewForbidden(schema.GroupResource{Resource: "secrets"}, "own", errors.New("by RBAC"))
	one := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "own"}}
	told := 0
	w := &named{name: "own", changed: func() { told++ }}
	s := &secrets{watches: map[string]*named{"own": w}}
	for _, step := range []struct {
		name string
		do   func() error
		want look
		tell bool
	}{
		{"nothing yet", func() error { return nil }, look{}, false},
		{"no answer", func() error { w.failed(t.Context(), errors.New("no route")); return nil },
			look{problem: `Secret "own" cannot be watched: the API server does not answer`}, true},
		{"a refusal", func() error { w.failed(t.Context(), forbidden); return nil },
			look{problem: `Secret "own" cannot be watched: the runtime's Role must allow get, list and watch on it ` +
				`by name`}, true},
		{"no such Secret", func() error { return w.Replace(nil, "1") }, look{known: true}, true},
		{"a deletion of what was never seen", func() error { return w.Delete(one) }, look{known: true}, true},
		{"it is made", func() error { return w.Add(one) }, look{known: true, secret: one}, true},
		{"it is changed", func() error { return w.Update(one) }, look{known: true, secret: one}, true},
		{"what is known stays so when the watch breaks", func() error { w.failed(t.Context(), forbidden); return nil },
			look{known: true, secret: one}, true},
		{"it is deleted", func() error { return w.Delete(one) }, look{known: true, deletions: 1}, true},
		{"it is made while the watch is broken", func() error { return w.Replace([]any{one}, "2") },
			look{known: true, secret: one, deletions: 1}, true},
		{"it is deleted while the watch is broken", func() error { return w.Replace(nil, "3") },
			look{known: true, deletions: 2}, true},
	} {
		t.Run(step.name, func(t *testing.T) {
			before := told
			require.NoError(t, step.do())
			assert.Equal(t, step.want, s.get("own"))
			assert.Equal(t, step.tell, told > before)
		})
	}
	require.EqualError(t, w.Add(&corev1.ConfigMap{}), `the watch of Secret "own" gave a *v1.ConfigMap`)
}

// TestAWatchIsNotEndedAsItBegins looks at what is held while watches that nothing needs are ended: whoever needs a
// Secret from now on must wait until that is done, or loses its watch, and its ExternalSecret waits for ever.
func TestAWatchIsNotEndedAsItBegins(t *testing.T) {
	r := &reconciler{
		known: map[string]*known{}, keys: map[string][]string{}, secrets: &secrets{watches: map[string]*named{}},
		stores: &stores{open: map[string]*opened{}},
	}
	r.secrets.mu.Lock()
	var tidying sync.WaitGroup
	tidying.Go(func() { r.needsKey("store", []string{"key"}) })
	const enough = 20
	for held, looks := 0, 0; held < enough; looks++ {
		require.Less(t, looks, 1000, "what is needed can change while watches are ended")
		if held++; r.mu.TryLock() {
			r.mu.Unlock()
			held = 0
		}
		time.Sleep(time.Millisecond)
	}
	r.secrets.mu.Unlock()
	tidying.Wait()
}
