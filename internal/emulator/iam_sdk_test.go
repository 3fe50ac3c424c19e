package emulator_test

import (
	"strings"
	"testing"
	"time"

	account "github.com/scaleway/scaleway-sdk-go/api/account/v3"
	iamapi "github.com/scaleway/scaleway-sdk-go/api/iam/v1alpha1"
	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// manager is a key that may do everything in IAM and nothing else.
func (f fixture) manager(t *testing.T) emulator.Key {
	t.Helper()
	key, err := f.AddKey(emulator.Grant{Organization: true, PermissionSets: []emulator.PermissionSet{emulator.IAMManager}})
	require.NoError(t, err)
	return key
}

func (f fixture) client(t *testing.T, key emulator.Key) *scw.Client {
	t.Helper()
	client, err := scw.NewClient(
		scw.WithAPIURL(f.url), scw.WithAuth(key.AccessKey, key.SecretKey),
		scw.WithDefaultOrganizationID(f.OrganizationID()),
	)
	require.NoError(t, err)
	return client
}

func (f fixture) iam(t *testing.T) *iamapi.API {
	t.Helper()
	return iamapi.NewAPI(f.client(t, f.manager(t)))
}

// makeKey makes a key as a user does: application, policy, key.
func (f fixture) makeKey(t *testing.T, expires time.Time, grant emulator.Grant) emulator.Key {
	t.Helper()
	api := f.iam(t)
	application, err := api.CreateApplication(&iamapi.CreateApplicationRequest{Name: "component"})
	require.NoError(t, err)
	_, err = api.CreatePolicy(&iamapi.CreatePolicyRequest{
		Name: "component", ApplicationID: &application.ID, Rules: []*iamapi.RuleSpecs{specs(grant)},
	})
	require.NoError(t, err)
	key, err := api.CreateAPIKey(&iamapi.CreateAPIKeyRequest{ApplicationID: &application.ID, ExpiresAt: &expires})
	require.NoError(t, err)
	return emulator.Key{AccessKey: key.AccessKey, SecretKey: *key.SecretKey}
}

func specs(g emulator.Grant) *iamapi.RuleSpecs {
	var names []string
	for _, set := range g.PermissionSets {
		names = append(names, string(set))
	}
	return &iamapi.RuleSpecs{PermissionSetNames: &names, Condition: g.Condition, ProjectIDs: &g.Projects}
}

func TestSDKConfinesAComponentToItsFolder(t *testing.T) {
	f := start(t)
	f.furnish(t)
	key := f.makeKey(t, time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC), granted(confined, getValues))
	read := func(folder string) error {
		_, err := f.sdk(t, key).AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
			SecretPath: folder, SecretName: "key", Revision: "latest_enabled",
		})
		return err
	}

	require.NoError(t, read(ownFolder))
	require.EqualError(t, read(otherFolder), "scaleway-sdk-go: insufficient permissions: read secret")
	require.EqualError(t, read(siblingFolder), "scaleway-sdk-go: insufficient permissions: read secret")
}

func TestSDKMeetsTheDelayOfANewGrant(t *testing.T) {
	now := time.Date(2026, time.July, 3, 15, 0, 0, 0, time.UTC)
	f := startWith(t, emulator.Config{Seed: 1, Now: func() time.Time { return now }, GrantDelay: time.Minute})
	f.furnish(t)
	key := f.makeKey(t, now.Add(time.Hour), granted("", getValues))
	read := func() error {
		_, err := f.sdk(t, key).AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
			SecretPath: ownFolder, SecretName: "key", Revision: "latest",
		})
		return err
	}

	require.EqualError(t, read(), "scaleway-sdk-go: insufficient permissions: read secret")
	now = now.Add(time.Minute)
	require.NoError(t, read())
	now = now.Add(time.Hour)
	require.EqualError(t, read(), "scaleway-sdk-go: denied authentication: API key is expired")
}

func TestSDKSeesAGroupsPoliciesAtWork(t *testing.T) {
	f := start(t)
	f.furnish(t)
	api := f.iam(t)
	application, err := api.CreateApplication(&iamapi.CreateApplicationRequest{Name: "component"})
	require.NoError(t, err)
	group, err := api.CreateGroup(&iamapi.CreateGroupRequest{Name: "readers"})
	require.NoError(t, err)
	_, err = api.CreatePolicy(&iamapi.CreatePolicyRequest{
		Name: "readers", GroupID: &group.ID, Rules: []*iamapi.RuleSpecs{specs(granted("", readOnly))},
	})
	require.NoError(t, err)
	made, err := api.CreateAPIKey(&iamapi.CreateAPIKeyRequest{ApplicationID: &application.ID})
	require.NoError(t, err)
	list := func() error {
		client := f.sdk(t, emulator.Key{AccessKey: made.AccessKey, SecretKey: *made.SecretKey})
		_, err := client.ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project)})
		return err
	}
	require.EqualError(t, list(), "scaleway-sdk-go: insufficient permissions: list secret")

	_, err = api.AddGroupMember(&iamapi.AddGroupMemberRequest{GroupID: group.ID, ApplicationID: &application.ID})
	require.NoError(t, err)
	require.NoError(t, list())

	left, err := api.RemoveGroupMember(&iamapi.RemoveGroupMemberRequest{GroupID: group.ID, ApplicationID: &application.ID})
	require.NoError(t, err)
	assert.Empty(t, left.ApplicationIDs)
	require.EqualError(t, list(), "scaleway-sdk-go: insufficient permissions: list secret")
}

