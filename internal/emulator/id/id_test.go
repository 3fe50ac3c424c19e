package id_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/emulator/id"
)

func TestResultsStayTheSameInEveryVersion(t *testing.T) {
	made := id.Source(1).UUID("secret", 0)
	assert.Equal(t, "a203c712-7ab8-4b1a-a13d-7aa3b8c65cd0", made, "state files hold ids of earlier versions")
	assert.InDelta(t, 0.8797313324182184, id.Source(1).Fraction("429", 1), 0)
	for _, other := range []string{
		id.Source(2).UUID("secret", 0), id.Source(1).UUID("key", 0), id.Source(1).UUID("secret", 1),
	} {
		assert.NotEqual(t, made, other)
	}
}

func TestWhatIsMadeHasItsForm(t *testing.T) {
	uuid := id.Source(7).UUID("key", 1)
	assert.True(t, id.IsUUID(uuid), uuid)
	assert.True(t, id.IsAccessKey(id.AccessKey(uuid)), id.AccessKey(uuid))
	assert.False(t, id.IsUUID(uuid+"0"))
	assert.False(t, id.IsAccessKey(uuid))
}
