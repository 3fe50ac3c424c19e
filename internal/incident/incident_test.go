package incident_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/incident"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators"
)

// fallen is what is lost where the pods of a name fall.
func fallen(t *testing.T, file, name string) *incident.Incident {
	t.Helper()
	all, err := objects.Parse(file, []byte(testkit.Read(t, file)))
	require.NoError(t, err)
	manifests, findings := decoded.New(all, nil, cluster.Kapsule())
	require.Empty(t, findings)
	m := access.New(manifests)
	ends, err := m.Ends(name)
	require.NoError(t, err)
	return incident.New(m, ends, validators.Check(all, nil, cluster.Kapsule()).Ways(), nil)
}

func TestOnlyTheKeysThatAPodImportsAreLost(t *testing.T) {
	in := fallen(t, "../../testdata/differences/base.yaml", "web")
	require.Len(t, in.Secrets, 1)
	require.Len(t, in.Secrets[0].Keys, 1)
	assert.Equal(t, "SESSION_SECRET", in.Secrets[0].Keys[0].Name)
	assert.Empty(t, in.APIKeys)
	assert.Empty(t, in.Tokens)
	require.Len(t, in.Connections, 1)
	assert.Equal(t, "Deployment worker of shop-worker", in.Connections[0].To)
}

func TestAnAPIKeyLosesWhatItReads(t *testing.T) {
	in := fallen(t, "../../testdata/differences/new-mount/head.yaml", "web")
	require.Len(t, in.APIKeys, 1)
	assert.Equal(t, []string{"/shop-web"}, in.APIKeys[0].Folders)
	require.GreaterOrEqual(t, len(in.Steps), 3)
	assert.Contains(t, in.Steps[0].What, "end the pods")
	assert.Contains(t, in.Steps[1].What, "API keys")
}

func TestATokenLosesTheSecretsThatItMayRead(t *testing.T) {
	in := fallen(t, "../../testdata/differences/new-role/head.yaml", "web")
	require.Len(t, in.Tokens, 1)
	assert.Equal(t, []string{`read Secrets in namespace "shop-worker"`}, in.Tokens[0].May)
	require.Len(t, in.Secrets, 3, "the API key of shop-worker is one of them")
	far := in.Secrets[2]
	assert.Equal(t, "shop-worker", far.Namespace)
	assert.Len(t, far.Way, 3)
	assert.Equal(t, []access.Object{{Kind: "Deployment", Namespace: "shop-worker", Name: "worker"}}, far.Keys[0].Others)
}
