package generators

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/plan"
)

// peerFlows are the flows of one NetworkPolicy: those with one peer, for one selection of the component's own pods.
type peerFlows struct {
	name  string
	peer  plan.Peer
	pods  map[string]string
	flows []plan.Flow
}

// flowsByPeer groups the flows that one NetworkPolicy can allow. The result has unique names and is sorted by them.
func flowsByPeer(d direction, flows []plan.Flow) []*peerFlows {
	byKey := map[string]*peerFlows{}
	for _, flow := range flows {
		key := canonical(flow.Peer) + canonical(flow.Pods)
		peer := byKey[key]
		if peer == nil {
			peer = &peerFlows{peer: flow.Peer, pods: flow.Pods}
			byKey[key] = peer
		}
		peer.flows = append(peer.flows, flow)
	}
	all := make([]*peerFlows, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		peer := byKey[key]
		slices.SortFunc(peer.flows, func(a, b plan.Flow) int { return cmp.Compare(canonical(a), canonical(b)) })
		peer.flows = slices.CompactFunc(peer.flows, func(a, b plan.Flow) bool { return reflect.DeepEqual(a, b) })
		all = append(all, peer)
	}
	namePolicies(d, all)
	slices.SortFunc(all, func(a, b *peerFlows) int { return cmp.Compare(a.name, b.name) })
	return all
}

// canonical is the same for equal values only: JSON sorts the keys of maps.
func canonical(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("generators: %T cannot be written as JSON: %v", v, err))
	}
	return string(b)
}

// namePolicies names a policy allow-to-<peer> or allow-from-<peer>. Where several have that peer, the names of those
// for some of the component's pods end with the labels: allow-to-<peer>-from-<labels>, allow-from-<peer>-to-<labels>.
// Where different peers have one name, as a component and a namespace may, those that are no component get their kind
// in the name.
func namePolicies(d direction, all []*peerFlows) {
	prefix, own := "allow-from-", "-to"
	if d == egress {
		prefix, own = "allow-to-", "-from"
	}
	peers := map[string]map[string]bool{}
	count := map[string]int{}
	for _, p := range all {
		short := peerName(p.peer)
		if peers[short] == nil {
			peers[short] = map[string]bool{}
		}
		peers[short][canonical(p.peer)] = true
		count[canonical(p.peer)]++
	}
	taken := map[string]bool{}
	for _, p := range all {
		name := peerName(p.peer)
		if len(peers[name]) > 1 && p.peer.Kind != plan.PeerComponent {
			name = string(p.peer.Kind) + "-" + name
		}
		if count[canonical(p.peer)] > 1 && len(p.pods) > 0 {
			name += own + labelsName(p.pods)
		}
		p.name = uniqueName(taken, prefix+name, canonical(p.peer)+canonical(p.pods))
		taken[p.name] = true
	}
}

func peerName(p plan.Peer) string {
	switch p.Kind {
	case plan.PeerComponent:
		return p.Component
	case plan.PeerNamespace:
		return p.Namespace
	case plan.PeerCIDR:
		return sanitize(p.CIDR.String())
	case plan.PeerFQDNs:
		return sanitize(strings.ReplaceAll(strings.Join(p.FQDNs, "-"), "*", "any"))
	}
	return string(p.Kind)
}

func labelsName(labels map[string]string) string {
	var name strings.Builder
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		name.WriteString("-" + sanitize(key))
		if value := sanitize(labels[key]); value != "" {
			name.WriteString("-" + value)
		}
	}
	return name.String()
}

var (
	notInNames = form.New(`[^a-z0-9.]+`)
	// besideDots finds dots with the dashes and dots beside them, which a name may not have there.
	besideDots = form.New(`[-.]*[.][-.]*`)
)

// sanitize replaces the characters of text that the name of an object may not have.
func sanitize(text string) string {
	name := notInNames().ReplaceAllString(strings.ToLower(text), "-")
	return strings.Trim(besideDots().ReplaceAllString(name, "."), "-.")
}

// longestName is the length from which a name is cut and ended with a hash. Kubernetes allows 253.
const longestName = 200

// uniqueName keeps a name that is free and short enough; otherwise it ends the name with a hash of identity.
func uniqueName(taken map[string]bool, name, identity string) string {
	if !taken[name] && len(name) <= longestName {
		return name
	}
	sum := sha256.Sum256([]byte(identity))
	return strings.TrimRight(name[:min(len(name), longestName)], "-.") + "-" + hex.EncodeToString(sum[:4])
}
