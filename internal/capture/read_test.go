package capture_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/strict"
)

func read(t *testing.T, f *fake, plans ...*plan.Plan) inventory.Reading {
	t.Helper()
	return capture.Reader{Accounts: f}.Read(t.Context(), plans)
}

// folders are the folders of a reading in which nothing failed.
func folders(t *testing.T, reading inventory.Reading) []inventory.Folder {
	t.Helper()
	require.Empty(t, reading.Failures)
	return reading.Inventory.Spec.Folders
}

func TestAFolderTakesOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.count = 250
		f.delay = func(string) time.Duration { return 100 * time.Millisecond }
		var groups []plan.SecretGroup
		var want []string
		for i := range 20 {
			folder := fmt.Sprintf("/folder-%02d", i)
			want = append(want, "list "+folder)
			var entries []plan.Entry
			for j := range 250 / 20 {
				f.add(folder, fmt.Sprintf("secret-%d", j), canary, 1)
				entries = append(entries, plan.Entry{Key: "K", Secret: fmt.Sprintf("secret-%d", j)})
			}
			groups = append(groups, group(folder, entries...))
		}
		var told []string
		start := time.Now()
		reader := capture.Reader{Accounts: f,
			Progress: func(done, total int) { told = append(told, fmt.Sprintf("%d/%d", done, total)) }}
		reading := reader.Read(t.Context(), []*plan.Plan{planOf(groups...)})

		assert.Equal(t, append([]string{"count fr-par " + project}, want...), f.sorted())
		assert.Equal(t, 200*time.Millisecond, time.Since(start))
		assert.Equal(t, 16, f.most)
		assert.Len(t, folders(t, reading), 20)
		assert.Equal(t, []inventory.Project{{Region: "fr-par", ProjectID: project, Secrets: 250}},
			reading.Inventory.Spec.Projects)
		require.Len(t, told, 20)
		assert.Equal(t, "1/20", told[0])
		assert.Equal(t, "20/20", told[19])
	})
}

func TestCallsAreBoundedOverAllFolders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.delay = func(string) time.Duration { return time.Second }
		var groups []plan.SecretGroup
		for i := range 6 {
			folder := fmt.Sprintf("/folder-%d", i)
			f.add(folder, "a", `{"a": 1}`, 1)
			f.add(folder, "b", `{"a": 1}`, 1)
			groups = append(groups, group(folder, plan.Entry{Secret: "a", Property: "a"},
				plan.Entry{Secret: "b", Property: "a"}))
		}
		reading := capture.Reader{Accounts: f, Concurrency: 3}.Read(t.Context(), []*plan.Plan{planOf(groups...)})
		assert.Len(t, folders(t, reading), 6)
		assert.Equal(t, 3, f.most)
		assert.Len(t, f.calls, 6+1+12+12)
	})
}

func TestWhatAListSays(t *testing.T) {
	f := newFake()
	f.listed["/shop"] = []capture.Secret{
		{ID: "2", Name: "b", Revisions: 4, Type: "key_value", Ephemeral: &inventory.Ephemeral{Action: "delete"}},
		{ID: "1", Name: "a", Type: "opaque"},
	}
	reading := read(t, f, planOf(group("/shop", plan.Entry{Secret: "a"})))
	want := inventory.New("shop")
	want.Spec.Projects = []inventory.Project{{Region: "fr-par", ProjectID: project}}
	want.Spec.Folders = []inventory.Folder{{FolderRef: ref("/shop"), Secrets: []inventory.Secret{
		{Name: "a", Type: "opaque"},
		{Name: "b", Revision: 4, Type: "key_value", Ephemeral: &inventory.Ephemeral{Action: "delete"}},
	}}}
	assert.Equal(t, inventory.Reading{Inventory: want}, reading)
}

func TestRevisionsAreAskedForWhereTheyMatter(t *testing.T) {
	entries := []plan.Entry{{Secret: "fixed", Version: "2"}, {Secret: "plain"}}
	all := []string{"count fr-par " + project, "enabled /shop/fixed", "enabled /shop/maybe", "enabled /shop/plain",
		"list /shop"}
	cases := []struct {
		name   string
		change func(*plan.Plan)
		calls  []string
	}{
		{"of a fixed revision", func(*plan.Plan) {}, []string{"count fr-par " + project, "enabled /shop/fixed",
			"list /shop"}},
		{"of every wanted secret for pins", func(p *plan.Plan) { p.Sync.Pin = true }, all},
		{"of every wanted secret where all are to be checked", func(p *plan.Plan) { p.Revisions = true }, all},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			for _, name := range []string{"fixed", "maybe", "plain", "unused"} {
				f.add("/shop", name, canary, 1, 2, 3)
			}
			f.enabled["/shop/fixed"] = []int{4, 1, 2}
			p := planOf(plan.SecretGroup{Folder: "/shop", Entries: entries, Optional: []plan.Entry{{Secret: "maybe"}}})
			c.change(p)
			shop := folders(t, read(t, f, p))[0]
			assert.Equal(t, c.calls, f.sorted())
			require.Len(t, shop.Secrets, 4)
			fixed, unused := shop.Secrets[0], shop.Secrets[3]
			assert.Equal(t, []int{1, 2, 4}, fixed.Enabled)
			assert.Equal(t, 4, fixed.Revision, "a revision that was made since the list counts")
			assert.Nil(t, unused.Enabled)
		})
	}
}

