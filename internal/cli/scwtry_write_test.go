package cli_test

import (
	"fmt"
	"os"

	iamapi "github.com/scaleway/scaleway-sdk-go/api/iam/v1alpha1"
	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
)

// tryMake makes secrets and says how many of them are listed.
func tryMake(client *scw.Client, count int) error {
	project, _ := client.GetDefaultProjectID()
	api := secretapi.NewAPI(client)
	for i := range count {
		made := &secretapi.CreateSecretRequest{ProjectID: project, Name: fmt.Sprintf("made-%d", i)}
		if _, err := api.CreateSecret(made); err != nil {
			return err
		}
	}
	list, err := api.ListSecrets(&secretapi.ListSecretsRequest{ProjectID: &project}, scw.WithAllPages())
	if err == nil {
		fmt.Fprintf(os.Stdout, "%d made, %d listed\n", count, list.TotalCount)
	}
	return err
}

// tryGrant makes a key that may list secrets, and lists with it.
func tryGrant(client *scw.Client) error {
	project, _ := client.GetDefaultProjectID()
	api := iamapi.NewAPI(client)
	application, err := api.CreateApplication(&iamapi.CreateApplicationRequest{Name: "reader"})
	if err != nil {
		return err
	}
	_, err = api.CreatePolicy(&iamapi.CreatePolicyRequest{
		Name: "reader", ApplicationID: &application.ID, Rules: []*iamapi.RuleSpecs{{
			PermissionSetNames: &[]string{"SecretManagerReadOnly"}, ProjectIDs: &[]string{project},
		}},
	})
	if err != nil {
		return err
	}
	key, err := api.CreateAPIKey(&iamapi.CreateAPIKeyRequest{ApplicationID: &application.ID})
	if err != nil {
		return err
	}
	reader, err := scw.NewClient(scw.WithEnv(), scw.WithAuth(key.AccessKey, *key.SecretKey))
	if err != nil {
		return err
	}
	_, err = secretapi.NewAPI(reader).ListSecrets(&secretapi.ListSecretsRequest{ProjectID: &project})
	return err
}
