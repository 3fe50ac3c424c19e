package network

import (
	"slices"

	"cloison.dev/cloison/validators/network/model"
)

// fixSplitPeer is the fix for one peer that was written as two items of a list, of which each is enough: a dash too many.
const fixSplitPeer = "put the namespaceSelector and the podSelector into one item of the list: as two items, with a dash " +
	"before each, either of them is enough"

// isPodsAlone reports whether a peer has a podSelector and no namespaceSelector.
func isPodsAlone(r *model.PeerRule) bool { return r.In.Own && len(r.Pods) > 0 }

// isNamespaceAlone reports whether a peer has a namespaceSelector for some namespaces and no podSelector.
func isNamespaceAlone(r *model.PeerRule) bool {
	return !r.In.Own && !r.Everybody && r.Block == nil && len(r.Pods) == 0 && !r.In.IsAny()
}

// hasOther reports whether the rule that a peer of a namespace's policies belongs to has another one of a form.
func hasOther(n *model.Namespace, r *model.PeerRule, is func(*model.PeerRule) bool) bool {
	return slices.ContainsFunc(n.Sides[r.Direction].Rules, func(other *model.PeerRule) bool {
		return other != r && other.Policy == r.Policy && other.Rule == r.Rule && is(other)
	})
}

// narrower is the fix for a peer that opens too much: to make one of two items of a list, where the other one has the
// pods that were meant, or else the given one.
func narrower(n *model.Namespace, r *model.PeerRule, fix string) string {
	if isNamespaceAlone(r) && hasOther(n, r, isPodsAlone) {
		return fixSplitPeer
	}
	return fix
}
