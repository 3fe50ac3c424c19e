package iamapi_test

import (
	"strings"
	"testing"
	"time"

	account "github.com/scaleway/scaleway-sdk-go/api/account/v3"
	sdkiam "github.com/scaleway/scaleway-sdk-go/api/iam/v1alpha1"
	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

func TestSDKConfinesAComponentToItsFolder(t *testing.T) {
	f := emutest.Start(t)
	f.Furnish(t)
	key := f.MakeKey(t, time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
		emutest.Over(emutest.Confined, emulator.SecretManagerSecretAccess))
	read := func(folder string) error {
		_, err := f.SDK(t, key).AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
			SecretPath: folder, SecretName: "key", Revision: "latest_enabled",
		})
		return err
	}

	require.NoError(t, read(emutest.OwnFolder))
	require.EqualError(t, read(emutest.OtherFolder), "scaleway-sdk-go: insufficient permissions: read secret")
	require.EqualError(t, read(emutest.SiblingFolder), "scaleway-sdk-go: insufficient permissions: read secret")
}

func TestSDKMeetsTheDelayOfANewGrant(t *testing.T) {
	now := time.Date(2026, time.July, 3, 15, 0, 0, 0, time.UTC)
	f := emutest.StartWith(t, emulator.Config{Random: 1, Now: func() time.Time { return now }, GrantDelay: time.Minute})
	f.Furnish(t)
	key := f.MakeKey(t, now.Add(time.Hour), emutest.Over("", emulator.SecretManagerSecretAccess))
	read := func() error {
		_, err := f.SDK(t, key).AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
			SecretPath: emutest.OwnFolder, SecretName: "key", Revision: "latest",
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
	f := emutest.Start(t)
	f.Furnish(t)
	api := f.SDKOfIAM(t)
	application, err := api.CreateApplication(&sdkiam.CreateApplicationRequest{Name: "component"})
	require.NoError(t, err)
	group, err := api.CreateGroup(&sdkiam.CreateGroupRequest{Name: "readers"})
	require.NoError(t, err)
	_, err = api.CreatePolicy(&sdkiam.CreatePolicyRequest{
		Name: "readers", GroupID: &group.ID, Rules: []*sdkiam.RuleSpecs{emutest.RuleSpecs(emutest.Over("",
			emulator.SecretManagerReadOnly))},
	})
	require.NoError(t, err)
	made, err := api.CreateAPIKey(&sdkiam.CreateAPIKeyRequest{ApplicationID: &application.ID})
	require.NoError(t, err)
	list := func() error {
		client := f.SDK(t, emulator.Key{AccessKey: made.AccessKey, SecretKey: *made.SecretKey})
		_, err := client.ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project)})
		return err
	}
	require.EqualError(t, list(), "scaleway-sdk-go: insufficient permissions: list secret")

	_, err = api.AddGroupMember(&sdkiam.AddGroupMemberRequest{GroupID: group.ID, ApplicationID: &application.ID})
	require.NoError(t, err)
	require.NoError(t, list())

	left, err := api.RemoveGroupMember(&sdkiam.RemoveGroupMemberRequest{GroupID: group.ID,
		ApplicationID: &application.ID})
	require.NoError(t, err)
	assert.Empty(t, left.ApplicationIDs)
	require.EqualError(t, list(), "scaleway-sdk-go: insufficient permissions: list secret")
}

func TestSDKListsWhatIAMHolds(t *testing.T) {
	f := emutest.Start(t)
	api := f.SDKOfIAM(t)
	for _, name := range []string{"c", "a", "b"} {
		_, err := api.CreateApplication(&sdkiam.CreateApplicationRequest{Name: name, Tags: []string{"made", name}})
		require.NoError(t, err)
	}

	tagged, err := api.ListApplications(&sdkiam.ListApplicationsRequest{
		Tag: new("made"), OrderBy: sdkiam.ListApplicationsRequestOrderByNameDesc, PageSize: scw.Uint32Ptr(2),
	}, scw.WithAllPages())
	require.NoError(t, err)
	var names []string
	for _, application := range tagged.Applications {
		names = append(names, application.Name)
	}
	assert.Equal(t, []string{"c", "b", "a"}, names)

	first, err := api.ListApplications(&sdkiam.ListApplicationsRequest{Name: new("a")})
	require.NoError(t, err)
	require.Len(t, first.Applications, 1)
	assert.Equal(t, f.OrganizationID(), first.Applications[0].OrganizationID)

	sets, err := api.ListPermissionSets(&sdkiam.ListPermissionSetsRequest{
		OrderBy: sdkiam.ListPermissionSetsRequestOrderByNameAsc, PageSize: scw.Uint32Ptr(5),
	}, scw.WithAllPages())
	require.NoError(t, err)
	known := map[string]sdkiam.PermissionSetScopeType{}
	for _, set := range sets.PermissionSets {
		known[set.Name] = set.ScopeType
	}
	assert.Len(t, known, int(sets.TotalCount))
	assert.Equal(t, sdkiam.PermissionSetScopeTypeProjects, known["SecretManagerSecretAccess"])
	assert.Equal(t, sdkiam.PermissionSetScopeTypeOrganization, known["IAMManager"])
}

