package scaleway_test

import (
	"testing"

	secret "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/syntax"
)

func TestRegionsAreThoseOfTheSDK(t *testing.T) {
	var known []string
	for _, region := range (&secret.API{}).Regions() {
		known = append(known, string(region))
	}
	assert.ElementsMatch(t, known, syntax.Regions())
}
