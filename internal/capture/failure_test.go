package capture_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/testkit"
)

var refused = &capture.Error{Reason: inventory.NotPermitted, Message: "list secrets: not permitted"}

func TestFailures(t *testing.T) {
	wanted := planOf(group("/a", plan.Entry{Secret: "x", Property: "p"}),
		group("/b", plan.Entry{Secret: "y"}, plan.Entry{Secret: "missing"}))
	cases := []struct {
		name    string
		call    string
		err     error
		folders string // "<folder>:<enabled revisions>,<contents>" of the first secret of each
		want    inventory.Failure
	}{
		{"of a list", "list /a", refused, "/b:0,0",
			inventory.Failure{Reason: inventory.NotPermitted, FolderRef: ref("/a"), Message: refused.Message}},
		{"of a wrapped error", "list /a", fmt.Errorf("list: %w", refused), "/b:0,0",
			inventory.Failure{Reason: inventory.NotPermitted, FolderRef: ref("/a"), Message: refused.Message}},
		{"of the list of what is scheduled for deletion", "going /b", refused, "/a:1,1",
			inventory.Failure{Reason: inventory.NotPermitted, FolderRef: ref("/b"), Message: refused.Message}},
		{"of the revisions", "enabled /a/x", refused, "/a:0,0 /b:0,0", inventory.Failure{Reason: inventory.NotPermitted,
			FolderRef: ref("/a"), Secret: "x", Message: refused.Message}},
		{"of a value", "value /a/x@1", refused, "/a:1,0 /b:0,0",
			inventory.Failure{Reason: inventory.NotPermitted, FolderRef: ref("/a"), Secret: "x",
				Message: refused.Message}},
		{"with an error that nobody promised", "value /a/x@1", errors.New(canary), "/a:1,0 /b:0,0", inventory.Failure{
			Reason: inventory.Unavailable, FolderRef: ref("/a"), Secret: "x",
			Message: "ask Scaleway: an error of type *errors.errorString, whose text is not " +
				"repeated: it may hold a value",
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			f.add("/a", "x", `{"p": "`+canary+`"}`, 1)
			f.add("/b", "y", canary, 1)
			f.errors[c.call] = c.err
			reading := read(t, f, wanted)
			assert.Equal(t, []inventory.Failure{c.want}, reading.Failures)
			var got []string
			for _, folder := range reading.Inventory.Spec.Folders {
				secret := folder.Secrets[0]
				got = append(got, fmt.Sprintf("%s:%d,%d", folder.Path, len(secret.Enabled), len(secret.Contents)))
				assert.Equal(t, len(secret.Enabled) > 0, secret.Enabled != nil, "what is not known is not said")
			}
			assert.Equal(t, c.folders, strings.Join(got, " "))
			assert.NotEmpty(t, reading.Inventory.Spec.Projects)
			leaksNothing(t, reading)
		})
	}
}

// leaksNothing searches everything that came of a reading for values.
func leaksNothing(t *testing.T, reading inventory.Reading) {
	t.Helper()
	text, err := json.Marshal(reading)
	require.NoError(t, err)
	assert.NotContains(t, string(text), canary)
	assert.NotContains(t, fmt.Sprintf("%+v", reading), canary)
}

func TestMalformedLists(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name          string
		listed, going []capture.Secret
		want          string
	}{
		{"a name twice", []capture.Secret{{ID: "1", Name: "a"}, {ID: "2", Name: "a"}}, nil, `secret "a" came twice`},
		{"a name that cannot be", []capture.Secret{{ID: "1", Name: "a/b"}}, nil,
			"a secret came under a name that none can have"},
		{
			"a secret twice among those that are scheduled for deletion", nil,
			[]capture.Secret{{ID: "1", Name: "x", DeletionRequestedAt: now},
				{ID: "1", Name: "x", DeletionRequestedAt: now}},
			`secret "x", scheduled for deletion, came twice`,
		},
		{"a deletion that was never asked for", nil, []capture.Secret{{ID: "1", Name: "x"}},
			`secret "x" is scheduled for deletion, and it is not said since when`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			f.listed["/a"], f.going["/a"] = c.listed, c.going
			reading := read(t, f, planOf(group("/a", plan.Entry{Secret: "x"})))
			assert.Empty(t, reading.Inventory.Spec.Folders)
			assert.Equal(t, []inventory.Failure{{
				Reason: inventory.Malformed, FolderRef: ref("/a"),
				Message: `list the secrets of folder "/a" of project ` + project + " in fr-par: " + c.want +
					"; try again; if it stays so, look at SCW_API_URL and at what is between",
			}}, reading.Failures)
		})
	}
}

