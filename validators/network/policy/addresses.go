package policy

import (
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"
	netv1 "k8s.io/api/networking/v1"
)

// Addresses is a set of IP addresses. It is never changed.
type Addresses = *netipx.IPSet

// AddressSets makes sets of addresses, each once, so that equal texts give the same pointer, and caches the results of
// operations on them. It is not safe for concurrent use.
type AddressSets struct {
	made             map[string]Addresses
	minus, intersect map[[2]Addresses]Addresses
	familiar         []netip.Addr
}

// NewAddressSets returns an empty AddressSets. [AddressSets.Example] prefers the familiar addresses.
func NewAddressSets(familiar []netip.Addr) *AddressSets {
	return &AddressSets{
		made: map[string]Addresses{}, minus: map[[2]Addresses]Addresses{}, intersect: map[[2]Addresses]Addresses{},
		familiar: familiar,
	}
}

// Block is the set of a block's addresses. A text that is no CIDR adds and removes nothing.
func (s *AddressSets) Block(block *netv1.IPBlock) Addresses {
	return s.Of([]string{block.CIDR}, block.Except)
}

// Of is the set of the addresses of blocks, without those of except. A text that is no CIDR adds and removes nothing.
func (s *AddressSets) Of(blocks, except []string) Addresses {
	key := strings.Join(blocks, " ") + " - " + strings.Join(except, " ")
	if set := s.made[key]; set != nil {
		return set
	}
	var builder netipx.IPSetBuilder
	for _, block := range blocks {
		if prefix, err := netip.ParsePrefix(block); err == nil {
			builder.AddPrefix(prefix.Masked())
		}
	}
	for _, block := range except {
		if prefix, err := netip.ParsePrefix(block); err == nil {
			builder.RemovePrefix(prefix.Masked())
		}
	}
	s.made[key] = build(&builder)
	return s.made[key]
}

func build(builder *netipx.IPSetBuilder) Addresses {
	set, err := builder.IPSet()
	if err != nil { // only for a prefix or range that is not valid, and none is added
		return &netipx.IPSet{}
	}
	return set
}

// Minus is a without b.
func (s *AddressSets) Minus(a, b Addresses) Addresses {
	return combine(s.minus, a, b, (*netipx.IPSetBuilder).RemoveSet)
}

// Intersect is what a and b have in common.
func (s *AddressSets) Intersect(a, b Addresses) Addresses {
	return combine(s.intersect, a, b, (*netipx.IPSetBuilder).Intersect)
}

func combine(
	known map[[2]Addresses]Addresses, a, b Addresses, with func(*netipx.IPSetBuilder, *netipx.IPSet),
) Addresses {
	key := [2]Addresses{a, b}
	if set := known[key]; set != nil {
		return set
	}
	var builder netipx.IPSetBuilder
	builder.AddSet(a)
	with(&builder, b)
	known[key] = build(&builder)
	return known[key]
}

// Contains reports whether every address of b is in a.
func (s *AddressSets) Contains(a, b Addresses) bool { return IsEmpty(s.Minus(b, a)) }

// Overlap reports whether a and b have an address in common.
func (s *AddressSets) Overlap(a, b Addresses) bool { return !IsEmpty(s.Intersect(a, b)) }

// Example is an address of a set that is not empty: a familiar one, where there is one.
func (s *AddressSets) Example(set Addresses) netip.Addr {
	if i := slices.IndexFunc(s.familiar, set.Contains); i >= 0 {
		return s.familiar[i]
	}
	return set.Ranges()[0].From()
}

// Union has the addresses of both sets.
func Union(a, b Addresses) Addresses {
	var builder netipx.IPSetBuilder
	builder.AddSet(a)
	builder.AddSet(b)
	return build(&builder)
}

// IsEmpty reports whether a set has no address.
func IsEmpty(set Addresses) bool { return len(set.Ranges()) == 0 }
