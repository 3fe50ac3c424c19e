package secretapi_test

import (
	"testing"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
)

func TestSDKLeadsASecretThroughItsLife(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	api := f.SDK(t, f.Key)
	secret, err := api.CreateSecret(&sdk.CreateSecretRequest{
		Name: "database-url", Path: new("/shop"), Tags: []string{"web"}, Description: new("of the shop"),
		Protected: true,
	})
	require.NoError(t, err)
	assert.Equal(t, []any{"/shop", sdk.SecretTypeOpaque, sdk.SecretStatusReady, true, uint32(0)},
		[]any{secret.Path, secret.Type, secret.Status, secret.Protected, secret.VersionCount})

	first, err := api.CreateSecretVersion(&sdk.CreateSecretVersionRequest{
		SecretID: secret.ID, Data: []byte("123456789"), DataCrc32: scw.Uint32Ptr(0xcbf43926), Description: new("first"),
	})
	require.NoError(t, err)
	assert.Equal(t, "srn://secret-manager.scw.eu/regions/fr-par/secrets/"+secret.ID+"/versions/1", first.Srn)
	_, err = api.CreateSecretVersion(&sdk.CreateSecretVersionRequest{
		SecretID: secret.ID, Data: []byte("two"), DisablePrevious: new(true),
	})
	require.NoError(t, err)
	value, err := api.AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
		SecretPath: "/shop", SecretName: "database-url", Revision: "latest_enabled",
	})
	require.NoError(t, err)
	assert.Equal(t, "two", string(value.Data))

	_, err = api.UnprotectSecret(&sdk.UnprotectSecretRequest{SecretID: secret.ID})
	require.NoError(t, err)
	require.NoError(t, api.DeleteSecret(&sdk.DeleteSecretRequest{SecretID: secret.ID}))
	back, err := api.RestoreSecret(&sdk.RestoreSecretRequest{SecretID: secret.ID})
	require.NoError(t, err)
	assert.Equal(t, uint32(2), back.VersionCount)
	moved, err := api.UpdateSecret(&sdk.UpdateSecretRequest{SecretID: secret.ID, Tags: &[]string{}, Path: new("/web")})
	require.NoError(t, err)
	assert.Equal(t, []any{"/web", []string{}, "of the shop"}, []any{moved.Path, moved.Tags, *moved.Description})
	kept, err := api.ProtectSecret(&sdk.ProtectSecretRequest{SecretID: secret.ID})
	require.NoError(t, err)
	assert.True(t, kept.Protected)
}

func TestSDKLeadsVersionsThroughTheirLife(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	api, id := f.SDK(t, f.Key), f.Add(t, "/shop", "key", "one", "two")
	require.NoError(t, f.SetVersionStatus(id, 1, emulator.Disabled))

	enabled, err := api.EnableSecretVersion(&sdk.EnableSecretVersionRequest{SecretID: id, Revision: "1"})
	require.NoError(t, err)
	assert.Equal(t, sdk.SecretVersionStatusEnabled, enabled.Status)
	_, err = api.DisableSecretVersion(&sdk.DisableSecretVersionRequest{SecretID: id, Revision: "latest"})
	require.NoError(t, err)
	require.NoError(t, api.DeleteSecretVersion(&sdk.DeleteSecretVersionRequest{SecretID: id, Revision: "1"}))
	restored, err := api.RestoreSecretVersion(&sdk.RestoreSecretVersionRequest{SecretID: id, Revision: "1"})
	require.NoError(t, err)
	assert.Nil(t, restored.DeletionRequestedAt)
	updated, err := api.UpdateSecretVersion(&sdk.UpdateSecretVersionRequest{
		SecretID: id, Revision: "1", Description: new("the first"),
	})
	require.NoError(t, err)
	assert.Equal(t, "the first", *updated.Description)
	assert.Equal(t, []string{"2 disabled", "1 enabled"}, f.VersionsOf(t, id, ""))
}

