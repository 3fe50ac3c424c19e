package emulator_test

import (
	"fmt"
	"net/http/httptest"

	sdk "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"

	"cloison.dev/cloison/internal/emulator"
)

func Example() {
	const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
	server := emulator.New(emulator.Config{Random: 1})
	_, err := server.AddSecret(
		emulator.Secret{ProjectID: project, Path: "/trackdechets-backend", Name: "database-url"},
		emulator.Value("postgres://old"), emulator.Value("postgres://new"),
	)
	check(err)
	key, err := server.AddKey(emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerSecretAccess},
	})
	check(err)
	served := httptest.NewServer(server)
	defer served.Close()

	client, err := scw.NewClient(
		scw.WithAPIURL(served.URL), scw.WithAuth(key.AccessKey, key.SecretKey),
		scw.WithDefaultRegion("fr-par"), scw.WithDefaultProjectID(project),
	)
	check(err)
	secrets := sdk.NewAPI(client)
	value, err := secrets.AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
		SecretPath: "/trackdechets-backend", SecretName: "database-url", Revision: "latest_enabled",
	})
	check(err)
	fmt.Printf("revision %d: %s\n", value.Revision, value.Data)

	_, err = secrets.ListSecrets(&sdk.ListSecretsRequest{ProjectID: new(project)})
	fmt.Println(err)
	fmt.Println("calls:", server.Stats().Total())
	// Output:
	// revision 2: postgres://new
	// scaleway-sdk-go: insufficient permissions: list secret
	// calls: 2
}

func ExampleReadSeed() {
	contents, err := emulator.ReadSeed([]byte(`
project: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
secrets:
- path: /trackdechets-backend
  name: database-url
  values: ["postgres://old", "postgres://new"]
keys:
- name: ci
  permissionSets: [SecretManagerSecretAccess]
`))
	check(err)
	server := emulator.New(emulator.Config{Random: 1})
	check(server.Load(contents))
	served := httptest.NewServer(server)
	defer served.Close()

	key, _ := server.KeyNamed("ci")
	client, err := scw.NewClient(
		scw.WithAPIURL(served.URL), scw.WithAuth(key.AccessKey, key.SecretKey),
		scw.WithDefaultRegion("fr-par"), scw.WithDefaultProjectID(contents.Project),
	)
	check(err)
	value, err := sdk.NewAPI(client).AccessSecretVersionByPath(&sdk.AccessSecretVersionByPathRequest{
		SecretPath: "/trackdechets-backend", SecretName: "database-url", Revision: "latest",
	})
	check(err)
	fmt.Printf("revision %d: %s\n", value.Revision, value.Data)
	// Output: revision 2: postgres://new
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
