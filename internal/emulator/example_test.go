package emulator_test

import (
	"fmt"
	"net/http/httptest"

	secretapi "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"

	"cloison.dev/cloison/internal/emulator"
)

func Example() {
	const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
	srv := emulator.New(emulator.Config{Seed: 1})
	_, err := srv.AddSecret(
		emulator.Secret{ProjectID: project, Path: "/trackdechets-backend", Name: "database-url"},
		emulator.Value("postgres://old"), emulator.Value("postgres://new"),
	)
	check(err)
	key, err := srv.AddKey(emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerSecretAccess},
	})
	check(err)
	served := httptest.NewServer(srv)
	defer served.Close()

	client, err := scw.NewClient(
		scw.WithAPIURL(served.URL), scw.WithAuth(key.AccessKey, key.SecretKey),
		scw.WithDefaultRegion("fr-par"), scw.WithDefaultProjectID(project),
	)
	check(err)
	api := secretapi.NewAPI(client)
	value, err := api.AccessSecretVersionByPath(&secretapi.AccessSecretVersionByPathRequest{
		SecretPath: "/trackdechets-backend", SecretName: "database-url", Revision: "latest_enabled",
	})
	check(err)
	fmt.Printf("revision %d: %s\n", value.Revision, value.Data)

	_, err = api.ListSecrets(&secretapi.ListSecretsRequest{ProjectID: new(project)})
	fmt.Println(err)
	fmt.Println("calls:", srv.Stats().Total())
	// Output:
	// revision 2: postgres://new
	// scaleway-sdk-go: insufficient permissions: list secret
	// calls: 2
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
