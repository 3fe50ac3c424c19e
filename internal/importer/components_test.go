package importer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/importer"
)

func TestNames(t *testing.T) {
	for name, c := range map[string]struct {
		namespaces []string
		option     string
		segregation,
		components string
	}{
		"the beginning that all have in common": {[]string{"trackdechets-frontend", "trackdechets-backend"}, "",
			"trackdechets", "backend frontend"},
		"the longest of several beginnings": {[]string{"shop-prod-api", "shop-prod-web"}, "", "shop-prod",
			"api web"},
		"the beginning of most": {[]string{"shop-api", "shop-web", "shop-prod-x", "shop-prod-y"}, "",
			"shop", "api prod-x prod-y web"},
		"a single namespace is cut at its last dash": {[]string{"my-shop-api"}, "", "my-shop", "api"},
		"a single namespace beside the name":         {[]string{"shop-api"}, "store", "store", "api"},
		"a single word stays":                        {[]string{"shop"}, "", "shop", "shop"},
		"the name that was asked for":                {[]string{"shop-api", "store-web"}, "store", "store", "web"},
		"the name that no namespace starts with":     {[]string{"shop-api", "shop-web"}, "store", "store", "api web"},
		"nothing in common":                          {[]string{"api", "web"}, "", "application", "api web"},
		"Kubernetes' own namespaces are left out": {[]string{"shop-api", "shop-web", "kube-system", "default"}, "",
			"shop", "api web"},
	} {
		t.Run(name, func(t *testing.T) {
			var manifests []string
			for _, namespace := range c.namespaces {
				manifests = append(manifests, "apiVersion: v1\nkind: Namespace\nmetadata: {name: "+namespace+"}\n")
			}
			result := importText(t, strings.Join(manifests, "---\n"), importer.Options{Name: c.option})
			segregation := load(t, filled(result.Segregation), cluster.Kapsule())
			assert.Equal(t, c.segregation, segregation.Metadata.Name)
			var names []string
			for name := range strings.FieldsSeq(c.components) {
				if assert.Contains(t, segregation.Spec.Components, name) {
					names = append(names, segregation.Spec.Components[name].Namespace)
				}
			}
			assert.Len(t, segregation.Spec.Components, len(names))
		})
	}
}
