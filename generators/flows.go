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

// flowGroup is what one NetworkPolicy allows: the flows with one peer, for one choice of the component's own pods.
type flowGroup struct {
	name  string
	peer  plan.Peer
	pods  map[string]string
	flows []plan.Flow
}

// groupFlows sorts flows into groups with unique names, in the order of the names.
func groupFlows(d direction, flows []plan.Flow) []*flowGroup {
	byKey := map[string]*flowGroup{}
	for _, flow := range flows {
		key := text(flow.Peer) + text(flow.Pods)
		group := byKey[key]
		if group == nil {
			group = &flowGroup{peer: flow.Peer, pods: flow.Pods}
			byKey[key] = group
		}
		group.flows = append(group.flows, flow)
	}
	groups := make([]*flowGroup, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		group := byKey[key]
		slices.SortFunc(group.flows, func(a, b plan.Flow) int { return cmp.Compare(text(a), text(b)) })
		group.flows = slices.CompactFunc(group.flows, func(a, b plan.Flow) bool { return reflect.DeepEqual(a, b) })
		groups = append(groups, group)
	}
	nameGroups(d, groups)
	slices.SortFunc(groups, func(a, b *flowGroup) int { return cmp.Compare(a.name, b.name) })
	return groups
}

// text is the same for equal values only: JSON sorts the keys of maps.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("generators: %T cannot be written as JSON: %v", v, err))
	}
	return string(b)
}

// nameGroups calls a group allow-to-<peer> or allow-from-<peer>. Where several groups have that peer, those that narrow
// the component's own pods say which: allow-to-<peer>-from-<labels>, allow-from-<peer>-to-<labels>. Where different
// peers would be called the same, as a component and a namespace may, those that are no component carry their kind.
func nameGroups(d direction, groups []*flowGroup) {
	prefix, own := "allow-from-", "-to"
	if d == egress {
		prefix, own = "allow-to-", "-from"
	}
	peers := map[string]map[string]bool{}
	groupsOf := map[string]int{}
	for _, g := range groups {
		short := peerName(g.peer)
		if peers[short] == nil {
			peers[short] = map[string]bool{}
		}
		peers[short][text(g.peer)] = true
		groupsOf[text(g.peer)]++
	}
	taken := map[string]bool{}
	for _, g := range groups {
		name := peerName(g.peer)
		if len(peers[name]) > 1 && g.peer.Kind != plan.PeerComponent {
			name = string(g.peer.Kind) + "-" + name
		}
		if groupsOf[text(g.peer)] > 1 && len(g.pods) > 0 {
			name += own + labelsName(g.pods)
		}
		g.name = uniqueName(taken, prefix+name, text(g.peer)+text(g.pods))
		taken[g.name] = true
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
	// besideDots finds dots with what may not stand beside them in a name: dashes and other dots.
	besideDots = form.New(`[-.]*[.][-.]*`)
)

// sanitize makes text fit into the name of an object.
func sanitize(text string) string {
	name := notInNames().ReplaceAllString(strings.ToLower(text), "-")
	return strings.Trim(besideDots().ReplaceAllString(name, "."), "-.")
}

// longestName is the length that a name may have before it is cut and told apart by a hash. Kubernetes allows 253.
const longestName = 200

// uniqueName keeps a name that is free and short enough; otherwise it ends the name with a hash of what it stands for.
func uniqueName(taken map[string]bool, name, identity string) string {
	if !taken[name] && len(name) <= longestName {
		return name
	}
	sum := sha256.Sum256([]byte(identity))
	return strings.TrimRight(name[:min(len(name), longestName)], "-.") + "-" + hex.EncodeToString(sum[:4])
}
