package emutest

import (
	"errors"
	"strconv"
	"testing"
	"time"

	iamapi "github.com/scaleway/scaleway-sdk-go/api/iam/v1alpha1"
	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

// Client is the official client, built as External Secrets Operator builds it.
func (f Fixture) Client(t *testing.T, key emulator.Key) *scw.Client {
	t.Helper()
	client, err := scw.NewClient(
		scw.WithAPIURL(f.URL),
		scw.WithAuth(key.AccessKey, key.SecretKey),
		scw.WithDefaultRegion("fr-par"),
		scw.WithDefaultProjectID(Project),
		scw.WithDefaultOrganizationID(f.OrganizationID()),
	)
	require.NoError(t, err)
	return client
}

// SDK is the official client of Secret Manager.
func (f Fixture) SDK(t *testing.T, key emulator.Key) *secretapi.API {
	t.Helper()
	return secretapi.NewAPI(f.Client(t, key))
}

// SDKOfIAM is the official client of IAM, with a key that may do everything there.
func (f Fixture) SDKOfIAM(t *testing.T) *iamapi.API {
	t.Helper()
	return iamapi.NewAPI(f.Client(t, f.Manager(t).Key))
}

// ExternalSecret reads a value by the three calls that the External Secrets Operator makes for a "path:" reference.
// Facts: docs/facts.md, "Calls of the operator".
func ExternalSecret(api *secretapi.API, path, name, revision string) (string, error) {
	list, err := api.ListSecrets(&secretapi.ListSecretsRequest{
		ProjectID: new(Project), Page: scw.Int32Ptr(1), PageSize: scw.Uint32Ptr(1),
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

// MakeKey makes a key as a user does: application, policy, key.
func (f Fixture) MakeKey(t *testing.T, expires time.Time, grant emulator.Grant) emulator.Key {
	t.Helper()
	api := f.SDKOfIAM(t)
	application, err := api.CreateApplication(&iamapi.CreateApplicationRequest{Name: "component"})
	require.NoError(t, err)
	_, err = api.CreatePolicy(&iamapi.CreatePolicyRequest{
		Name: "component", ApplicationID: &application.ID, Rules: []*iamapi.RuleSpecs{RuleSpecs(grant)},
	})
	require.NoError(t, err)
	key, err := api.CreateAPIKey(&iamapi.CreateAPIKeyRequest{ApplicationID: &application.ID, ExpiresAt: &expires})
	require.NoError(t, err)
	return emulator.Key{AccessKey: key.AccessKey, SecretKey: *key.SecretKey}
}

// RuleSpecs is a grant as the SDK takes it.
func RuleSpecs(g emulator.Grant) *iamapi.RuleSpecs {
	var names []string
	for _, set := range g.PermissionSets {
		names = append(names, string(set))
	}
	return &iamapi.RuleSpecs{PermissionSetNames: &names, Condition: g.Condition, ProjectIDs: &g.Projects}
}