func TestARevisionThatCannotBe(t *testing.T) {
	f := newFake()
	f.add("/a", "x", canary, 1)
	f.enabled["/a/x"] = []int{0, 1}
	reading := read(t, f, planOf(group("/a", plan.Entry{Secret: "x", Version: "1"})))
	assert.Equal(t, []inventory.Failure{{
		Reason: inventory.Malformed, FolderRef: ref("/a"), Secret: "x",
		Message: `list versions of secret "x" in folder "/a" of project ` + project +
			" in fr-par: 0 came, which is no revision",
	}}, reading.Failures)
}

func TestNoAPIKey(t *testing.T) {
	f := newFake()
	f.add("/a", "x", canary, 1)
	reading := capture.Reader{Accounts: accounts{"a": f}}.Read(t.Context(), []*plan.Plan{planOf(
		group("/a", plan.Entry{Secret: "x"}), group("/b", plan.Entry{Secret: "x"}))})
	assert.Equal(t, []inventory.Failure{{Reason: inventory.NoCredentials, FolderRef: ref("/b"),
		Message: "set SCW_ACCESS_KEY"}}, reading.Failures)
	assert.Len(t, reading.Inventory.Spec.Folders, 1)
}

// asked counts how often each component's API key is asked for.
type asked map[string]int

func (a asked) Account(_ *plan.Plan, component string) (capture.SecretManager, error) {
	a[component]++
	return nil, &capture.Error{Reason: inventory.NoCredentials, Message: "set SCW_ACCESS_KEY"}
}

func TestTheAPIKeyOfAComponentIsAskedForOnce(t *testing.T) {
	p := planOf(group("/a", plan.Entry{Secret: "x"}), group("/b", plan.Entry{Secret: "x"}))
	p.Components[0].Groups = append(p.Components[0].Groups,
		plan.SecretGroup{Folder: "/c", Region: "nl-ams", ProjectID: project})
	keys := asked{}
	reading := capture.Reader{Accounts: keys}.Read(t.Context(), []*plan.Plan{p})
	assert.Equal(t, asked{"a": 1, "b": 1}, keys)
	assert.Len(t, reading.Failures, 3)
}

// half has four folders, of which the odd ones hang: one in its list, one in the value of a secret.
func half() (*fake, *plan.Plan) {
	f := newFake()
	f.delay = func(call string) time.Duration {
		if call == "list /1" || call == "value /3/x@1" {
			return time.Hour
		}
		return time.Second
	}
	var groups []plan.SecretGroup
	for i := range 4 {
		folder := fmt.Sprintf("/%d", i)
		f.add(folder, "x", `{"p": "`+canary+`"}`, 1)
		groups = append(groups, group(folder, plan.Entry{Secret: "x", Property: "p"}))
	}
	return f, planOf(groups...)
}

func TestADeadlineHalfWayKeepsWhatWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := half()
		start := time.Now()
		var told []int
		reading := capture.Reader{Accounts: f, Progress: func(done, _ int) { told = append(told, done) }}.Read(
			t.Context(), []*plan.Plan{p})
		assert.Equal(t, 30*time.Second, time.Since(start))
		halfRead(t, reading, inventory.TimedOut,
			`not read within 30s; 2 of 4 folders were read; try again; "cloison inventory" can be `+
				`given more time with --timeout`)
		assert.Equal(t, []int{1, 2, 3, 4}, told)
	})
}

func TestStoppingHalfWayKeepsWhatWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := half()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		reading := capture.Reader{Accounts: f, Timeout: time.Minute}.Read(ctx, []*plan.Plan{p})
		halfRead(t, reading, inventory.Interrupted,
			"not read before the run was stopped; 2 of 4 folders were read; run it again")
	})
}

func halfRead(t *testing.T, reading inventory.Reading, reason inventory.Reason, message string) {
	t.Helper()
	assert.Equal(t, []inventory.Failure{
		{Reason: reason, FolderRef: ref("/1"), Message: message},
		{Reason: reason, FolderRef: ref("/3"), Secret: "x", Message: message},
	}, reading.Failures)
	require.Len(t, reading.Inventory.Spec.Folders, 3)
	assert.Equal(t, "/3", reading.Inventory.Spec.Folders[2].Path)
	assert.Equal(t, []int{1}, reading.Inventory.Spec.Folders[2].Secrets[0].Enabled)
	assert.Nil(t, reading.Inventory.Spec.Folders[2].Secrets[0].Contents)
	leaksNothing(t, reading)
}

