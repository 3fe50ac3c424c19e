package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/inventory"
)

func TestTheSummaryCountsWhatWasRead(t *testing.T) {
	read := inventory.New("shop")
	assert.Equal(t, "0 folders, 0 secrets, 0 calls, 0.00 s", summarize(read, 0, 0))
	read.Spec.Folders = []inventory.Folder{{Secrets: []inventory.Secret{{Name: "a"}}}}
	assert.Equal(t, "1 folder, 1 secret, 1 call, 0.41 s", summarize(read, 1, 412*time.Millisecond))
	read.Spec.Folders = append(read.Spec.Folders,
		inventory.Folder{Secrets: []inventory.Secret{{Name: "a"}, {Name: "b"}}})
	assert.Equal(t, "2 folders, 3 secrets, 22 calls, 12.00 s", summarize(read, 22, 12*time.Second))
}

func TestOnlyAnInventoryIsReplaced(t *testing.T) {
	const own = "apiVersion: cloison.dev/v1alpha1\nkind: Inventory\nspec: {}\n"
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"nothing":                   {" \n", true},
		"an Inventory":              {own, true},
		"one of another version":    {"kind: Inventory\napiVersion: cloison.dev/v2\n", true},
		"one that cannot be read":   {own + "  bad: [\n", true},
		"two":                       {own + "---\n" + own, true},
		"something else too":        {own + "---\napiVersion: v1\nkind: Secret\n", false},
		"another tool's":            {"apiVersion: example.com/v1\nkind: Inventory\n", false},
		"one without an apiVersion": {"kind: Inventory\n", false},
		"a Segregation":             {"apiVersion: cloison.dev/v1alpha1\nkind: Segregation\n", false},
		"text":                      {"hello\n", false},
	} {
		assert.Equal(t, test.want, holdsInventoriesOnly(test.text), name)
	}
}
