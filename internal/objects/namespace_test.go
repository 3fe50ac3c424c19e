package objects_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/kubeyaml"
	"cloison.dev/cloison/internal/objects"
)

func TestAnObjectIsPutIntoANamespace(t *testing.T) {
	found, err := objects.Parse("a.yaml", []byte("\n# a Secret\napiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\n"))
	require.NoError(t, err)
	o := found[0]
	o.PutInto("shop")
	assert.Equal(t, "Secret shop/db", o.String())
	var decoded struct {
		metav1.ObjectMeta `json:"metadata"`
		Type              string `json:"type"`
	}
	require.NoError(t, o.DecodePart(&decoded))
	assert.Equal(t, "shop", decoded.Namespace)
	assert.Equal(t, "Opaque", decoded.Type)
	node, err := o.Source.Node()
	require.NoError(t, err)
	assert.Equal(t, "shop", kubeyaml.Hosts.Value(kubeyaml.Hosts.Value(node, "metadata"), "namespace").Value)
	assert.Equal(t, 7, o.Line(fieldpath.Of("type")))
	assert.Equal(t, 6, o.Line(fieldpath.Of("metadata", "name")))
}

func TestAnObjectWithoutMetadataIsPutIntoANamespace(t *testing.T) {
	for _, text := range []string{"apiVersion: v1\nkind: Pod\n", "apiVersion: v1\nkind: Pod\nmetadata: 3\n"} {
		found, _ := objects.Parse("a.yaml", []byte(text))
		for _, o := range found {
			o.PutInto("shop")
			_, err := o.JSON()
			assert.NoError(t, err, text)
		}
	}
}