func TestSDKListsWhatIAMHolds(t *testing.T) {
	f := start(t)
	api := f.iam(t)
	for _, name := range []string{"c", "a", "b"} {
		_, err := api.CreateApplication(&iamapi.CreateApplicationRequest{Name: name, Tags: []string{"made", name}})
		require.NoError(t, err)
	}

	tagged, err := api.ListApplications(&iamapi.ListApplicationsRequest{
		Tag: new("made"), OrderBy: iamapi.ListApplicationsRequestOrderByNameDesc, PageSize: scw.Uint32Ptr(2),
	}, scw.WithAllPages())
	require.NoError(t, err)
	var names []string
	for _, application := range tagged.Applications {
		names = append(names, application.Name)
	}
	assert.Equal(t, []string{"c", "b", "a"}, names)

	first, err := api.ListApplications(&iamapi.ListApplicationsRequest{Name: new("a")})
	require.NoError(t, err)
	require.Len(t, first.Applications, 1)
	assert.Equal(t, f.OrganizationID(), first.Applications[0].OrganizationID)

	sets, err := api.ListPermissionSets(&iamapi.ListPermissionSetsRequest{
		OrderBy: iamapi.ListPermissionSetsRequestOrderByNameAsc, PageSize: scw.Uint32Ptr(5),
	}, scw.WithAllPages())
	require.NoError(t, err)
	known := map[string]iamapi.PermissionSetScopeType{}
	for _, set := range sets.PermissionSets {
		known[set.Name] = set.ScopeType
	}
	assert.Len(t, known, int(sets.TotalCount))
	assert.Equal(t, iamapi.PermissionSetScopeTypeProjects, known["SecretManagerSecretAccess"])
	assert.Equal(t, iamapi.PermissionSetScopeTypeOrganization, known["IAMManager"])
}

func TestSDKManagesProjects(t *testing.T) {
	f := start(t)
	api := account.NewProjectAPI(f.client(t, f.manager(t)))
	made, err := api.CreateProject(&account.ProjectAPICreateProjectRequest{Name: "shop", Description: "d"})
	require.NoError(t, err)
	got, err := api.GetProject(&account.ProjectAPIGetProjectRequest{ProjectID: made.ID})
	require.NoError(t, err)
	assert.Equal(t, made, got)

	all, err := api.ListProjects(&account.ProjectAPIListProjectsRequest{OrderBy: account.ListProjectsRequestOrderByNameAsc})
	require.NoError(t, err)
	require.Len(t, all.Projects, 2)
	assert.Equal(t, f.OrganizationID(), all.Projects[0].ID, "the default project")
	assert.Equal(t, "shop", all.Projects[1].Name)

	require.NoError(t, api.DeleteProject(&account.ProjectAPIDeleteProjectRequest{ProjectID: made.ID}))
	_, err = api.GetProject(&account.ProjectAPIGetProjectRequest{ProjectID: made.ID})
	require.EqualError(t, err, "scaleway-sdk-go: resource project with ID "+made.ID+" is not found")
}

func TestSDKTypesIAMsErrors(t *testing.T) {
	f := start(t)
	api := f.iam(t)
	create := func(rules ...*iamapi.RuleSpecs) error {
		_, err := api.CreatePolicy(&iamapi.CreatePolicyRequest{Name: "p", NoPrincipal: new(true), Rules: rules})
		return err
	}
	_, twice := api.CreatePolicy(&iamapi.CreatePolicyRequest{Name: "p", NoPrincipal: new(true), ApplicationID: new(unknownID)})
	_, orphan := api.CreateAPIKey(&iamapi.CreateAPIKeyRequest{})
	_, late := api.CreateAPIKey(&iamapi.CreateAPIKeyRequest{
		ApplicationID: new(unknownID), ExpiresAt: new(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)),
	})
	_, foreign := api.ListPolicies(&iamapi.ListPoliciesRequest{OrganizationID: unknownID})
	_, user := api.CreateAPIKey(&iamapi.CreateAPIKeyRequest{UserID: new(unknownID)})
	for want, err := range map[string]error{
		"invalid argument(s): rules[0].condition is wrongly formatted, ERROR: <input>:1:17: Syntax error: mismatched input '<EOF>'": create(
			specs(granted(`resource.name ==`, readOnly))),
		"invalid argument(s): rules[0] is wrongly formatted, embedded message failed validation": create(
			specs(emulator.Grant{PermissionSets: []emulator.PermissionSet{readOnly}})),
		"invalid argument(s): rules[0].permission_set_names does not respect constraint, permission sets must be of the same scope type": create(
			specs(granted("", emulator.IAMReadOnly, readOnly))),
		`invalid argument(s): rules[0].permission_set_names does not respect constraint, permission set "SecretManagerAdmin" must be one that exists`: create(
			specs(granted("", "SecretManagerAdmin"))),
		"invalid argument(s): principal does not respect constraint, must be one of user_id": twice,
		"invalid argument(s): bearer is required":                                            orphan,
		"invalid argument(s): expires_at does not respect constraint, must be in the future": late,
		"insufficient permissions: list policy":                                              foreign,
		"resource user with ID " + unknownID + " is not found":                               user,
	} {
		require.Error(t, err, want)
		assert.True(t, strings.HasPrefix(err.Error(), "scaleway-sdk-go: "+want), err)
	}
}
