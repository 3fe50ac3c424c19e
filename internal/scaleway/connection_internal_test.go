package scaleway

import (
	"net"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/inventory"
)

func TestANameThatDoesNotResolveIsSaidInPlainWords(t *testing.T) {
	lost := &net.OpError{Op: "dial", Err: &net.DNSError{Name: "api.invalid", IsNotFound: true}}
	f := &fault{reason: inventory.Unavailable, what: (&transport{}).connection(lost), again: true, attempts: 8}
	assert.Equal(t, "has a name that does not resolve (8 attempts)", f.Error())
	slow := &net.OpError{Op: "dial", Err: &net.DNSError{Name: "api.invalid", IsTimeout: true}}
	assert.Equal(t, "has a name that the DNS could not look up", (&transport{}).connection(slow))
}
