package cilium_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/cilium"
)

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		pattern, other string
		want           bool
	}{
		{"api.stripe.com", "api.stripe.com", true},
		{"api.stripe.com", "stripe.com", false},
		{"*.example.com", "a.example.com", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", "a.b.example.com", false},
		{"*.example.com", ".example.com", true}, // a * stands for no character too
		{"*.example.com", "*.example.com", true},
		{"*.example.com", "api-*.example.com", true},
		{"api-*.example.com", "*.example.com", false},
		{"a*b*.example.com", "axbyb.example.com", true},
		{"a*b*.example.com", "axc.example.com", false},
		{"*.*.example.com", "a.b.example.com", true},
		{"*", "a.b.example.com", true},
		{"*", "*", true},
		{"*.com", "*", false},
		{"a.example.com", "*.example.com", false},
	} {
		assert.Equal(t, test.want, cilium.Covers(test.pattern, test.other), "%s %s", test.pattern, test.other)
	}
}

func TestNamesAreComparedInOneForm(t *testing.T) {
	assert.Equal(t, "api.stripe.com", cilium.Name{MatchName: "API.Stripe.com."}.Text())
	assert.Equal(t, "*.example.com", cilium.Name{MatchPattern: "*.Example.com"}.Text())
	assert.Equal(t, cilium.Name{MatchPattern: "*.example.com"}, cilium.NameOf("*.example.com"))
	assert.Equal(t, cilium.Name{MatchName: "example.com"}, cilium.NameOf("example.com"))
}
