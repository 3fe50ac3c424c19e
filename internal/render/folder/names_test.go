package folder_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/render"
	"cloison.dev/cloison/internal/render/folder"
	"cloison.dev/cloison/internal/wellknown"
)

func TestLabelsNeverLeadOutOfTheFolder(t *testing.T) {
	labels := map[string]string{
		wellknown.ManagedByLabel: wellknown.ManagedBy, wellknown.SegregationLabel: "../../etc",
		wellknown.ComponentLabel: "cron",
	}
	namespace := render.Object{YAML: []byte("kind: Namespace\n")}
	namespace.Kind, namespace.Name, namespace.Labels = "Namespace", "shop", labels
	for name := range folder.Files([]render.Object{namespace}) {
		assert.Equal(t, folder.Others, name)
	}
}
