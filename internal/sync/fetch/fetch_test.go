package fetch_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/fetch"
	"cloison.dev/cloison/internal/testkit"
)

// reads parses data and dataFrom.
func reads(t *testing.T, text string) []eso.Read {
	t.Helper()
	spec := eso.ExternalSecretSpec{}
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &spec))
	return spec.Reads()
}

// keys reads a key of each path.
func keys(t *testing.T, paths ...string) []eso.Read {
	t.Helper()
	text := "data:\n"
	for i, path := range paths {
		text += fmt.Sprintf("- {secretKey: K%d, remoteRef: {key: \"path:%s\"}}\n", i, path)
	}
	return reads(t, text)
}

// folder has n secrets in the folder /shop.
func folder(n int) (paths []string, values map[string]string) {
	values = map[string]string{}
	for i := range n {
		path := fmt.Sprintf("/shop/key-%03d", i)
		paths, values[path] = append(paths, path), fmt.Sprint("value ", i)
	}
	return paths, values
}

// store is a Store that runs, and what it told.
type store struct {
	*fetch.Store
	mu   sync.Mutex
	told map[string]int
}

// start runs a Store until the test ends.
func start(t *testing.T, v *vault) *store {
	t.Helper()
	s := &store{told: map[string]int{}}
	config := fetch.Config{Vault: v, Jitter: func() float64 { return 0 }, Changed: func(user string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.told[user]++
	}}
	s.Store = fetch.NewStore(config)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	synctest.Wait() // until the first pass, in which there is nothing to do, is over
	t.Cleanup(func() {
		stop()
		<-done
	})
	return s
}

// values formats the outcomes of a user: the values, "absent" or the failure, and "..." where they are not settled.
func (s *store) values(user string) string {
	outcomes, state := s.Outcomes(user)
	var texts []string
	for _, outcome := range outcomes {
		text := "absent"
		if outcome.Failure != "" {
			text = outcome.Failure
		}
		var found []string
		for _, version := range outcome.Found {
			found = append(found, string(version.Value))
		}
		if found != nil {
			slices.Sort(found)
			text = strings.Join(found, "+")
		}
		texts = append(texts, text)
	}
	if !state.Settled {
		return "..."
	}
	return strings.Join(texts, ", ")
}

func TestEachSecretIsReadOnceHoweverManyKeysUseIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/json": "{}", "/shop/url": "u"})
		s := start(t, v)
		text := "data:\n"
		for i := range 37 {
			text += fmt.Sprintf("- {secretKey: K%d, remoteRef: {key: path:/shop/json, property: p%d}}\n", i, i)
		}
		s.Use("e", reads(t, text+"dataFrom: [{extract: {key: path:/shop/json}}, {find: {path: /shop}}]"), time.Hour)
		time.Sleep(time.Second)
		assert.Equal(
			t,
			[]string{"list /shop", "read /shop/json@latest_enabled", "read /shop/url@latest_enabled"},
			v.called(),
		)
		_, state := s.Outcomes("e")
		assert.True(t, state.Settled)
	})
}

func TestANewVersionIsSeenByTheNextPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paths, values := folder(37)
		v := newVault(values)
		s := start(t, v)
		s.Use("e", keys(t, paths...), time.Hour)
		time.Sleep(time.Second)
		assert.Len(t, v.called(), 38)

		time.Sleep(30 * time.Second)
		assert.Equal(t, []string{"list /shop"}, v.called(), "nothing has changed")
		v.set("/shop/key-007", "new")
		time.Sleep(30 * time.Second)
		assert.Equal(t, []string{"list /shop", "read /shop/key-007@latest_enabled"}, v.called())
		assert.Contains(t, s.values("e"), ", new, ")

		v.remove("/shop/key-008")
		time.Sleep(30 * time.Second)
		assert.Equal(t, []string{"list /shop", "read /shop/key-008@latest_enabled"}, v.called())
		assert.Contains(t, s.values("e"), "absent")
		v.set("/shop/key-008", "made again")
		time.Sleep(30 * time.Second)
		assert.Contains(t, s.values("e"), "made again")

		v.remove("/shop/key-009")
		v.set("/shop/key-009", "of another secret")
		time.Sleep(30 * time.Second)
		assert.Contains(t, s.values("e"), "of another secret", "the count is the same, the secret is not")
		v.called()
		time.Sleep(time.Hour)
		assert.Equal(t, 37, v.count("read"), "a full refresh")
	})
}