func TestSDKManagesProjects(t *testing.T) {
	f := emutest.Start(t)
	api := account.NewProjectAPI(f.Client(t, f.Manager(t).Key))
	made, err := api.CreateProject(&account.ProjectAPICreateProjectRequest{Name: "shop", Description: "d"})
	require.NoError(t, err)
	got, err := api.GetProject(&account.ProjectAPIGetProjectRequest{ProjectID: made.ID})
	require.NoError(t, err)
	assert.Equal(t, made, got)

	byName := &account.ProjectAPIListProjectsRequest{OrderBy: account.ListProjectsRequestOrderByNameAsc}
	all, err := api.ListProjects(byName)
	require.NoError(t, err)
	require.Len(t, all.Projects, 2)
	assert.Equal(t, f.OrganizationID(), all.Projects[0].ID, "the default project")
	assert.Equal(t, "shop", all.Projects[1].Name)

	require.NoError(t, api.DeleteProject(&account.ProjectAPIDeleteProjectRequest{ProjectID: made.ID}))
	_, err = api.GetProject(&account.ProjectAPIGetProjectRequest{ProjectID: made.ID})
	require.EqualError(t, err, "scaleway-sdk-go: resource project with ID "+made.ID+" is not found")
}

func TestSDKTypesIAMsErrors(t *testing.T) {
	f := emutest.Start(t)
	api := f.SDKOfIAM(t)
	create := func(rules ...*sdkiam.RuleSpecs) error {
		_, err := api.CreatePolicy(&sdkiam.CreatePolicyRequest{Name: "p", NoPrincipal: new(true), Rules: rules})
		return err
	}
	_, twice := api.CreatePolicy(&sdkiam.CreatePolicyRequest{Name: "p", NoPrincipal: new(true),
		ApplicationID: new(emutest.UnknownID)})
	_, orphan := api.CreateAPIKey(&sdkiam.CreateAPIKeyRequest{})
	_, late := api.CreateAPIKey(&sdkiam.CreateAPIKeyRequest{
		ApplicationID: new(emutest.UnknownID), ExpiresAt: new(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)),
	})
	_, foreign := api.ListPolicies(&sdkiam.ListPoliciesRequest{OrganizationID: emutest.UnknownID})
	_, user := api.CreateAPIKey(&sdkiam.CreateAPIKeyRequest{UserID: new(emutest.UnknownID)})
	for want, err := range map[string]error{
		"invalid argument(s): rules[0].condition is wrongly formatted, ERROR: <input>:1:17: Syntax error: mismatched " +
			"input '<EOF>'": create(
			emutest.RuleSpecs(emutest.Over(`resource.name ==`, emulator.SecretManagerReadOnly))),
		"invalid argument(s): rules[0] is wrongly formatted, embedded message failed validation": create(
			emutest.RuleSpecs(emulator.Grant{
				PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly}})),
		"invalid argument(s): rules[0].permission_set_names does not respect constraint, " +
			"permission sets must be of the " +
			"same scope type": create(
			emutest.RuleSpecs(emutest.Over("", "IAMReadOnly", emulator.SecretManagerReadOnly))),
		`invalid argument(s): rules[0].permission_set_names does not respect constraint, permission set ` +
			`"SecretManagerAdmin" must be one that exists`: create(
			emutest.RuleSpecs(emutest.Over("", "SecretManagerAdmin"))),
		"invalid argument(s): principal does not respect constraint, must be one of user_id": twice,
		"invalid argument(s): bearer is required":                                            orphan,
		"invalid argument(s): expires_at does not respect constraint, must be in the future": late,
		"insufficient permissions: list policy":                                              foreign,
		"resource user with ID " + emutest.UnknownID + " is not found":                       user,
	} {
		require.Error(t, err, want)
		assert.True(t, strings.HasPrefix(err.Error(), "scaleway-sdk-go: "+want), err)
	}
}