func TestNoRevisionEnabledIsNotTheSameAsNotAsked(t *testing.T) {
	f := newFake()
	f.add("/shop", "a", `{}`)
	shop := folders(t, read(t, f, planOf(group("/shop", plan.Entry{Secret: "a", Property: "x"}))))[0]
	assert.Equal(t, []int{}, shop.Secrets[0].Enabled)
	assert.Nil(t, shop.Secrets[0].Contents)
}

func TestSecretsScheduledForDeletion(t *testing.T) {
	at := func(hour int) time.Time {
		return time.Date(2026, 1, 31, hour, 0, 0, 123, time.FixedZone("", 3600))
	}
	f := newFake()
	f.add("/shop", "there", canary, 1)
	f.going["/shop"] = []capture.Secret{
		{ID: "1", Name: "gone", Revisions: 1, Type: "opaque", DeletionRequestedAt: at(8)},
		{ID: "2", Name: "gone", Revisions: 2, Type: "opaque", DeletionRequestedAt: at(9)},
		{ID: "3", Name: "there", Type: "opaque", DeletionRequestedAt: at(7)},
		{ID: "4", Name: "unwanted", Type: "opaque", DeletionRequestedAt: at(7)},
	}
	p := planOf(plan.SecretGroup{
		Folder: "/shop", Entries: []plan.Entry{{Secret: "there"}, {Secret: "nowhere"}},
		Optional: []plan.Entry{{Secret: "gone", Property: "x"}},
	})
	shop := folders(t, read(t, f, p))[0]
	assert.Equal(t, []inventory.Secret{
		{Name: "gone", Revision: 2, Type: "opaque", DeletionRequestedAt: "2026-01-31T08:00:00Z"},
		{Name: "there", Revision: 1, Type: "opaque"},
	}, shop.Secrets)
	assert.Equal(t, []string{"count fr-par " + project, "going /shop", "list /shop"}, f.sorted())
}

func TestTwoSegregationsAndTwoAccounts(t *testing.T) {
	one, two := newFake(), newFake()
	one.count, two.count = 4, 3
	other := planOf(group("/c", plan.Entry{Secret: "c"}), group("/b", plan.Entry{Secret: "b2", Version: "1"}))
	other.Segregation = "other"
	for _, f := range []*fake{one, two} {
		f.add("/a", "a", canary, 1)
		f.add("/b", "b", canary, 1)
		f.add("/b", "b2", canary, 1)
		f.add("/c", "c", canary, 1)
	}
	reader := capture.Reader{Accounts: accounts{"a": one, "b": one, "c": two}}
	reading := reader.Read(t.Context(),
		[]*plan.Plan{planOf(group("/b", plan.Entry{Secret: "b"}), group("/a", plan.Entry{Secret: "a"})), other})
	assert.Equal(t, []string{"count fr-par " + project, "enabled /b/b2", "list /a", "list /b"}, one.sorted())
	assert.Equal(t, []string{"count fr-par " + project, "list /c"}, two.sorted())
	assert.Len(t, folders(t, reading), 3)
	assert.Equal(t, "shop", reading.Inventory.Metadata.Name)
	assert.Equal(t, []inventory.Project{{Region: "fr-par", ProjectID: project, Secrets: 4}},
		reading.Inventory.Spec.Projects)
}

func TestWhatWasReadIsAValidInventory(t *testing.T) {
	f := newFake()
	f.count = 2
	f.add("/shop", "a", "{\"\xff\\n\": 1, \"y\": null}", 3, 1)
	f.listed["/shop"][0].Revisions = 2
	f.going["/shop"] = []capture.Secret{{ID: "1", Name: "gone", Type: "opaque", DeletionRequestedAt: time.Unix(0, 0)}}
	p := planOf(plan.SecretGroup{Folder: "/shop", Entries: []plan.Entry{{Secret: "a", Property: "a: b\n"},
		{Secret: "gone"}}, Extract: []plan.Extract{{Secret: "a", Version: "1"}}})
	reading := read(t, f, p)
	require.Empty(t, reading.Failures)

	text, err := inventory.Encode(reading.Inventory, "")
	require.NoError(t, err)
	loaded, findings := inventory.Load(yaml.MustParse(string(text)).YNode(), strict.Origin{})
	require.Empty(t, findings)
	assert.Equal(t, reading.Inventory, loaded)
}

func TestNothingToReadTakesNoCall(t *testing.T) {
	f := newFake()
	reading := read(t, f)
	assert.Equal(t, inventory.Reading{Inventory: inventory.New("")}, reading)
	assert.Empty(t, f.calls)
}
