package secretapi_test

import (
	"fmt"
	"testing"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/emutest"
	"cloison.dev/cloison/internal/emulator/fault"
)

func TestSDKReadsAValueAsExternalSecretsOperatorDoes(t *testing.T) {
	f := emutest.Start(t)
	f.Add(t, "/shop-backend", "database-url", "postgres://one", "postgres://two")
	f.Add(t, "/shop-frontend", "database-url", "not this one")

	got, err := emutest.ExternalSecret(f.SDK(t, f.Key), "/shop-backend", "database-url", "latest_enabled")

	require.NoError(t, err)
	assert.Equal(t, "postgres://two", got)
	assert.Equal(t, map[emulator.Endpoint]int{
		emulator.ListSecrets: 1, emulator.GetSecretVersion: 1, emulator.AccessSecretVersion: 1, emulator.Metadata: 1,
	}, f.Stats().Calls)
	assert.Equal(t, 3, f.Stats().Total())
}

func TestSDKReadsAValueByPathInOneCall(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/shop-backend", "database-url", "postgres://one", "postgres://two")

	got, err := f.SDK(t, f.Key).AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
		SecretPath: "/shop-backend", SecretName: "database-url", Revision: "latest_enabled",
	})

	require.NoError(t, err)
	assert.Equal(t, &sdk.AccessSecretVersionResponse{
		SecretID: id, Revision: 2, Data: []byte("postgres://two"), Type: sdk.SecretTypeOpaque,
	}, got)
	assert.Equal(t, map[emulator.Endpoint]int{emulator.AccessSecretVersionByPath: 1}, f.Stats().Calls)
}

func TestSDKReadsTheChecksumOfAVersionCreatedWithOne(t *testing.T) {
	f := emutest.Start(t)
	id, err := f.AddSecret(emulator.Secret{ProjectID: emutest.Project, Name: "checked", Type: "certificate"},
		emulator.Version{Data: []byte("123456789"), CRC32: true})
	require.NoError(t, err)

	got, err := f.SDK(t, f.Key).AccessSecretVersion(&sdk.AccessSecretVersionRequest{SecretID: id, Revision: "1"})

	require.NoError(t, err)
	assert.Equal(t, scw.Uint32Ptr(0xcbf43926), got.DataCrc32, "the check value of CRC-32")
	assert.Equal(t, sdk.SecretTypeCertificate, got.Type)
}

func TestSDKNamesResourcesAfterTheMetadata(t *testing.T) {
	f := emutest.Start(t)
	id := f.Add(t, "/", "named", "v")
	api := f.SDK(t, f.Key)

	for range 2 {
		got, err := api.GetSecret(&sdk.GetSecretRequest{SecretID: id})
		require.NoError(t, err)
		assert.Equal(t, "srn://secret-manager.scw.eu/regions/fr-par/secrets/"+id, got.Srn)
	}
	assert.Equal(t, 1, f.Stats().Calls[emulator.Metadata], "asked once, then cached by the SDK")
}

func TestSDKFollowsPagesToTheTotalCount(t *testing.T) {
	f := emutest.Start(t)
	for i := range 7 {
		f.Add(t, "/shop-backend", fmt.Sprintf("key-%d", i))
	}

	got, err := f.SDK(t, f.Key).ListSecrets(&sdk.ListSecretsRequest{
		ProjectID: new(emutest.Project), PageSize: scw.Uint32Ptr(3),
	}, scw.WithAllPages())

	require.NoError(t, err)
	var names []string
	for _, secret := range got.Secrets {
		names = append(names, secret.Name)
	}
	assert.Equal(t, []string{"key-0", "key-1", "key-2", "key-3", "key-4", "key-5", "key-6"}, names)
	assert.Equal(t, uint64(7), got.TotalCount)
	assert.Equal(t, 3, f.Stats().Calls[emulator.ListSecrets])
}

func TestSDKTypesEveryError(t *testing.T) {
	f := emutest.Start(t)
	id, off := f.Add(t, "/shop", "one", "v"), f.Add(t, "/shop", "off", "v")
	require.NoError(t, f.SetVersionStatus(off, 1, emulator.Disabled))
	stranger := emulator.Key{AccessKey: f.Key.AccessKey, SecretKey: emutest.UnknownID}
	get := func(key emulator.Key, id string) error {
		_, err := f.SDK(t, key).GetSecret(&sdk.GetSecretRequest{SecretID: id})
		return err
	}
	access := func(id, revision string) error {
		request := &sdk.AccessSecretVersionRequest{SecretID: id, Revision: revision}
		_, err := f.SDK(t, f.Key).AccessSecretVersion(request)
		return err
	}
	cases := map[string]struct {
		got    error
		target any
		want   string
	}{
		"an unknown secret": {
			get(f.Key, emutest.UnknownID), new(*scw.ResourceNotFoundError),
			"resource secret with ID " + emutest.UnknownID +
				" is not found",
		},
		"an unknown revision": {
			access(id, "2"), new(*scw.ResourceNotFoundError),
			"resource secret_version with ID " + id + "/2 is not found",
		},
		"no enabled version": {
			access(off, "latest_enabled"), new(*scw.ResourceNotFoundError),
			"resource secret_version with ID " + off + "/latest_enabled is not found",
		},
		"a disabled version": {access(off, "1"), new(*scw.PreconditionFailedError),
			"precondition failed: , version is disabled"},
		"a missing permission": {
			get(f.NewKey(t), id), new(*scw.PermissionsDeniedError), "insufficient permissions: read secret",
		},
		"an unknown key": {
			get(stranger, id), new(*scw.DeniedAuthenticationError), "denied authentication: API key does not exist",
		},
		"a bad argument": {
			access(id, "newest"), new(*scw.InvalidArgumentsError),
			"invalid argument(s): revision is wrongly formatted, must be a number, latest or latest_enabled",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.ErrorAs(t, c.got, c.target)
			assert.EqualError(t, c.got, "scaleway-sdk-go: "+c.want)
		})
	}
}

func TestSDKSeesARateLimitAsItsPlainError(t *testing.T) {
	f := emutest.Start(t)
	require.NoError(t, f.SetFaults(fault.Faults{RateLimitFirst: 1}))

	_, err := f.SDK(t, f.Key).ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(emutest.Project)})

	var limited *scw.ResponseError
	require.ErrorAs(t, err, &limited)
	assert.Equal(t, 429, limited.StatusCode)
	assert.Empty(t, limited.RawBody)
}

func TestSDKTakesAnUnknownRegionForNoMissingResource(t *testing.T) {
	f := emutest.Start(t)
	_, err := f.SDK(t, f.Key).ListSecrets(&sdk.ListSecretsRequest{
		Region: "fr-lyon", ProjectID: new(emutest.Project),
	})

	var failed *scw.ResponseError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, 404, failed.StatusCode)
	assert.NotErrorAs(t, err, new(*scw.ResourceNotFoundError))
}
