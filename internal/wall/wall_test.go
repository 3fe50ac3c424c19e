package wall_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/wall"
)

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

func TestAFolderIsReadAsItIsWritten(t *testing.T) {
	for _, path := range []string{"/", "/shop-backend", "/production/shop-backend"} {
		folder := wall.Folder{Region: "fr-par", ProjectID: project, Path: path}
		read, err := wall.ParseFolder(folder.String())
		require.NoError(t, err)
		assert.Equal(t, folder, read)
	}
}

func TestWhatIsNoFolderIsRefusedWithWhatItMustBe(t *testing.T) {
	const form = " must be REGION/PROJECT/PATH, such as fr-par/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90/shop-backend: "
	for text, want := range map[string]string{
		"": `""` + form + `"" must be a Scaleway region such as fr-par, nl-ams or pl-waw`,
		"paris/" + project + "/shop": `"paris/` + project + `/shop"` + form + `"paris" must be a Scaleway region ` +
			`such as fr-par, nl-ams or pl-waw`,
		"fr-par/shop/shop":               `"fr-par/shop/shop"` + form + `"shop" must be the UUID of a Scaleway project`,
		"fr-par/" + project + "//shop":   `"fr-par/` + project + `//shop"` + form,
		"fr-par/" + project:              `"fr-par/` + project + `"` + form,
		"fr-par/" + project + "/sh op/x": `"fr-par/` + project + `/sh op/x"` + form,
	} {
		_, err := wall.ParseFolder(text)
		assert.ErrorContains(t, err, want)
	}
}

func TestRuntimesThatTakeTurnsStayUnderTenRefusals(t *testing.T) {
	for _, probes := range []int{0, 1, 90, 91, 870} {
		interval := wall.Interval(probes)
		assert.GreaterOrEqual(t, interval, wall.MinInterval)
		assert.Zero(t, interval%wall.Spacing)
		assert.GreaterOrEqual(t, interval, time.Duration(probes)*wall.Spacing)
	}
	touched := int(5*time.Minute/wall.Spacing) + 2
	assert.Less(t, touched, 10, "any 5 minutes touch that many slots at most")
}
