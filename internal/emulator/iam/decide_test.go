package iam_test

import (
	"fmt"
	"hash/crc32"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator/iam"
)

const (
	organization = "99999999-0000-4000-8000-000000000000"
	shop         = "11111111-2222-4333-8444-555555555555"
	bank         = "66666666-7777-4888-8999-aaaaaaaaaaaa"
)

func numbered(kind string, serial int) string {
	return fmt.Sprintf("%08x-%04x-4000-8000-%012x", crc32.ChecksumIEEE([]byte(kind)), serial, serial)
}

// world is a Model with one application and its key.
type world struct {
	*iam.Model
	application iam.Application
	key         iam.Key
}

func newWorld(t *testing.T, c iam.Config) world {
	t.Helper()
	c.OrganizationID, c.NewID = organization, numbered
	m := iam.New(c)
	application, err := m.CreateApplication(iam.Meta{Name: "frontend"}, friday())
	require.NoError(t, err)
	key, err := m.CreateKey(iam.Key{ApplicationID: application.ID}, friday())
	require.NoError(t, err)
	return world{m, application, key}
}

func (w world) itself() iam.Principal { return iam.Principal{ApplicationID: w.application.ID} }

func (w world) policy(t *testing.T, principal iam.Principal, rules ...iam.Rule) iam.Policy {
	t.Helper()
	made, err := w.CreatePolicy(iam.Meta{Name: "policy"}, principal, rules, friday())
	require.NoError(t, err)
	return made
}

func (w world) may(t *testing.T, p iam.Permission, on iam.Resource, now time.Time) bool {
	t.Helper()
	clock := func() time.Time { return now }
	caller, err := w.Authenticate(w.key.SecretKey, clock)
	require.NoError(t, err)
	return w.Allows(t.Context(), caller, p, on, iam.Request{Now: clock})
}

func over(projects ...string) iam.Rule {
	return iam.Rule{ProjectIDs: projects, PermissionSets: []string{"SecretManagerSecretAccess"}}
}

func everywhere(sets ...string) iam.Rule {
	return iam.Rule{OrganizationID: organization, PermissionSets: sets}
}

func TestARuleAllowsWithinItsScope(t *testing.T) {
	cases := []struct {
		name         string
		rule         iam.Rule
		asked        iam.Permission
		shop, bank   bool
		organization bool
	}{
		{"a project", over(shop), iam.ReadValue, true, false, false},
		{"two projects", over(shop, bank), iam.ReadValue, true, true, false},
		{"a project in upper case", over("AAAAAAAA-2222-4333-8444-555555555555", shop), iam.ReadValue, true,
			false, false},
		{"all projects", everywhere("SecretManagerSecretAccess"), iam.ReadValue, true, true, true},
		{"another permission", over(shop), iam.ListSecrets, false, false, false},
		{"two sets", everywhere("SecretManagerReadOnly", "SecretManagerSecretAccess"), iam.ReadValue, true, true, true},
		{"the organization", everywhere("IAMReadOnly"), iam.ReadPolicies, true, true, true},
		{"reading is no writing", everywhere("IAMReadOnly"), iam.WritePolicies, false, false, false},
		{"a set of another product", everywhere("ContainerRegistryFullAccess"), iam.ReadValue, false, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, iam.Config{})
			w.policy(t, w.itself(), c.rule)
			assert.Equal(t, c.shop, w.may(t, c.asked, iam.Resource{Project: shop}, friday()), "the shop")
			assert.Equal(t, c.bank, w.may(t, c.asked, iam.Resource{Project: bank}, friday()), "the bank")
			assert.Equal(t, c.organization, w.may(t, c.asked, iam.Resource{}, friday()), "the organization")
		})
	}
}

func TestAnyRuleOfAnyPolicyAllows(t *testing.T) {
	w := newWorld(t, iam.Config{})
	on := iam.Resource{Project: shop, ID: "1", Name: "/backend/url"}
	confined := over(shop)
	confined.Condition = `resource.name.startsWith("/frontend/")`
	w.policy(t, w.itself(), confined)
	assert.False(t, w.may(t, iam.ReadValue, on, friday()))

	second := w.policy(t, w.itself(), over(bank), over(shop))
	assert.True(t, w.may(t, iam.ReadValue, on, friday()), "a condition takes nothing away from another rule")

	require.NoError(t, w.DeletePolicy(second.ID))
	assert.False(t, w.may(t, iam.ReadValue, on, friday()))
}

func TestPoliciesConcernTheirPrincipalOnly(t *testing.T) {
	w := newWorld(t, iam.Config{})
	other, err := w.CreateApplication(iam.Meta{Name: "backend"}, friday())
	require.NoError(t, err)
	group, err := w.CreateGroup(iam.Meta{Name: "readers"}, friday())
	require.NoError(t, err)
	w.policy(t, iam.Principal{ApplicationID: other.ID}, over(shop))
	w.policy(t, iam.Principal{}, over(shop))
	w.policy(t, iam.Principal{GroupID: group.ID}, over(shop))
	on := iam.Resource{Project: shop}
	assert.False(t, w.may(t, iam.ReadValue, on, friday()), "not its own, and no member yet")

	_, err = w.SetMembers(group.ID, []string{other.ID, w.application.ID})
	require.NoError(t, err)
	assert.True(t, w.may(t, iam.ReadValue, on, friday()), "a member")

	_, err = w.RemoveMember(group.ID, w.application.ID)
	require.NoError(t, err)
	assert.False(t, w.may(t, iam.ReadValue, on, friday()), "no member any more")
}

