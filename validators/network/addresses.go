package network

import (
	"net/netip"
	"strings"

	"go4.org/netipx"
	netv1 "k8s.io/api/networking/v1"
)

// addresses is a set of IP addresses. Sets are made once for each text and compared by pointer.
type addresses = *netipx.IPSet

// Blocks of a Kapsule cluster (Scaleway's documentation of Kapsule), and of every node on Scaleway.
var (
	podBlock       = []string{"100.64.0.0/15"}
	metadataBlock  = []string{"169.254.42.42/32", "fd00:42::42/128"}
	linkLocalBlock = []string{"169.254.0.0/16", "fe80::/10", "fd00:42::42/128"}
)

// Public addresses (IANA's registries of special-purpose addresses, RFC 4291), and what may be the API server: the address
// of its Service, and what is neither a pod nor a Service nor link-local.
var (
	publicBlocks = []string{"0.0.0.0/0", "2000::/3"}
	notPublic    = []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"2001::/32", "2001:db8::/32", "2002::/16", "3fff::/20",
	}
	apiServiceBlock  = []string{"10.32.0.1/32"}
	notAPIServer     = []string{"0.0.0.0/8", "10.32.0.0/20", "100.64.0.0/15", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"}
	everywhereBlocks = []string{"0.0.0.0/0", "::/0"}
)

// book makes address sets, each once, and remembers what came of two of them.
type book struct {
	sets map[string]addresses
	less map[[2]addresses]addresses
	both map[[2]addresses]addresses
}

func newBook() *book {
	return &book{sets: map[string]addresses{}, less: map[[2]addresses]addresses{}, both: map[[2]addresses]addresses{}}
}

// of is the set of the addresses of blocks, without those of except. What is no CIDR is passed over.
func (b *book) of(blocks, except []string) addresses {
	key := strings.Join(blocks, " ") + " - " + strings.Join(except, " ")
	if set := b.sets[key]; set != nil {
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
	b.sets[key] = build(&builder)
	return b.sets[key]
}

func (b *book) block(block *netv1.IPBlock) addresses { return b.of([]string{block.CIDR}, block.Except) }

func build(builder *netipx.IPSetBuilder) addresses {
	set, err := builder.IPSet()
	if err != nil { // only for a prefix or range that is not valid, and none is added
		return &netipx.IPSet{}
	}
	return set
}

// minus is a without b.
func (b *book) minus(a, without addresses) addresses {
	return b.combine(b.less, a, without, (*netipx.IPSetBuilder).RemoveSet)
}

func (b *book) intersect(a, other addresses) addresses {
	return b.combine(b.both, a, other, (*netipx.IPSetBuilder).Intersect)
}

func (b *book) combine(known map[[2]addresses]addresses, x, y addresses, with func(*netipx.IPSetBuilder, *netipx.IPSet)) addresses {
	key := [2]addresses{x, y}
	if set := known[key]; set != nil {
		return set
	}
	var builder netipx.IPSetBuilder
	builder.AddSet(x)
	with(&builder, y)
	known[key] = build(&builder)
	return known[key]
}

func isEmpty(set addresses) bool { return len(set.Ranges()) == 0 }

// within says whether every address of a is one of other.
func (b *book) within(a, other addresses) bool { return isEmpty(b.minus(a, other)) }

// example is an address of the set, one that readers know where there is one.
func example(set addresses) netip.Addr {
	for _, known := range []string{"8.8.8.8", "2001:4860:4860::8888", "10.0.0.1", "192.168.0.1", "169.254.42.42", "fd00:42::42", "100.64.0.1"} {
		if address := netip.MustParseAddr(known); set.Contains(address) {
			return address
		}
	}
	return set.Ranges()[0].From()
}

// describe lists the blocks of a set, the first few of many.
func describe(set addresses) string {
	const shown = 3
	var texts []string
	prefixes := set.Prefixes()
	for _, prefix := range prefixes[:min(shown, len(prefixes))] {
		texts = append(texts, prefix.String())
	}
	text := strings.Join(texts, ", ")
	if len(prefixes) > shown {
		text += " and more"
	}
	return text
}

// join is the union of two sets.
func (b *book) join(x, y addresses) addresses {
	var builder netipx.IPSetBuilder
	builder.AddSet(x)
	builder.AddSet(y)
	return build(&builder)
}
