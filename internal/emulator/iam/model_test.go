package iam_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator/iam"
)

func TestRulesAreRefusedWithEverythingThatIsWrong(t *testing.T) {
	w := newWorld(t, iam.Config{})
	_, err := w.CreatePolicy(iam.Meta{}, w.itself(), []iam.Rule{
		{OrganizationID: organization},
		{PermissionSets: []string{"SecretManagerReadOnly"}},
		{PermissionSets: []string{"SecretManagerAdmin", "SecretManagerReadOnly"}, ProjectIDs: []string{"shop"}},
		everywhere("IAMReadOnly", "AllProductsReadOnly"),
		{PermissionSets: []string{"IAMReadOnly"}, ProjectIDs: []string{shop}},
		{PermissionSets: []string{"IAMReadOnly"}, ProjectIDs: []string{shop}, OrganizationID: shop},
	}, friday())

	var wrong *iam.ArgumentError
	require.ErrorAs(t, err, &wrong)
	assert.Equal(t, []iam.Problem{
		{"name", "required", ""},
		{"rules[0].permission_set_names", "required", ""},
		{"rules[1]", "format", "embedded message failed validation"},
		{"rules[2].permission_set_names", "constraint", `permission set "SecretManagerAdmin" must be one that exists`},
		{"rules[2].project_ids", "format", `"shop" must be a UUID`},
		{"rules[3].permission_set_names", "constraint", "permission sets must be of the same scope type"},
		{"rules[4].project_ids", "constraint", "permission sets must be granted over the organization"},
		{"rules[5]", "format", "embedded message failed validation"},
		{"rules[5].organization_id", "constraint", `"` + shop + `" must be the organization's`},
	}, wrong.Problems)
	assert.Empty(t, w.Policies())
}

func TestConditionsAreRefusedForTheirSyntaxOnly(t *testing.T) {
	w := newWorld(t, iam.Config{})
	rule := over(shop)
	rule.Condition = `resource.name ==`
	policy := w.policy(t, w.itself())

	_, err := w.SetRules(policy.ID, []iam.Rule{over(shop), rule}, friday())
	require.ErrorContains(t, err, "rules[1].condition: ")
	require.ErrorContains(t, err, "Syntax error: mismatched input '<EOF>'")

	rule.Condition = `resource.nme + 1 == "never"`
	set, err := w.SetRules(policy.ID, []iam.Rule{rule}, friday())
	require.NoError(t, err)
	assert.Equal(t, rule.Condition, set[0].Condition)
}

func TestWhatDoesNotExistIsNamed(t *testing.T) {
	w := newWorld(t, iam.Config{})
	name := "renamed"
	cases := map[string]error{
		`application "x" is not found`: second(w.Application("x")),
		`group "x" is not found`:       second(w.Group("x")),
		`policy "x" is not found`:      second(w.Policy("x")),
		`project "x" is not found`:     second(w.Project("x")),
		`access_key "x" is not found`:  second(w.Key("x")),
		`application "y" is not found`: second(w.CreateKey(iam.Key{ApplicationID: "y"}, friday())),
		`policy "y" is not found`:      second(w.SetRules("y", nil, friday())),
		`group "y" is not found`: second(w.CreatePolicy(iam.Meta{Name: "a"}, iam.Principal{GroupID: "y"}, nil,
			friday())),
		`user "y" is not found`: second(w.CreatePolicy(iam.Meta{Name: "a"}, iam.Principal{UserID: "y"}, nil,
			friday())),
		`project "y" is not found`:     second(w.UpdateProject("y", iam.Change{Name: &name}, friday())),
		`application "z" is not found`: w.DeleteApplication("z"),
		`group "z" is not found`:       w.DeleteGroup("z"),
		`policy "z" is not found`:      w.DeletePolicy("z"),
		`project "z" is not found`:     w.DeleteProject("z"),
		`access_key "z" is not found`:  w.DeleteKey("z"),
	}
	for want, err := range cases {
		assert.EqualError(t, err, want)
	}
}

func second[T any](_ T, err error) error { return err }

func TestMembersMustExist(t *testing.T) {
	w := newWorld(t, iam.Config{})
	group, err := w.CreateGroup(iam.Meta{Name: "readers"}, friday())
	require.NoError(t, err)
	_, err = w.SetMembers(group.ID, []string{w.application.ID, "x"})
	require.EqualError(t, err, `application "x" is not found`)
	left, err := w.Group(group.ID)
	require.NoError(t, err)
	assert.Empty(t, left.ApplicationIDs)
}

