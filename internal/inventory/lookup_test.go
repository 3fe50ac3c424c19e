package inventory_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/inventory"
)

func TestPlaces(t *testing.T) {
	const upper = "3A1F0C52-8D0E-4C0E-9A53-0F2B7C4D1E90"
	want := inventory.FolderRef{Region: "fr-par", ProjectID: project, Path: "/shop"}
	assert.Equal(t, want, inventory.FolderRefOf("fr-par", upper, "/shop/"))
	assert.Equal(t, want, inventory.FolderRefOf("fr-par", project, "/shop"))
	assert.Equal(t, "/", inventory.FolderRefOf("fr-par", project, "/").Path)
	assert.Equal(t, `folder "/shop" of project 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90 in fr-par`, want.String())
}

func TestAnIndexFindsFoldersAndSaysWhichComeTwice(t *testing.T) {
	folder := func(path, secret string) inventory.Folder {
		return inventory.Folder{FolderRef: inventory.FolderRefOf("fr-par", project, path),
			Secrets: []inventory.Secret{{Name: secret}}}
	}
	one, two := inventory.New("one"), inventory.New("two")
	one.Spec.Folders = []inventory.Folder{folder("/a", "first"), folder("/b", "x"), folder("/a", "second")}
	two.Spec.Folders = []inventory.Folder{folder("/c", "x"), folder("/b", "third")}

	index, duplicates := inventory.NewIndex([]*inventory.Inventory{one, two})
	a, b := one.Spec.Folders[0].FolderRef, one.Spec.Folders[1].FolderRef
	assert.Equal(t, []inventory.Duplicate{
		{FolderRef: a, First: inventory.Described{Inventory: one},
			Again: inventory.Described{Inventory: one, Folder: 2}},
		{FolderRef: b, First: inventory.Described{Inventory: one, Folder: 1},
			Again: inventory.Described{Inventory: two, Folder: 1}},
	}, duplicates)
	assert.Equal(t, "spec.folders[2]", duplicates[0].Again.Field().String())

	found, known := index.Folder(a)
	require.True(t, known)
	require.Len(t, found.Secrets, 1)
	assert.Equal(t, "first", found.Secrets[0].Name, "the first description counts")

	_, known = index.Folder(inventory.FolderRefOf("nl-ams", project, "/a"))
	assert.False(t, known)
}

func TestLatestEnabled(t *testing.T) {
	cases := []struct {
		name     string
		secret   inventory.Secret
		revision int
		known    bool
	}{
		{"not asked for", inventory.Secret{Revision: 2}, 0, false},
		{"none enabled", inventory.Secret{Revision: 2, Enabled: []int{}}, 0, true},
		{"no revision at all needs no question", inventory.Secret{}, 0, true},
		{"the newest is disabled", inventory.Secret{Revision: 3, Enabled: []int{1, 2}}, 2, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			revision, known := c.secret.LatestEnabled()
			assert.Equal(t, c.revision, revision)
			assert.Equal(t, c.known, known)
		})
	}
}

func TestContentIsOfOneRevision(t *testing.T) {
	secret := inventory.Secret{Contents: []inventory.Content{{Revision: 1}, {Revision: 3, Properties: []string{"a"}}}}
	content, looked := secret.Content(3)
	assert.True(t, looked)
	assert.Equal(t, []string{"a"}, content.Properties)
	_, looked = secret.Content(2)
	assert.False(t, looked)
}
