package printable_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/printable"
)

func TestALineHoldsOnlyWhatCanBePrinted(t *testing.T) {
	assert.Equal(t, "a b [31mc", printable.Line(" a\r\n\tb \x1b[31mc\x00"))
}
