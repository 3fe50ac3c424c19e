package emulator_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// externalSecret reads a value by the three calls that External Secrets
// Operator v0.20.4 makes for a "path:" reference.
func externalSecret(api *secretapi.API, path, name, revision string) (string, error) {
	list, err := api.ListSecrets(&secretapi.ListSecretsRequest{
		ProjectID: new(project), Page: scw.Int32Ptr(1), PageSize: scw.Uint32Ptr(1),
		Name: &name, Path: &path,
	})
	if err != nil {
		return "", err
	}
	if len(list.Secrets) == 0 {
		return "", errors.New("no secret for this name")
	}
	id := list.Secrets[0].ID
	version, err := api.GetSecretVersion(&secretapi.GetSecretVersionRequest{SecretID: id, Revision: revision})
	if err != nil {
		return "", err
	}
	value, err := api.AccessSecretVersion(&secretapi.AccessSecretVersionRequest{
		SecretID: id, Revision: strconv.FormatUint(uint64(version.Revision), 10),
	})
	if err != nil {
		return "", err
	}
	return string(value.Data), nil
}

func TestSDKReadsAValueAsExternalSecretsOperatorDoes(t *testing.T) {
	f := start(t)
	f.add(t, "/shop-backend", "database-url", "postgres://one", "postgres://two")
	f.add(t, "/shop-frontend", "database-url", "not this one")

	got, err := externalSecret(f.sdk(t, f.key), "/shop-backend", "database-url", "latest_enabled")

	require.NoError(t, err)
	assert.Equal(t, "postgres://two", got)
	assert.Equal(t, map[emulator.Endpoint]int{
		emulator.ListSecrets: 1, emulator.GetSecretVersion: 1, emulator.AccessSecretVersion: 1, emulator.Metadata: 1,
	}, f.Stats().Calls)
	assert.Equal(t, 3, f.Stats().Total())
}

func TestSDKReadsAValueByPathInOneCall(t *testing.T) {
	f := start(t)
	id := f.add(t, "/shop-backend", "database-url", "postgres://one", "postgres://two")

	got, err := f.sdk(t, f.key).AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
		SecretPath: "/shop-backend", SecretName: "database-url", Revision: "latest_enabled",
	})

	require.NoError(t, err)
	assert.Equal(t, &secretapi.AccessSecretVersionResponse{
		SecretID: id, Revision: 2, Data: []byte("postgres://two"), Type: secretapi.SecretTypeOpaque,
	}, got)
	assert.Equal(t, map[emulator.Endpoint]int{emulator.AccessSecretVersionByPath: 1}, f.Stats().Calls)
}

func TestSDKReadsTheChecksumOfAVersionCreatedWithOne(t *testing.T) {
	f := start(t)
	id, err := f.AddSecret(emulator.Secret{ProjectID: project, Name: "checked", Type: emulator.Certificate},
		emulator.Version{Data: []byte("123456789"), CRC32: true})
	require.NoError(t, err)

	got, err := f.sdk(t, f.key).AccessSecretVersion(&secretapi.AccessSecretVersionRequest{SecretID: id, Revision: "1"})

	require.NoError(t, err)
	assert.Equal(t, scw.Uint32Ptr(0xcbf43926), got.DataCrc32, "the check value of CRC-32")
	assert.Equal(t, secretapi.SecretTypeCertificate, got.Type)
}

func TestSDKNamesResourcesAfterTheMetadata(t *testing.T) {
	f := start(t)
	id := f.add(t, "/", "named", "v")
	api := f.sdk(t, f.key)

	for range 2 {
		got, err := api.GetSecret(&secretapi.GetSecretRequest{SecretID: id})
		require.NoError(t, err)
		assert.Equal(t, "srn://secret-manager.scw.eu/regions/fr-par/secrets/"+id, got.Srn)
	}
	assert.Equal(t, 1, f.Stats().Calls[emulator.Metadata], "asked once, then cached by the SDK")
}

func TestSDKFollowsPagesToTheTotalCount(t *testing.T) {
	f := start(t)
	for i := range 7 {
		f.add(t, "/shop-backend", fmt.Sprintf("key-%d", i))
	}

	got, err := f.sdk(t, f.key).ListSecrets(&secretapi.ListSecretsRequest{
		ProjectID: new(project), PageSize: scw.Uint32Ptr(3),
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
	f := start(t)
	id, off := f.add(t, "/shop", "one", "v"), f.add(t, "/shop", "off", "v")
	require.NoError(t, f.SetVersionStatus(off, 1, emulator.Disabled))
	stranger := emulator.Key{AccessKey: f.key.AccessKey, SecretKey: unknownID}
	get := func(key emulator.Key, id string) error {
		_, err := f.sdk(t, key).GetSecret(&secretapi.GetSecretRequest{SecretID: id})
		return err
	}
	access := func(id, revision string) error {
		request := &secretapi.AccessSecretVersionRequest{SecretID: id, Revision: revision}
		_, err := f.sdk(t, f.key).AccessSecretVersion(request)
		return err
	}
	cases := map[string]struct {
		got    error
		target any
		want   string
	}{
		"an unknown secret": {
			get(f.key, unknownID), new(*scw.ResourceNotFoundError), "resource secret with ID " + unknownID + " is not found",
		},
		"an unknown revision": {
			access(id, "2"), new(*scw.ResourceNotFoundError), "resource secret_version with ID " + id + "/2 is not found",
		},
		"no enabled version": {
			access(off, "latest_enabled"), new(*scw.ResourceNotFoundError),
			"resource secret_version with ID " + off + "/latest_enabled is not found",
		},
		"a disabled version": {access(off, "1"), new(*scw.PreconditionFailedError), "precondition failed: , version is disabled"},
		"a missing permission": {
			get(f.newKey(t), id), new(*scw.PermissionsDeniedError), "insufficient permissions: read secret",
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
	f := start(t)
	require.NoError(t, f.SetFaults(emulator.Faults{RateLimitFirst: 1}))

	_, err := f.sdk(t, f.key).ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project)})

	var limited *scw.ResponseError
	require.ErrorAs(t, err, &limited)
	assert.Equal(t, 429, limited.StatusCode)
	assert.Empty(t, limited.RawBody)
}

func TestSDKTakesAnUnknownRegionForNoMissingResource(t *testing.T) {
	f := start(t)
	_, err := f.sdk(t, f.key).ListSecrets(&secretapi.ListSecretsRequest{
		Region: "fr-lyon", ProjectID: new(project),
	})

	var failed *scw.ResponseError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, 404, failed.StatusCode)
	assert.NotErrorAs(t, err, new(*scw.ResourceNotFoundError))
}