func TestSDKFollowsPagesOfVersions(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop", "key", "one", "two", "three", "four", "five")
	got, err := f.SDK(t, f.Key).ListSecretVersions(&sdk.ListSecretVersionsRequest{
		SecretID: id, PageSize: scw.Uint32Ptr(2), Status: []sdk.SecretVersionStatus{"enabled", "disabled"},
	}, scw.WithAllPages())
	require.NoError(t, err)
	var revisions []uint32
	for _, version := range got.Versions {
		revisions = append(revisions, version.Revision)
	}
	assert.Equal(t, []uint32{5, 4, 3, 2, 1}, revisions)
	assert.Equal(t, uint64(5), got.TotalCount)
}

func TestSDKReadsAnEphemeralSecret(t *testing.T) {
	f, now := emutest.StartAt(t)
	api := f.SDK(t, f.Key)
	policy := &sdk.EphemeralPolicy{
		TimeToLive: &scw.Duration{Seconds: 90, Nanos: 500_000_000}, ExpiresOnceAccessed: new(true),
		Action: sdk.EphemeralPolicyActionDisable,
	}
	secret, err := api.CreateSecret(&sdk.CreateSecretRequest{Name: "brief", EphemeralPolicy: policy})
	require.NoError(t, err)
	assert.Equal(t, policy, secret.EphemeralPolicy)

	version, err := api.CreateSecretVersion(&sdk.CreateSecretVersionRequest{SecretID: secret.ID, Data: []byte("v")})
	require.NoError(t, err)
	assert.Equal(t, now.Time().Add(90_500_000_000), *version.EphemeralProperties.ExpiresAt)
	access := &sdk.AccessSecretVersionRequest{SecretID: secret.ID, Revision: "1"}
	value, err := api.AccessSecretVersion(access)
	require.NoError(t, err)
	assert.Equal(t, "v", string(value.Data))
	_, err = api.AccessSecretVersion(access)
	require.ErrorAs(t, err, new(*scw.PreconditionFailedError))

	require.NoError(t, api.DeleteSecret(&sdk.DeleteSecretRequest{SecretID: secret.ID}))
	_, err = api.GetSecret(&sdk.GetSecretRequest{SecretID: secret.ID})
	require.ErrorAs(t, err, new(*scw.ResourceNotFoundError))
}

func TestSDKTypesEveryErrorOfWrites(t *testing.T) {
	f := emutest.Start(t).Owner(t)
	f.Add(t, "/", "taken")
	full := f.Add(t, "/", "full", make([]string, 20)...)
	reader := f.NewKey(t)
	create := func(request sdk.CreateSecretRequest) error {
		_, err := f.SDK(t, f.Key).CreateSecret(&request)
		return err
	}
	_, quota := f.SDK(t, f.Key).CreateSecretVersion(&sdk.CreateSecretVersionRequest{SecretID: full, Data: []byte("v")})
	remove := func() error { return f.SDK(t, f.Key).DeleteSecret(&sdk.DeleteSecretRequest{SecretID: full}) }
	require.NoError(t, remove())
	_, denied := f.SDK(t, reader).CreateSecret(&sdk.CreateSecretRequest{Name: "new"})
	cases := map[string]struct {
		got    error
		target any
		want   string
	}{
		"a name that is taken": {
			create(sdk.CreateSecretRequest{Name: "taken"}), new(*scw.InvalidArgumentsError),
			"invalid argument(s): name is wrongly formatted, cannot have same secret name in same path",
		},
		"no name": {
			create(sdk.CreateSecretRequest{Name: "-"}), new(*scw.InvalidArgumentsError),
			"invalid argument(s): name is wrongly formatted, must match " + nameForm,
		},
		"one version too many": {
			quota, new(*scw.QuotasExceededError), "quota exceeded(s): secret_versions has reached its quota (20/20)",
		},
		"deleted already": {
			remove(), new(*scw.PreconditionFailedError), "precondition failed: , cannot act on deleted secret",
		},
		"no permission": {denied, new(*scw.PermissionsDeniedError), "insufficient permissions: write secret"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.ErrorAs(t, c.got, c.target)
			assert.EqualError(t, c.got, "scaleway-sdk-go: "+c.want)
		})
	}
}
