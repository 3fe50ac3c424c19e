package shown_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/page/shown"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators"
)

// of reads manifests, checks them without a Segregation, and returns what a page shows of them.
func of(t *testing.T, file string) *page.Data {
	t.Helper()
	all, err := objects.Parse("shop.yaml", []byte(testkit.Read(t, file)))
	require.NoError(t, err)
	manifests, problems := decoded.New(all, nil, cluster.Kapsule())
	require.Empty(t, problems)
	model := access.New(manifests)
	return shown.Of("shop", &model.State, validators.Check(all, nil, cluster.Kapsule()).Findings)
}

// TestShop compares what is shown of manifests with three holes: the folder of another component, a namespace that no
// policy closes, and a role that reads the Secrets of another.
func TestShop(t *testing.T) {
	text, err := json.MarshalIndent(of(t, "testdata/shop.yaml"), "", "  ")
	require.NoError(t, err)
	testkit.Golden(t, filepath.Join("testdata", "shop.json"), string(text)+"\n")
	assert.NotContains(t, string(text), "canary")
	again, err := json.MarshalIndent(of(t, "testdata/shop.yaml"), "", "  ")
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
}