func TestAFixedRevisionIsNotReadAgainForANewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/url": "first"})
		s := start(t, v)
		s.Use("e", reads(t, `data: [{secretKey: K, remoteRef: {key: path:/shop/url, version: "1"}}]`), time.Hour)
		time.Sleep(time.Second)
		v.set("/shop/url", "second")
		time.Sleep(time.Minute)
		assert.Equal(t, 1, v.count("read"))
		assert.Equal(t, "first", s.values("e"))
	})
}

func TestARefusedListIsNotRetriedBeforeTheRefreshInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/url": "u", "/shop/there": "t"})
		v.failing(func(call string) scaleway.Failure {
			if strings.HasPrefix(call, "list") {
				return scaleway.Denied
			}
			return ""
		})
		s := start(t, v)
		s.Use("e", reads(t, `
data: [{secretKey: K, remoteRef: {key: path:/shop/url}}]
dataFrom: [{find: {path: /shop, name: {regexp: ^there$}}}, {find: {path: /shop, name: {regexp: ^missing$}}}, {find: {path: /shop}}]`), time.Hour)
		time.Sleep(time.Second)
		assert.Equal(t, "u, t, absent, the API says denied", s.values("e"), "a search of one name needs no list")
		assert.Equal(t, []string{
			"list /shop", "read /shop/missing@latest_enabled", "read /shop/there@latest_enabled", "read /shop/url@latest_enabled",
		}, v.called())
		time.Sleep(59 * time.Minute)
		assert.Empty(t, v.called())
		time.Sleep(time.Minute)
		assert.Len(t, v.called(), 4)
	})
}

func TestWhatFailedIsReadAgainAndWhatDidNotIsNot(t *testing.T) {
	for _, of := range []float64{0.01, 0.2, 0.5} {
		synctest.Test(t, func(t *testing.T) {
			paths, values := folder(370)
			v := newVault(values)
			v.latency = 30 * time.Millisecond
			v.failing(share(testkit.Random(t, 1), of, scaleway.Throttled))
			s := start(t, v)
			s.Use("e", keys(t, paths...), time.Hour)
			time.Sleep(10 * time.Second)
			if of > 0.3 {
				time.Sleep(10 * time.Minute)
			}
			_, state := s.Outcomes("e")
			assert.True(t, state.Settled, "%v: %s", of, state.Problem)
			calls := v.called()
			assert.Less(t, float64(len(calls)), 1.3*371/(1-of), "successes are not read again")
		})
	}
}

func TestAScalewayThatIsDownIsAskedSeldomAndUsedOnceItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paths, values := folder(37)
		v := newVault(values)
		s := start(t, v)
		s.Use("e", keys(t, paths...), 10*time.Minute)
		time.Sleep(time.Minute)
		v.called()
		v.failing(func(string) scaleway.Failure { return scaleway.Unreachable })
		time.Sleep(time.Hour)
		calls := len(v.called())
		assert.Less(t, calls, 60, "in an hour")
		assert.Greater(t, calls, 10, "in an hour")
		_, state := s.Outcomes("e")
		assert.False(t, state.Settled)
		assert.Equal(t, "the API says unreachable", state.Problem)
		assert.InDelta(t, time.Hour, time.Since(state.Since), float64(11*time.Minute))
		v.failing(nil)
		time.Sleep(5*time.Minute + time.Second)
		_, state = s.Outcomes("e")
		assert.True(t, state.Settled)
		assert.Empty(t, state.Problem)
		assert.Equal(t, 37, v.count("read"))
	})
}

