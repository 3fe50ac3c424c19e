package fetch_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/testkit"
)

// TestOneIsServedAtOnceBesideThreeThousand has ExternalSecrets come while 3,000 others are polled, in one folder and in
// a folder each, where the lists alone take a third of all time.
func TestOneIsServedAtOnceBesideThreeThousand(t *testing.T) {
	testkit.SkipWithRaceDetector(t)
	const many = 3000
	for _, folders := range []int{1, many} {
		synctest.Test(t, func(t *testing.T) {
			v := newVault(nil)
			v.latency = 30 * time.Millisecond
			s := start(t, v)
			for i := range many {
				path := fmt.Sprintf("/shop-%d/key-%d", i%folders, i)
				v.set(path, "v")
				s.Use(fmt.Sprint("e", i), keys(t, path), time.Hour)
			}
			time.Sleep(31 * time.Second)
			assert.Equal(t, "v", s.values(fmt.Sprint("e", many-1)))
			v.called()
			longest := time.Duration(0)
			for i := range 3 {
				path, user := fmt.Sprintf("/new-%d/key", i), fmt.Sprint("new", i)
				v.set(path, "n")
				begin := time.Now()
				s.Use(user, keys(t, path), time.Hour)
				for s.values(user) != "n" {
					time.Sleep(15 * time.Millisecond)
				}
				longest = max(longest, time.Since(begin))
				time.Sleep(1700 * time.Millisecond)
			}
			lists := v.count("list")
			t.Logf("%d folders, %d lists meanwhile: served after %s at most", folders, lists, longest)
			assert.Less(t, longest, time.Second)
			assert.GreaterOrEqual(t, lists, folders/10, "the others are polled meanwhile")
		})
	}
}

// TestNewsAreReadBeforeWhatIsReadAgain has a new version come while everything is being read in full.
func TestNewsAreReadBeforeWhatIsReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paths, values := folder(500)
		values["/other/key"] = "old"
		v := newVault(values)
		v.latency = time.Second
		s := start(t, v)
		s.Use("many", keys(t, paths...), time.Hour)
		s.Use("one", keys(t, "/other/key"), 10*time.Hour)
		time.Sleep(30 * time.Minute)
		_, state := s.Outcomes("many")
		assert.True(t, state.Settled)
		s.Force("many") // more than a minute of calls
		time.Sleep(time.Second)
		v.set("/other/key", "new")
		begin := time.Now()
		for s.values("one") != "new" {
			time.Sleep(500 * time.Millisecond)
		}
		assert.Less(t, time.Since(begin), 48*time.Second, "it waits for a poll and two passes at most")
		assert.Equal(t, "...", s.values("many"), "which goes on")
	})
}

// TestAFolderThatWasReadOnceIsPolledForThoseWhoReadAgain has one that is read periodically come to one that is not.
func TestAFolderThatWasReadOnceIsPolledForThoseWhoReadAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVault(map[string]string{"/shop/a": "1"})
		s := start(t, v)
		find := reads(t, "dataFrom: [{find: {path: /shop}}]")
		s.Use("once", find, 0)
		time.Sleep(time.Minute)
		assert.Equal(t, 1, v.count("list"))
		s.Use("again", find, time.Hour)
		time.Sleep(time.Second)
		v.set("/shop/a", "2")
		time.Sleep(31 * time.Second)
		assert.Equal(t, "2", s.values("again"))
	})
}
