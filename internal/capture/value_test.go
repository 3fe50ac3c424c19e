package capture_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// look reads one secret of the given value, of which the properties are wanted.
func look(t *testing.T, value string, properties ...string) (inventory.Reading, *fake) {
	t.Helper()
	f := newFake()
	f.add("/shop", "a", value, 1)
	var entries []plan.Entry
	for _, property := range properties {
		entries = append(entries, plan.Entry{Secret: "a", Property: property})
	}
	return read(t, f, planOf(group("/shop", entries...))), f
}

func TestProperties(t *testing.T) {
	cases := []struct {
		name, value string
		queries     map[string]bool
		properties  []string
	}{
		{"of an object", `{"user": "` + canary + `", "a.b": {"c": [1]}}`, map[string]bool{
			"user": true, "password": false, "a.b": false, `a\.b`: true, `a\.b.c.0`: true, `a\.b.c.1`: false,
			"us*": true, "@this": true, "user|@ugly": true,
		}, []string{"a.b", "user"}},
		{"of null", `{"user": null}`, map[string]bool{"user": true}, []string{"user"}},
		{"twice the same", `{"user": 1, "user": 2}`, map[string]bool{"user": true}, []string{"user"}},
		{"of an empty object", `{}`, map[string]bool{"user": false}, []string{}},
		{"of an array", `[{"user": 1}]`, map[string]bool{"0.user": true, "#.user": true, "user": false}, nil},
		{"of a null document", `null`, map[string]bool{"user": false, "@this": true}, []string{}},
		{"of text", canary, map[string]bool{"user": false}, nil},
		{"of half an object, in which gjson finds something", `{"user": "` + canary + `"`,
			map[string]bool{"user": true}, nil},
		{"of nothing", ``, map[string]bool{"user": false, "@this": false}, nil},
		{"with a name that is no UTF-8", "{\"\xff\": 1}", map[string]bool{"a": false}, []string{"\ufffd"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var properties []string
			for query := range c.queries {
				properties = append(properties, query)
			}
			reading, f := look(t, c.value, properties...)
			secret := folders(t, reading)[0].Secrets[0]
			assert.Equal(t, []inventory.Content{{Revision: 1, Properties: c.properties, Queries: c.queries}},
				secret.Contents)
			assert.Equal(t, []string{"count fr-par " + project, "enabled /shop/a", "list /shop", "value /shop/a@1"},
				f.sorted())
			for _, value := range f.handedOut {
				assert.Equal(t, make([]byte, len(value)), value, "values are wiped")
			}
		})
	}
}

func TestRevisionsThatAreLookedAt(t *testing.T) {
	f := newFake()
	f.add("/shop", "a", `{"x": 1}`, 1, 2, 4)
	f.add("/shop", "b", `{"x": 1}`, 1)
	p := planOf(plan.SecretGroup{
		Folder: "/shop",
		Entries: []plan.Entry{
			{Secret: "a", Property: "x", Version: "2"},
			{Secret: "a", Property: "y", Version: "4"},
			{Secret: "a", Property: "x", Version: "3"}, // not enabled
			{Secret: "a", Property: "x"},
			{Secret: "a", Property: "x"},
		},
		Extract: []plan.Extract{{Secret: "a"}, {Secret: "b", Version: "1"}},
	})
	shop := folders(t, read(t, f, p))[0]
	assert.Equal(t, []inventory.Content{
		{Revision: 2, Properties: []string{"x"}, Queries: map[string]bool{"x": true}},
		{Revision: 4, Properties: []string{"x"}, Queries: map[string]bool{"x": true, "y": false}},
	}, shop.Secrets[0].Contents)
	assert.Equal(t, []inventory.Content{{Revision: 1, Properties: []string{"x"}}}, shop.Secrets[1].Contents)
	assert.Equal(t, []string{
		"count fr-par " + project, "enabled /shop/a", "enabled /shop/b", "list /shop", "value /shop/a@2",
		"value /shop/a@4", "value /shop/b@1",
	}, f.sorted())
}

func TestValuesOfEphemeralSecretsAreNeverRead(t *testing.T) {
	for _, policy := range []inventory.Ephemeral{{}, {TimeToLive: "1h0m0s"},
		{ExpiresOnceAccessed: true, Action: "disable"}} {
		t.Run(fmt.Sprint(policy), func(t *testing.T) {
			f := newFake()
			f.add("/shop", "a", `{"x": 1}`, 1)
			f.listed["/shop"][0].Ephemeral = &policy
			p := planOf(plan.SecretGroup{Folder: "/shop", Entries: []plan.Entry{{Secret: "a", Property: "x"}},
				Extract: []plan.Extract{{Secret: "a", Version: "1"}}})
			shop := folders(t, read(t, f, p))[0]
			assert.Equal(t, []inventory.Secret{{Name: "a", Revision: 1, Enabled: []int{1}, Type: "opaque",
				Ephemeral: &policy}}, shop.Secrets)
			assert.Equal(t, []string{"count fr-par " + project, "enabled /shop/a", "list /shop"}, f.sorted())
		})
	}
}

