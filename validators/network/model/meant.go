package model

import (
	"slices"
	"strings"

	"cloison.dev/cloison/validators/network/policy"
)

// Meant is the first of the known pods that a selector was probably meant for, though it does not select them: every
// label that they lack is a likely mistake. nil where there are none: then other pods may be meant, which the input does
// not have.
func (n *Namespace) Meant(s policy.Selector) *Pods {
	for _, p := range n.Pods {
		if p.isMeant(s) {
			return p
		}
	}
	return nil
}

func (p *Pods) isMeant(s policy.Selector) bool {
	isLacking := func(r policy.Requirement) bool { return !p.Matches(policy.Selector{r}) }
	lacking := 0
	for _, r := range s {
		if !isLacking(r) {
			continue
		}
		lacking++
		isOfController := policy.IsControllerLabel(r.Key) && len(s) > 1
		if r.Op != policy.In || !isOfController && !slices.ContainsFunc(r.Values, func(value string) bool {
			return p.isMistakenFor(r.Key, value)
		}) {
			return false
		}
	}
	return lacking > 0
}

// isMistakenFor reports whether a label that the pods lack is probably a mistake for what they have: it is misspelt, has
// another key, or is that of the workload.
func (p *Pods) isMistakenFor(key, value string) bool {
	if policy.IsControllerLabel(key) {
		return slices.ContainsFunc(p.Makers, func(m policy.Maker) bool {
			return m.Name != "" && (value == m.Name || strings.HasPrefix(value, m.Name+"-"))
		})
	}
	if has, found := p.Labels[key]; found {
		return p.Workload.Labels[key] == value || isSlip(has, value)
	}
	if value == p.Workload.Name || p.Workload.Labels[key] == value {
		return true
	}
	for other, has := range p.Labels {
		if has == value && (isIdentity(other) || isSlip(other, key)) {
			return true
		}
	}
	return false
}

// isIdentity reports whether the values of a label are names of what runs in the pods.
func isIdentity(key string) bool {
	switch key {
	case "app", "k8s-app", "name", "component", "app.kubernetes.io/name", "app.kubernetes.io/component":
		return true
	}
	return false
}

// isSlip reports whether one of two texts is probably a misspelling of the other: a letter is wrong, missing or too
// many, or two are the wrong way round. Other last letters and other digits are names in a row: cache-a and cache-b.
func isSlip(a, b string) bool {
	const shortest, twisted = 3, 2
	if min(len(a), len(b)) < shortest || a == b {
		return false
	}
	first := 0
	for first < min(len(a), len(b)) && a[first] == b[first] {
		first++
	}
	last := 0
	for last < min(len(a), len(b))-first && a[len(a)-1-last] == b[len(b)-1-last] {
		last++
	}
	inA, inB := a[first:len(a)-last], b[first:len(b)-last]
	if first+last == 0 || strings.ContainsAny(inA+inB, "0123456789-_./") {
		return false
	}
	if len(inA) == twisted && len(inB) == twisted {
		return inA[0] == inB[1] && inA[1] == inB[0]
	}
	isRow := last == 0 && len(a) == len(b)
	return !isRow && first+last >= shortest && max(len(inA), len(inB)) == 1
}