func TestPoliciesOfWhatIsDeletedConcernNobody(t *testing.T) {
	w := newWorld(t, iam.Config{})
	group, err := w.CreateGroup(iam.Meta{Name: "readers"}, friday())
	require.NoError(t, err)
	_, err = w.AddMembers(group.ID, []string{w.application.ID})
	require.NoError(t, err)
	ofGroup := w.policy(t, iam.Principal{GroupID: group.ID}, over(shop))
	ofItself := w.policy(t, w.itself())
	orphaned := func(id string) bool {
		policy, err := w.Policy(id)
		require.NoError(t, err)
		return policy.Principal == iam.Principal{}
	}

	require.NoError(t, w.DeleteGroup(group.ID))
	assert.False(t, w.may(t, iam.ReadValue, iam.Resource{Project: shop}, friday()))
	assert.True(t, orphaned(ofGroup.ID))
	assert.False(t, orphaned(ofItself.ID))

	require.NoError(t, w.DeleteApplication(w.application.ID))
	assert.True(t, orphaned(ofItself.ID))
}

func TestGrantsAreAppliedAfterTheDelay(t *testing.T) {
	w := newWorld(t, iam.Config{GrantDelay: time.Minute})
	on := iam.Resource{Project: shop}
	may := func(after time.Duration) bool { return w.may(t, iam.ReadValue, on, friday().Add(after)) }
	policy := w.policy(t, iam.Principal{}, over(shop))

	itself := w.itself()
	_, err := w.UpdatePolicy(policy.ID, iam.PolicyChange{Principal: &itself}, friday().Add(time.Hour))
	require.NoError(t, err)
	assert.False(t, may(time.Hour+59*time.Second), "the principal is new")
	assert.True(t, may(time.Hour+time.Minute))

	_, err = w.SetRules(policy.ID, []iam.Rule{over(shop)}, friday().Add(2*time.Hour))
	require.NoError(t, err)
	assert.False(t, may(2*time.Hour+59*time.Second), "the rules are new")
	assert.True(t, may(2*time.Hour+time.Minute))

	name := "renamed"
	_, err = w.UpdatePolicy(policy.ID, iam.PolicyChange{Change: iam.Change{Name: &name}}, friday().Add(3*time.Hour))
	require.NoError(t, err)
	assert.True(t, may(3*time.Hour), "a name grants nothing anew")

	require.NoError(t, w.DeletePolicy(policy.ID))
	assert.False(t, may(3*time.Hour), "what is taken away is gone at once")
}

func TestWhatWasGrantedInTheBeginningIsAppliedWhateverTheTime(t *testing.T) {
	on := iam.Resource{Project: shop}
	seeded := newWorld(t, iam.Config{GrantDelay: time.Minute, Born: friday()})
	seeded.policy(t, seeded.itself(), over(shop))
	assert.True(t, seeded.may(t, iam.ReadValue, on, friday().Add(-time.Hour)))

	made := newWorld(t, iam.Config{GrantDelay: time.Minute, Born: friday().Add(-time.Second)})
	made.policy(t, made.itself(), over(shop))
	assert.False(t, made.may(t, iam.ReadValue, on, friday()))
}

func TestKeysExpireAndAreForgotten(t *testing.T) {
	w := newWorld(t, iam.Config{})
	end := friday().Add(time.Hour)
	key, err := w.CreateKey(iam.Key{ApplicationID: w.application.ID, ExpiresAt: &end}, friday())
	require.NoError(t, err)
	at := func(now time.Time) error {
		_, err := w.Authenticate(key.SecretKey, func() time.Time { return now })
		return err
	}
	require.NoError(t, at(end.Add(-time.Nanosecond)))
	require.ErrorIs(t, at(end), iam.ErrExpiredKey)

	later := end.Add(time.Hour)
	_, err = w.UpdateKey(key.AccessKey, iam.KeyChange{ExpiresAt: &later}, friday())
	require.NoError(t, err)
	require.NoError(t, at(end))

	require.NoError(t, w.DeleteKey(key.AccessKey))
	require.ErrorIs(t, at(friday()), iam.ErrUnknownKey)
	require.NoError(t, w.DeleteApplication(w.application.ID))
	_, err = w.Authenticate(w.key.SecretKey, friday)
	require.ErrorIs(t, err, iam.ErrUnknownKey, "an application's keys go with it")
	_, err = w.Authenticate("", friday)
	require.ErrorIs(t, err, iam.ErrUnknownKey)
}

func TestAModelIsSafeForConcurrentUse(t *testing.T) {
	w := newWorld(t, iam.Config{})
	group, err := w.CreateGroup(iam.Meta{Name: "readers"}, friday())
	require.NoError(t, err)
	w.policy(t, iam.Principal{GroupID: group.ID}, over(shop))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			application, err := w.CreateApplication(iam.Meta{Name: "a"}, friday())
			assert.NoError(t, err)
			key, err := w.CreateKey(iam.Key{ApplicationID: application.ID}, friday())
			assert.NoError(t, err)
			_, err = w.AddMembers(group.ID, []string{application.ID})
			assert.NoError(t, err)
			by, err := w.Authenticate(key.SecretKey, friday)
			assert.NoError(t, err)
			assert.True(t, w.Allows(t.Context(), by, iam.ReadValue, iam.Resource{Project: shop},
				iam.Request{Now: friday}))
			assert.NotEmpty(t, w.Snapshot().Keys)
			assert.NoError(t, w.DeleteApplication(application.ID))
		})
	}
	all.Wait()
	assert.Len(t, w.Keys(), 1)
	left, err := w.Group(group.ID)
	require.NoError(t, err)
	assert.Empty(t, left.ApplicationIDs)
}
