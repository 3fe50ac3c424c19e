package difference

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/reach"
)

// addresses are the connections of pods with addresses that are open and were not: those of all rules together.
func (g *grower) addresses(divided map[*reach.Node][]pods) []connection {
	var found []connection
	for _, n := range g.now.Nodes {
		for _, d := range policy.Directions() {
			if n.IsOpen(d) {
				continue
			}
			now := g.now.Blocks(n, d)
			for _, p := range divided[n] {
				switch {
				case p.isNew:
					found = append(found, g.withAddresses(&p, d, now, nil)...)
				case !p.before.IsOpen(d):
					found = append(found, g.withAddresses(&p, d, now, g.before.Map.Blocks(p.before, d))...)
				}
			}
		}
	}
	return found
}

// opened is a set of addresses that is new, as it is called, with its ports and the rules that open it.
type opened struct {
	ports policy.PortSet
	rules []*model.PeerRule
}

func (g *grower) withAddresses(p *pods, d policy.Direction, now, was []reach.Block) []connection {
	if blocksText(now) == blocksText(was) {
		return nil
	}
	var sets []policy.PortSet
	for _, b := range slices.Concat(now, was) {
		sets = append(sets, b.Ports)
	}
	byText := map[string]*opened{}
	for _, ports := range policy.Cells(sets) {
		for text, rules := range g.newAddresses(at(now, ports), at(was, ports)) {
			if byText[text] == nil {
				byText[text] = &opened{}
			}
			byText[text].ports = byText[text].ports.Union(ports)
			byText[text].rules = append(byText[text].rules, rules...)
		}
	}
	var found []connection
	for _, text := range slices.Sorted(maps.Keys(byText)) {
		c := connection{
			namespace: p.after.Namespace.Name, from: g.end(p), to: end{names: []string{text}}, ports: portsText(byText[text].ports),
			rules: byText[text].rules,
		}
		if d == policy.Ingress {
			c.from, c.to = c.to, c.from
		}
		found = append(found, c)
	}
	return found
}

// blocksText is the same for blocks that open the same.
func blocksText(all []reach.Block) string {
	var texts []string
	for _, b := range all {
		texts = append(texts, b.Rule.BlockText()+" "+b.Ports.String())
	}
	slices.Sort(texts)
	return phrase.List(slices.Compact(texts))
}

// at are the blocks that are open on some ports, which each has whole or not at all.
func at(all []reach.Block, ports policy.PortSet) []reach.Block {
	return slices.DeleteFunc(slices.Clone(all), func(b reach.Block) bool { return b.Ports.Intersect(ports).IsEmpty() })
}

// newAddresses are the addresses of some blocks that others do not have, as they are called, with the rules that open them.
func (g *grower) newAddresses(now, was []reach.Block) map[string][]*model.PeerRule {
	if slices.ContainsFunc(now, func(b reach.Block) bool { return b.Rule.Everybody }) {
		return nil // said of everybody
	}
	sets := g.now.Addresses.Sets
	known := sets.Of(nil, nil)
	for _, b := range was {
		known = policy.Union(known, b.Addresses)
	}
	found := map[string][]*model.PeerRule{}
	for _, b := range now {
		fresh := sets.Minus(b.Addresses, known)
		switch {
		case policy.IsEmpty(fresh):
		case sets.Contains(fresh, b.Addresses):
			text := g.now.PeerText(b.Rule)
			found[text] = append(found[text], b.Rule)
		default:
			text := prefixText(fresh.Prefixes())
			if rest := sets.Minus(b.Addresses, fresh).Prefixes(); len(rest) < len(fresh.Prefixes()) {
				text = b.Rule.BlockText() + " but for " + prefixText(rest)
			}
			found[text] = append(found[text], b.Rule)
		}
	}
	return found
}

// mostBlocks is how many blocks of addresses a sentence has.
const mostBlocks = 4

func prefixText(all []netip.Prefix) string {
	var texts []string
	for _, prefix := range all[:min(mostBlocks, len(all))] {
		texts = append(texts, prefix.String())
	}
	if more := len(all) - mostBlocks; more > 0 {
		texts = append(texts, fmt.Sprintf("%s more", phrase.Count(more, "block")))
	}
	return phrase.And(mostNames, texts)
}