func TestAStoppedRunAsksNothing(t *testing.T) {
	f, p := half()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	reading := capture.Reader{Accounts: f}.Read(ctx, []*plan.Plan{p})
	assert.Empty(t, f.calls)
	require.Len(t, reading.Failures, 4)
	require.Len(t, reading.Uncounted, 1)
	assert.Equal(t, "not read before the run was stopped; 0 of 4 folders were read; run it again",
		reading.Failures[0].Message)
	assert.Equal(t, "not read before the run was stopped; 0 of 4 folders were read; run it again",
		reading.Uncounted[0].Message)
}

func TestWhatWaitsForASlotAtTheEndIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, p := half()
		f.delay = func(string) time.Duration { return time.Hour }
		reading := capture.Reader{Accounts: f, Concurrency: 1, Timeout: time.Second}.Read(t.Context(), []*plan.Plan{p})
		assert.Len(t, f.calls, 1)
		assert.Len(t, reading.Failures, 4)
		assert.Len(t, reading.Uncounted, 1)
		for _, failure := range reading.Failures {
			assert.Equal(t, inventory.TimedOut, failure.Reason)
			assert.Equal(t, `not read within 1s; 0 of 4 folders were read; try again; "cloison inventory" can be `+
				`given more time with --timeout`, failure.Message)
		}
	})
}

func TestARefusalAtTheEndStaysARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		for reason, want := range map[inventory.Reason]inventory.Reason{
			inventory.NotPermitted: inventory.NotPermitted, inventory.Unavailable: inventory.TimedOut,
			inventory.TimedOut: inventory.TimedOut,
		} {
			ends := &endsThen{fake: f, err: &capture.Error{Reason: reason, Message: "no"}}
			reading := capture.Reader{Accounts: accounts{"a": ends}}.Read(t.Context(),
				[]*plan.Plan{planOf(group("/a", plan.Entry{Secret: "x"}))})
			require.Len(t, reading.Failures, 1)
			assert.Equal(t, want, reading.Failures[0].Reason)
		}
	})
}

// endsThen gives its error for a list once the context has ended.
type endsThen struct {
	*fake
	err error
}

func (e *endsThen) Secrets(ctx context.Context, _ inventory.FolderRef, _ bool) ([]capture.Secret, error) {
	<-ctx.Done()
	return nil, e.err
}

func TestTheOrderOfAnswersDoesNotShow(t *testing.T) {
	results := map[string]bool{}
	for seed, random := range testkit.Seeds(t, 20) {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			var groups []plan.SecretGroup
			for i := range 9 {
				folder := fmt.Sprintf("/%d", i)
				f.add(folder, "x", `{"p": "`+canary+`", "q": 1}`, 1, 2)
				f.add(folder, "y", `{"p": 1}`, 3, 1)
				if i%3 == 0 {
					f.errors["list "+folder] = refused
					f.errors["enabled "+fmt.Sprintf("/%d/x", i+1)] = refused
				}
				groups = append(groups, plan.SecretGroup{
					Folder: folder,
					Entries: []plan.Entry{{Secret: "x", Property: "q"}, {Secret: "x", Property: "p"},
						{Secret: "x", Property: "p", Version: "1"}},
					Extract: []plan.Extract{{Secret: "y"}},
				})
			}
			times := map[string]time.Duration{}
			f.delay = func(call string) time.Duration {
				f.mu.Lock()
				defer f.mu.Unlock()
				times[call] = time.Duration(random.IntN(1000)) * time.Millisecond
				return times[call]
			}
			reading := capture.Reader{Accounts: f, Concurrency: 1 + int(seed%5)}.Read(t.Context(),
				[]*plan.Plan{planOf(groups...)})
			leaksNothing(t, reading)
			text, err := inventory.Encode(reading.Inventory, "")
			require.NoError(t, err)
			results[fmt.Sprintf("%s%+v", text, reading.Failures)] = true
			require.Len(t, reading.Failures, 6)
		})
	}
	assert.Len(t, results, 1)
}
