package fetch_test

import (
	"encoding/json"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/fetch"
)

// served is an ExternalSecret with its Secret, held up to date from a Store as the runtime does, each second.
type served struct {
	*store
	external *eso.ExternalSecret
	reads    []eso.Read
	memo     content.Memo
	secret   *corev1.Secret
	last     *content.Content
	writes   int
	events   []string
}

func serve(t *testing.T, s *store, reads []eso.Read, interval time.Duration) *served {
	t.Helper()
	external := &eso.ExternalSecret{}
	external.Name, external.Namespace, external.UID = "e", "shop", "uid"
	s.Use("e", reads, interval)
	return &served{store: s, external: external, reads: reads}
}

// pass lets time go by.
func (s *served) pass(t *testing.T, seconds int) {
	t.Helper()
	for range seconds {
		time.Sleep(time.Second)
		outcomes, state := fetch.Stores{"": s.Store}.Outcomes("e", s.reads)
		facts := decide.Facts{
			External: s.external, Current: s.secret, Last: s.last, LastServes: true,
			Reading: decide.Reading(state), Now: time.Now(),
		}
		if state.Settled {
			facts.Content, facts.Problems = s.memo.Make(s.external, s.reads, outcomes)
		}
		s.carryOut(t, decide.Decide(facts))
	}
}

func (s *served) carryOut(t *testing.T, d decide.Decision) {
	t.Helper()
	if d.Write != nil {
		s.secret = d.Write.Secret.DeepCopy()
		s.secret.ManagedFields = []metav1.ManagedFieldsEntry{{
			Manager: decide.FieldManager, Operation: metav1.ManagedFieldsOperationApply, FieldsV1: metav1.NewFieldsV1("{}"),
		}}
		s.writes++
	}
	if d.Written != nil {
		s.last = d.Written
	}
	for _, event := range d.Events {
		s.events = append(s.events, event.Reason)
	}
	status, err := json.Marshal(d.Status)
	require.NoError(t, err)
	s.external.Status = status
}

func (s *served) ready() string {
	status := s.external.ReadStatus()
	ready := status.Condition(eso.ConditionReady)
	if ready == nil {
		return ""
	}
	return string(ready.Status) + ": " + ready.Message
}

// TestAScalewayThatIsDownForAnHour has the Secret stay as it is and be repaired without a call, the condition say what
// is the matter once, and all be well soon after.
func TestAScalewayThatIsDownForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paths, values := folder(37)
		v := newVault(values)
		s := serve(t, start(t, v), keys(t, paths...), 10*time.Minute)
		s.pass(t, 60)
		require.Equal(t, "True: secret synced", s.ready())
		before := maps.Clone(s.secret.Data)

		v.failing(func(string) scaleway.Failure { return scaleway.Unreachable })
		s.pass(t, 1800)
		s.secret.Data["K7"] = []byte("edited")
		v.called()
		s.pass(t, 1)
		assert.Empty(t, v.called(), "repaired from memory")
		assert.Equal(t, before, s.secret.Data)
		v.set("/shop/key-007", "new")
		s.pass(t, 1799)
		assert.Equal(t, "False: could not get secret data from provider: the API says unreachable", s.ready())
		assert.Equal(t, before, s.secret.Data)
		assert.Equal(t, []string{"Created", "UpdateFailed", "Updated"}, s.events, "said once")

		v.failing(nil)
		s.pass(t, 301) // the longest pause
		assert.Equal(t, "True: secret synced", s.ready())
		assert.Equal(t, "new", string(s.secret.Data["K7"]))
		assert.Equal(t, 3, s.writes)
	})
}

// TestAnOutageThatIsShorterThanTheGraceIsNotSaid has neither a condition nor an event tell of some seconds.
func TestAnOutageThatIsShorterThanTheGraceIsNotSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/url": "u"})
		s := serve(t, start(t, v), keys(t, "/shop/url"), time.Minute)
		s.pass(t, 59)
		v.failing(func(string) scaleway.Failure { return scaleway.Unreachable })
		s.pass(t, 10)
		assert.Equal(t, "True: secret synced", s.ready())
		v.failing(nil)
		s.pass(t, 60)
		assert.Equal(t, "True: secret synced", s.ready())
		assert.Equal(t, []string{"Created"}, s.events)
	})
}

// TestAKeyThatIsDeniedAndGrantedAgain has the Secret stay, every key named, and the values read within a minute or two
// of the new permission.
func TestAKeyThatIsDeniedAndGrantedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/url": "u", "/shop/user": "w"})
		s := serve(t, start(t, v), keys(t, "/shop/url", "/shop/user"), time.Minute)
		s.pass(t, 10)
		v.failing(func(string) scaleway.Failure { return scaleway.Denied })
		v.called()
		s.pass(t, 3600)
		assert.Equal(t, "False: could not get secret data from provider: K0 (path:/shop/url), K1 (path:/shop/user): "+
			"the API says denied", s.ready())
		assert.Equal(t, map[string][]byte{"K0": []byte("u"), "K1": []byte("w")}, s.secret.Data)
		assert.Less(t, len(v.called()), 200, "refusals in an hour, of which Scaleway alerts at 20 in five minutes")
		v.failing(nil)
		s.pass(t, 301)
		assert.Equal(t, "True: secret synced", s.ready())
		assert.Equal(t, []string{"Created", "UpdateFailed"}, s.events)
	})
}