func TestGivenKeysMustHaveTheirFormAndBeNew(t *testing.T) {
	const canary = "ca9a11e5-0000-4000-8000-000000000001"
	w := newWorld(t, iam.Config{})
	given := iam.Key{ApplicationID: w.application.ID, AccessKey: "SCW00000000000000000",
		SecretKey: strings.ToUpper(canary)}
	made, err := w.CreateKey(given, friday())
	require.NoError(t, err)
	assert.Equal(t, canary, made.SecretKey)

	_, err = w.CreateKey(given, friday())
	require.EqualError(t, err, "access_key: must not be in use\nsecret_key: must not be in use")
	_, err = w.CreateKey(iam.Key{ApplicationID: w.application.ID, AccessKey: canary, SecretKey: "SCW00000000000000000"},
		friday())
	require.EqualError(t, err,
		"access_key: must be SCW and 17 upper-case letters or digits\nsecret_key: must be a UUID")
}

func TestAKeyIsPrintedWithoutItsSecret(t *testing.T) {
	w := newWorld(t, iam.Config{})
	held := struct {
		Key  iam.Key
		Keys []iam.Key
		At   *iam.Key
	}{w.key, []iam.Key{w.key}, &w.key}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, what := range []any{w.key, &w.key, held, []iam.Key{w.key}} {
			printed := fmt.Sprintf(verb, what)
			assert.NotContains(t, printed, w.key.SecretKey, verb)
		}
	}
	assert.Equal(t, "API key "+w.key.AccessKey, fmt.Sprint(w.key))
	assert.NotContains(t, w.key.SecretKey, strings.ToLower(w.key.AccessKey[3:11]),
		"the access key tells nothing of the secret")
}

func TestASnapshotRestoresEverything(t *testing.T) {
	w := newWorld(t, iam.Config{})
	group, err := w.CreateGroup(iam.Meta{Name: "readers", Tags: []string{"a"}}, friday())
	require.NoError(t, err)
	_, err = w.SetMembers(group.ID, []string{w.application.ID})
	require.NoError(t, err)
	_, err = w.CreateProject(iam.Meta{Name: "shop"}, friday())
	require.NoError(t, err)
	confined := over(shop)
	confined.Condition = `resource.name.startsWith("/frontend/")`
	w.policy(t, iam.Principal{GroupID: group.ID}, confined)

	written, err := json.Marshal(w.Snapshot())
	require.NoError(t, err)
	var read iam.Snapshot
	require.NoError(t, json.Unmarshal(written, &read))
	other := newWorld(t, iam.Config{})
	before := other.Changes()
	require.NoError(t, other.Restore(read))

	assert.Greater(t, other.Changes(), before)
	again, err := json.Marshal(other.Snapshot())
	require.NoError(t, err)
	assert.Equal(t, string(written), string(again))
	restored := world{other.Model, w.application, w.key}
	in, out := iam.Resource{Project: shop, Name: "/frontend/a"}, iam.Resource{Project: shop, Name: "/backend/a"}
	assert.True(t, restored.may(t, iam.ReadValue, in, friday()))
	assert.False(t, restored.may(t, iam.ReadValue, out, friday()), "the condition is evaluated again")
	next, err := restored.CreateApplication(iam.Meta{Name: "next"}, friday())
	require.NoError(t, err)
	assert.NotEqual(t, w.application.ID, next.ID, "no id comes twice")
}

func TestASnapshotThatCannotBeIsRefused(t *testing.T) {
	const canary = "ca9a11e5-0000-4000-8000-000000000001"
	w := newWorld(t, iam.Config{})
	before := w.Snapshot()
	require.EqualError(t, w.Restore(iam.Snapshot{
		OrganizationID: organization,
		Policies:       []iam.Policy{{ID: "p", Rules: []iam.Rule{everywhere("SecretManagerAdmin")}}},
	}), `restore policy "p": rules[0].permission_set_names: permission set "SecretManagerAdmin" must be one that exists`)
	require.EqualError(t, w.Restore(iam.Snapshot{Keys: []iam.Key{{AccessKey: canary, SecretKey: canary}}}),
		"restore keys[0]: access_key: must be SCW and 17 upper-case letters or digits")
	require.EqualError(t,
		w.Restore(iam.Snapshot{Keys: []iam.Key{{AccessKey: "SCW00000000000000000", SecretKey: canary}}}),
		`restore keys[0]: application "" is not found`, "it would be of every policy without principal")
	assert.Equal(t, before, w.Snapshot())
}

func TestPermissionSetsAreNamedOnceAndSorted(t *testing.T) {
	var last string
	for _, set := range iam.PermissionSets() {
		assert.Greater(t, set.Name, last)
		last = set.Name
		assert.NotEmpty(t, set.Description, set.Name)
		assert.Contains(t, []iam.Scope{iam.ScopeProjects, iam.ScopeOrganization}, set.Scope, set.Name)
	}
}
