package shown_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/page/shown"
	"cloison.dev/cloison/validators/rbac/rights"
)

// right is one over Secrets, by a binding.
func right(subject access.Object, namespaces []string, of access.Right) access.Right {
	of.Subject, of.Namespaces, of.Action = subject, namespaces, rights.ReadSecrets
	of.By = []access.Grant{{Binding: access.Rule{Object: access.Object{Kind: "RoleBinding", Name: "b"}}, Role: "Role r"}}
	return of
}

func component(name, namespace string) access.Component {
	return access.Component{Name: name, Namespace: namespace, Secrets: []access.Secret{
		{Name: "s", Keys: []access.Key{{Name: "K"}}}, {Name: "t", Keys: []access.Key{{Name: "L"}}},
	}}
}

// TestRightsOfPeople draws what a group may do that belongs to a component whose namespace is not called like it.
func TestRightsOfPeople(t *testing.T) {
	team := access.Object{Kind: "Group", Name: "team"}
	state := &access.State{
		Components: []access.Component{component("api", "shop-api"), component("web", "shop-web")},
		Rights: []access.Right{
			right(team, []string{"shop-web"}, access.Right{Namespace: "shop-api", Names: []string{"s"}}),
		},
	}
	data := shown.Of("shop", state, nil)
	require.Len(t, data.Flows, 1)
	assert.Equal(t, []any{1, 0, page.ByRights, "read Secrets"},
		[]any{data.Flows[0].From, data.Flows[0].To, data.Flows[0].State, data.Flows[0].Ports})
	require.Len(t, data.Components[1].Rights, 1)
	for _, key := range data.Keys {
		isRead := key.Name == "K" && key.Of == "Secret shop-api/s"
		assert.Equal(t, isRead, len(key.Holders) == 2, key.Of)
	}
}

// TestRightsEverywhere draws a right that holds everywhere once, whatever the number of namespaces.
func TestRightsEverywhere(t *testing.T) {
	of := func(number int) *page.Data {
		state := &access.State{}
		for i := range number {
			namespace := fmt.Sprintf("n%03d", i)
			account := access.Object{Kind: "ServiceAccount", Namespace: namespace, Name: "web"}
			state.Components = append(state.Components, component("", namespace))
			state.Rights = append(state.Rights, right(account, []string{namespace}, access.Right{Everywhere: true}),
				right(account, []string{namespace}, access.Right{Everywhere: true, Names: []string{"s"}}))
		}
		return shown.Of("many", state, nil)
	}
	size := func(data *page.Data) int {
		text, err := json.Marshal(data)
		require.NoError(t, err)
		return len(text)
	}
	few, many := of(10), of(40)
	assert.Equal(t, []string{"every namespace"}, many.Outside)
	assert.Len(t, many.Flows, 40)
	require.Len(t, many.Keys, 82)
	assert.Equal(t, []any{"every key", "Every Secret of every namespace", 40},
		[]any{many.Keys[80].Name, many.Keys[80].Of, len(many.Keys[80].Holders)})
	assert.Equal(t, "Secret s of every namespace", many.Keys[81].Of)
	assert.Less(t, size(many), 5*size(few))
}