func TestAnAPIKeyThatIsRefusedIsNotTriedForEverySecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paths, values := folder(370)
		v := newVault(values)
		v.failing(func(string) scaleway.Failure { return scaleway.KeyRefused })
		s := start(t, v)
		s.Use("e", keys(t, paths...), time.Hour)
		time.Sleep(10 * time.Second)
		assert.Less(t, len(v.called()), 10)
		_, state := s.Outcomes("e")
		assert.Equal(t, "the API says key refused", state.Problem)
	})
}

func TestOneWithManyKeysDelaysNoneWithFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paths, values := folder(370)
		values["/shop/only"] = "o"
		v := newVault(values)
		v.latency = 100 * time.Millisecond
		s := start(t, v)
		s.Use("many", keys(t, paths...), time.Hour)
		s.Use("one", keys(t, "/shop/only"), time.Hour)
		time.Sleep(400 * time.Millisecond)
		assert.Equal(t, "...", s.values("many"))
		assert.Equal(t, "o", s.values("one"))
		assert.Equal(t, 1, s.told["one"])
	})
}

func TestASlowStoreDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, fast := newVault(map[string]string{"/a/k": "v"}), newVault(map[string]string{"/b/k": "v"})
		slow.latency = time.Minute
		one, other := start(t, slow), start(t, fast)
		one.Use("e", keys(t, "/a/k"), time.Hour)
		other.Use("e", keys(t, "/b/k"), time.Hour)
		time.Sleep(time.Second)
		assert.Equal(t, "...", one.values("e"))
		assert.Equal(t, "v", other.values("e"))
	})
}

func TestNobodySeesAMixtureOfOldAndNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/user": "old", "/shop/password": "old"})
		s := start(t, v)
		s.Use("e", keys(t, "/shop/user", "/shop/password"), time.Hour)
		time.Sleep(time.Second)
		assert.Equal(t, "old, old", s.values("e"))
		v.set("/shop/user", "new")
		v.set("/shop/password", "new")
		v.failing(func(call string) scaleway.Failure {
			if strings.HasPrefix(call, "read /shop/password") {
				return scaleway.Throttled
			}
			return ""
		})
		for range 120 {
			time.Sleep(time.Second)
			assert.Contains(t, []string{"...", "old, old"}, s.values("e"))
		}
		v.failing(nil)
		time.Sleep(5 * time.Minute)
		assert.Equal(t, "new, new", s.values("e"))
	})
}

func TestOptionalKeysBlockNothing(t *testing.T) {
	for failure, want := range map[scaleway.Failure]string{
		scaleway.Denied: "u, the API says denied", scaleway.Failing: "u, the API says failing", scaleway.Unusable: "u, the API says unusable",
	} {
		synctest.Test(t, func(t *testing.T) {
			v := newVault(map[string]string{"/shop/url": "u", "/shop/optional": "o"})
			v.failing(func(call string) scaleway.Failure {
				if strings.HasPrefix(call, "read /shop/optional") {
					return failure
				}
				return ""
			})
			s := start(t, v)
			s.Use("e", reads(t, `
data: [{secretKey: K, remoteRef: {key: path:/shop/url}}]
dataFrom: [{find: {path: /shop, name: {regexp: ^optional$}}}]`), time.Hour)
			time.Sleep(time.Second)
			assert.Equal(t, want, s.values("e"))
			v.failing(nil)
			time.Sleep(2 * time.Minute)
			assert.Equal(t, "u, o", s.values("e"))
		})
	}
}

