package ternary_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "cloison.dev/cloison/internal/ternary"
)

func TestKleeneLogic(t *testing.T) {
	assert.Equal(t, []Answer{Yes, No, Unknown}, []Answer{And(Yes, Yes), And(Unknown, No), And(Yes, Unknown)})
	assert.Equal(t, []Answer{No, Yes, Unknown}, []Answer{Or(No, No), Or(Unknown, Yes), Or(No, Unknown)})
	assert.Equal(t, []Answer{No, Unknown, Yes}, []Answer{Not(Yes), Not(Unknown), Not(No)})
	assert.Equal(t, []Answer{Yes, No}, []Answer{And(), Or()})
	assert.Equal(t, []Answer{Yes, No}, []Answer{Of(true), Of(false)})
	assert.Equal(t, "no unknown yes", No.String()+" "+Unknown.String()+" "+Yes.String())
}