func TestGjsonBreakingDownIsAFailure(t *testing.T) {
	gjson.AddModifier("breakDown", func(json, _ string) string { panic(json) })
	reading, _ := look(t, `{"x": "`+canary+`"}`, "x", "x|@breakDown")
	assert.Equal(t, []inventory.Content{{Revision: 1, Properties: []string{"x"}, Queries: map[string]bool{"x": true}}},
		reading.Inventory.Spec.Folders[0].Secrets[0].Contents)
	assert.Equal(t, []inventory.Failure{{
		Reason: inventory.Malformed, FolderRef: ref("/shop"), Secret: "a",
		Message: `look for property "x|@breakDown" in revision 1 of secret "a" in folder "/shop" of project ` +
			project +
			` in fr-par: gjson breaks down on it, as it would in External Secrets Operator, or would have too much ` +
			`to do; shorten the property, or correct the value`,
	}}, reading.Failures)
}

// TestGjsonIsNotGivenTooMuch has what would overflow the stack, which nothing can recover from, or work for minutes.
func TestGjsonIsNotGivenTooMuch(t *testing.T) {
	nested := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	for name, test := range map[string]struct {
		value, query string
		decided      bool
	}{
		"a value of many levels":             {nested(501), "@dig:a|@dig:a", false},
		"a value without an end":             {strings.Repeat(`{"a":`, 501), "a", false},
		"a value that is too large":          {`"` + strings.Repeat("x", 64<<10-1) + `"`, "@this", false},
		"a value as large as there is":       {`"` + strings.Repeat("x", 64<<10-2) + `"`, "@this", true},
		"a value of as many levels as may":   {nested(500), "@dig:a|@dig:a", true},
		"a text that looks like many levels": {`{"a": "` + strings.Repeat(`\"{[`, 600) + `"}`, "a", true},
		"a long query":                       {`{"a": 1}`, strings.Repeat("#(", 257), false},
		"a query as long as may be":          {`{"a": 1}`, strings.Repeat("[", 512), true},
		"many modifiers":                     {`{"a": 1}`, strings.Repeat("@tostr|", 9) + "x", false},
	} {
		t.Run(name, func(t *testing.T) {
			reading, _ := look(t, test.value, test.query)
			contents := reading.Inventory.Spec.Folders[0].Secrets[0].Contents
			require.Len(t, contents, 1)
			_, decided := contents[0].Queries[test.query]
			assert.Equal(t, test.decided, decided)
			assert.Equal(t, test.decided, len(reading.Failures) == 0)
		})
	}
}

// FuzzProperty compares the decisions with gjson itself.
func FuzzProperty(f *testing.F) {
	for _, property := range []string{"a", "a.b", `a\.b`, "#", "#.a", "#(a>1)#.b", "@this", "@pretty:{", "{a,b}", "[a",
		"..0", "!x", "a|@reverse", "@dig:a", "@tostr|@fromstr", "*", "\\"} {
		for _, value := range []string{`{"a": {"b": null}, "a.b": 1}`, `[{"a": 2, "b": "x"}, [1]]`, `{"a"`, "",
			"null", "\xff{"} {
			f.Add(value, property)
		}
	}
	f.Fuzz(func(t *testing.T, value, property string) {
		if property == "" || len(property) > 512 || strings.Count(property, "@")+strings.Count(property, ",") > 8 ||
			strings.Count(value, "{")+strings.Count(value, "[") > 500 {
			return // TestGjsonIsNotGivenTooMuch
		}
		want, decided := naively(value, property)
		reading, _ := look(t, value, property)
		contents := reading.Inventory.Spec.Folders[0].Secrets[0].Contents
		require.Len(t, contents, 1)
		if !decided {
			require.Len(t, reading.Failures, 1)
			require.Empty(t, contents[0].Queries)
			return
		}
		require.Empty(t, reading.Failures)
		require.Equal(t, map[string]bool{property: want}, contents[0].Queries)
	})
}

func naively(value, property string) (found, decided bool) {
	defer func() {
		if recover() != nil {
			decided = false
		}
	}()
	return gjson.Get(value, property).Exists(), true
}