func TestReferences(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/a/twice": "1", "/b/twice": "2", "/a/once": "o", "/b/gone": "g"})
		v.secrets["/b/gone"].ephemeral = true
		id := v.secrets["/a/once"].id
		s := start(t, v)
		for text, want := range map[string]string{
			`data: [{secretKey: K, remoteRef: {key: "name:once"}}]`:   "o",
			`data: [{secretKey: K, remoteRef: {key: "name:absent"}}]`: "absent",
			`data: [{secretKey: K, remoteRef: {key: "name:twice"}}]`: "there are 2 secrets of this " +
				"name, in /a and /b: name the one that is meant by its path",
			`data: [{secretKey: K, remoteRef: {key: "id:` + id + `"}}]`: "o",
			`data: [{secretKey: K, remoteRef: {key: "a/once"}}]`: `the reference "a/once" must ` +
				`be path:/FOLDER/NAME, id:UUID or name:NAME`,
			`data: [{secretKey: K, remoteRef: {key: "path:a/once"}}]`: `the reference "path:a/once" ` +
				`must be path:/FOLDER/NAME, id:UUID or name:NAME`,
			`data: [{secretKey: K, remoteRef: {key: "path:/a/once", version: "9"}}]`: "absent",
			`dataFrom: [{find: {name: {regexp: twice}}}]`: `several folders have a secret ` +
				`of the name "twice": name one folder in find.path`,
			`dataFrom: [{find: {path: /a}}]`: "1+o",
			`dataFrom: [{find: {path: /a, name: {regexp: "("}}}]`: `find.name.regexp "(" must be ` +
				`a regular expression`,
			`dataFrom: [{find: {path: /b, name: {regexp: ^gone$}}}]`: "the value is gone once it was " +
				"read (an ephemeral secret), so that it is not read",
		} {
			s.Use(text, reads(t, text), time.Hour)
			time.Sleep(time.Second)
			assert.Equal(t, want, s.values(text), text)
		}
		assert.Zero(t, v.count("read /b/gone"))
	})
}

func TestIntervals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/url": "u"})
		s := start(t, v)
		s.Use("e", keys(t, "/shop/url"), 0)
		time.Sleep(24 * time.Hour)
		assert.Equal(
			t,
			[]string{"read /shop/url@latest_enabled"},
			v.called(),
			"an interval of 0 reads once, and polls nothing",
		)
		s.Use("e", keys(t, "/shop/url"), time.Hour)
		time.Sleep(time.Second)
		assert.Len(t, v.called(), 2, "a shorter interval counts at once")
		s.Force("e")
		time.Sleep(time.Second)
		assert.Len(t, v.called(), 2, "forced")
		s.Drop("e")
		time.Sleep(24 * time.Hour)
		assert.Empty(t, v.called(), "nobody uses it")
	})
}

func TestASecretThatIsNotThereYetIsFound(t *testing.T) {
	for _, lists := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			v := newVault(nil)
			v.failing(func(call string) scaleway.Failure {
				if strings.HasPrefix(call, "list") && !lists {
					return scaleway.Denied
				}
				return ""
			})
			s := start(t, v)
			s.Use("e", keys(t, "/shop/new"), time.Hour)
			time.Sleep(5 * time.Second)
			assert.Equal(t, "absent", s.values("e"))
			v.set("/shop/new", "n")
			time.Sleep(30 * time.Second)
			assert.Equal(t, "n", s.values("e"), "lists: %v", lists)
		})
	}
}

func TestSettleReadsOnceOrSaysThatTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paths, values := folder(37)
		v := newVault(values)
		v.failing(share(testkit.Random(t, 1), 0.2, scaleway.Throttled))
		s := fetch.NewStore(fetch.Config{Vault: v})
		s.Use("e", keys(t, paths...), time.Hour)
		require.NoError(t, s.Settle(t.Context()))
		_, state := s.Outcomes("e")
		assert.True(t, state.Settled)

		v.failing(func(string) scaleway.Failure { return scaleway.Unreachable })
		s = fetch.NewStore(fetch.Config{Vault: v})
		s.Use("e", keys(t, paths...), time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.ErrorIs(t, s.Settle(ctx), context.DeadlineExceeded)
		_, state = s.Outcomes("e")
		assert.Equal(t, "the API says unreachable", state.Problem)
	})
}
