package phrase

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDistanceCountsInsertionsRemovalsAndReplacements(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"same", "same", 0}, {"", "abc", 3}, {"backnd", "backend", 1},
		{"backend", "backnd", 1}, {"cat", "cut", 1},
		{"kitten", "sitting", 3},
	} {
		assert.Equal(t, test.want, distance(test.a, test.b), "%q, %q", test.a, test.b)
	}
}
