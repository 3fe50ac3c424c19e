package stores_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/stores"
	"cloison.dev/cloison/validators/stores/explaining"
)

// faults are changes of the manifests that the Segregation shop asks for. Many of them have to do with one another: the
// findings about the one explain those about the other.
func faults() [][2]string {
	return [][2]string{
		{"projectId: " + project, "projectID: " + project},
		{"projectId: " + project, "projectId: your-project"},
		{"region: fr-par", "region: fr-par-1"},
		{
			"accessKey: {secretRef: {name: scw-ui-credentials, key: access-key}}",
			"accessKey: {name: scw-ui-credentials, key: access-key}",
		},
		{"scw-ui-credentials", "scw-api-credentials"},
		{"scw-api-pay-credentials", "scw-api-credentials"},
		{"key: access-key", "key: change-me"},
		{"key: secret-key", "key: change-me"},
		{"path:/shop-ui/dsn", "path:/shop-api/dsn"},
		{"path:/shop-ui/dsn", "name:dsn"},
		{"remoteRef: {key: path:/shop-api/database-url}", "key: path:/shop-api/database-url"},
		{"secretKey: S3_KEY", "secretKey: DATABASE_URL"},
		{"property: key, version: \"2\"", "property: other, version: newest"},
		{"find: {path: /shop-api,", "find: {"},
		{"extract: {key: path:/shop-api/smtp}", "sourceRef: {generatorRef: {kind: Password, name: p}}"},
		{"secretStoreRef: {name: ui-secretstore, kind: SecretStore}", "secretStoreRef: {name: nowhere}"},
		{"refreshInterval: 1h", "refreshPolicy: CreatedOnce"},
		{"target: {name: ui-secrets}", "target: {name: api-secrets}"},
		{"metadata: {name: ui-secretstore,", "metadata: {name: more-secretstore,"},
		{"metadata: {name: api-pay-externalsecret,", "metadata: {name: api-externalsecret-2,"},
	}
}

// TestTheOrderOfChecksDoesNotMatter judges manifests with several faults at once, and shuffles the checks.
func TestTheOrderOfChecksDoesNotMatter(t *testing.T) {
	declared := manifests.Plan(t, segregation)
	found := 0
	for _, random := range testkit.Seeds(t, 300) {
		text := shop
		all := faults()
		for range 1 + random.IntN(6) {
			fault := all[random.IntN(len(all))]
			text = strings.ReplaceAll(text, fault[0], fault[1])
		}
		found += assertOrderDoesNotMatter(t, text, random, declared)
		assertOrderDoesNotMatter(t, text, random)
	}
	assert.Greater(t, found, 300, "the faults must be found, or the test compares nothing with nothing")
}

// assertOrderDoesNotMatter counts the findings.
func assertOrderDoesNotMatter(t *testing.T, text string, random *rand.Rand, plans ...*plan.Plan) int {
	t.Helper()
	all, err := objects.Parse("", []byte(text))
	require.NoError(t, err)
	set, _ := objects.NewSet(all)
	components, flow := scope.New(set, plans), secretflow.New(set)
	want := stores.Check(set, components, flow, cluster.Kapsule()).Findings
	got := stores.JudgeShuffled(set, components, flow, random).Findings
	finding.Sort(want)
	finding.Sort(got)
	require.Equal(t, manifests.Lines(want), manifests.Lines(got), text)
	return len(want)
}

// TestWhatIsCleanIsDecided holds that every store, entry and target of the accepted cases was decided.
func TestWhatIsCleanIsDecided(t *testing.T) {
	for _, c := range manifests.Accepted(t) {
		t.Run(c.Name, func(t *testing.T) {
			set, _ := objects.NewSet(c.Objects(t))
			components, flow := scope.New(set, c.Plans), secretflow.New(set)
			random := testkit.Random(t, 1)
			type subject struct {
				object string
				field  fieldpath.Path
			}
			decided := map[subject]bool{}
			for _, s := range stores.JudgeShuffled(set, components, flow, random).Decided {
				decided[subject{s.Object.String(), s.Field}] = true
			}
			for _, store := range flow.Stores {
				assert.True(t, decided[subject{store.String(), fieldpath.Of("spec")}], "%s", store)
			}
			for _, read := range flow.Reads {
				for _, field := range []fieldpath.Path{read.Field, read.StoreField, fieldpath.Of("spec", "target")} {
					assert.True(t, decided[subject{read.By.String(), field}], "%s %s", read.By, field)
				}
			}
		})
	}
}

// TestTheTargetOfAClusterExternalSecretIsDecidedWhereItIsWritten holds the path that its spec has.
func TestTheTargetOfAClusterExternalSecretIsDecidedWhereItIsWritten(t *testing.T) {
	set := manifests.Set(t, labelled+store("b")+everywhere("secretStoreRef: {name: s}, "+oneKey))
	var fields []string
	for _, s := range stores.Check(set, scope.New(set, nil), secretflow.New(set), cluster.Kapsule()).Decided {
		if s.Question == explaining.WriterOf("b/ce") {
			fields = append(fields, s.Field.String())
		}
	}
	assert.Equal(t, []string{"spec.externalSecretSpec.target"}, fields)
}
