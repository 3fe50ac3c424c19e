package paths_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// decided looks for a property among names of properties, and reports whether it is there and whether that could be
// decided.
func decided(property string, names ...string) (found, decided bool) {
	p := &plan.Plan{Segregation: "shop", Components: []plan.Component{{Name: "backend", Groups: []plan.SecretGroup{{
		Region: "fr-par", ProjectID: project, Folder: "/shop-backend",
		Entries: []plan.Entry{{Key: "A", Secret: "a", Property: property}},
	}}}}}
	content := inventory.Content{Revision: 1, Properties: append([]string{}, names...)}
	i := &inventory.Inventory{
		Spec: inventory.Spec{Folders: []inventory.Folder{{FolderRef: ref("/shop-backend"), Secrets: []inventory.Secret{
			{Name: "a", Revision: 1, Enabled: []int{1}, Contents: []inventory.Content{content}},
		}}}}}
	codes := codes(against([]*inventory.Inventory{i}, p))
	return len(codes) == 0, !slices.Contains(codes, "error CLS-I009")
}

func TestOnlyPlainNamesAreDecidedWithoutGjson(t *testing.T) {
	for _, plain := range []string{"a", "accessKeyId", "SECRET_ACCESS_KEY", "_", "with-dash", "a1"} {
		found, known := decided(plain, plain)
		assert.True(t, found && known, plain)
		found, known = decided(plain, "other")
		assert.True(t, !found && known, plain)
	}
	for _, special := range []string{
		"1", "1a", "-a", "a.b", ".a", "..", "a*", "a?", "a|b", "#", "a#", "@this", "a@", `a\.b`, "!true", "a!", "{a}",
		"[a]", "(a)", "a=b", "a<b", "a>b", "a%b",
		"a,b", `a"b`, "a'b", "a b", "a:b", "a/b", "a$b", "a&b", "a~", "a`", "clé", "a\x00", "a\xff",
	} {
		_, known := decided(special, special)
		assert.False(t, known, special)
	}
}

// FuzzNamesAreDecidedAsGjsonDoes compares the decisions that are made without gjson with gjson.
func FuzzNamesAreDecidedAsGjsonDoes(f *testing.F) {
	for _, seed := range []string{"a", "A-1_b", "1", "a.b", "@this", "a*", `a\.b`, "#", "!1", "é"} {
		f.Add(seed, "other")
	}
	f.Fuzz(func(t *testing.T, property, other string) {
		if property == "" || !utf8.ValidString(property+other) {
			return
		}
		for _, names := range [][]string{{property}, {other}, {other, property}, {strings.ToUpper(property)}, {}} {
			found, known := decided(property, names...)
			if !known {
				continue
			}
			object := map[string]any{}
			for _, name := range names {
				object[name] = nil
			}
			value, err := json.Marshal(object)
			require.NoError(t, err)
			assert.Equal(t, gjson.GetBytes(value, property).Exists(), found, "%q in %s", property, value)
		}
	})
}

func TestTheSuggestedQueryFindsTheProperty(t *testing.T) {
	for _, name := range []string{"first.name", "a*b?c.d", `back\slash.x`, "pi|pe.x", "café.name", "@this.name",
		"sp ace.name", "#hash.name", "{x}.name"} {
		p := shop(t, "", "{keys: [A]}")
		p.Components[0].Groups[0].Entries[0].Property = strings.ReplaceAll(strings.ReplaceAll(name, `\`, ""), ".", "_")
		i := inventoryOf(t, folder("/shop-backend", ready("a")))
		i.Spec.Folders[0].Secrets[0].Contents = []inventory.Content{{
			Revision: 1, Properties: []string{name},
			Queries: map[string]bool{p.Components[0].Groups[0].Entries[0].Property: false},
		}}
		found := against([]*inventory.Inventory{i}, p)
		require.Len(t, found, 1)
		_, after, suggested := strings.Cut(found[0].Message, `did you mean "`)
		query, _, _ := strings.Cut(after, `"?)`)
		require.True(t, suggested, found[0].Message)
		value, err := json.Marshal(map[string]int{name: 1})
		require.NoError(t, err)
		assert.True(t, gjson.GetBytes(value, query).Exists(), "%s in %s", query, value)
	}
}
