package template_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/template"
)

// builtins are the functions of text/template itself.
var builtins = []string{"and", "call", "html", "index", "slice", "js", "len", "not", "or", "print", "printf", "println",
	"urlquery", "eq", "ge", "gt", "le", "lt", "ne"}

// TestTheFunctionsThatASegregationMayCallAreThoseOfTheRuntime holds the list by which the Segregation is checked, without
// the packages that have the functions.
func TestTheFunctionsThatASegregationMayCallAreThoseOfTheRuntime(t *testing.T) {
	all := slices.Concat(template.Names(), builtins)
	slices.Sort(all)
	assert.Equal(t, slices.Compact(all), eso.TemplateFunctions())
}
