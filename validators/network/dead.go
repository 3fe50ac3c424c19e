package network

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
)

// checkDead looks for what has no effect in the policies of a namespace.
func (w *world) checkDead(n *space) {
	for _, p := range n.policies {
		if !p.invalid {
			w.withoutEffect(n, p)
			w.selectsNothing(n, p)
		}
	}
	for d := range n.sides {
		named := map[string]bool{}
		for _, o := range n.sides[d].openings {
			if o.invalid {
				continue
			}
			if x := w.deadPeer(n, o); x != nil {
				n.sides[d].suspects = append(n.sides[d].suspects, x)
				continue
			}
			for _, port := range o.ports.named {
				if !named[o.Name+port.field] {
					named[o.Name+port.field] = w.namedPort(n, o, port)
				}
			}
		}
	}
}

// suspect makes a finding about a peer, to be kept until it is known whether it is the cause of a graver one.
func (o *opening) suspect(message, fix string) *suspect {
	return &suspect{policy: o.Object, opening: o, direction: o.direction, Finding: finding.Finding{
		Code: finding.PeerMatchesNothing, Severity: finding.Warning, Field: o.field, Message: message, Fix: fix,
	}}
}

// withoutEffect reports rules of a direction that the policy does not hold.
func (w *world) withoutEffect(n *space, p *policy) {
	for _, d := range directions {
		if len(d.rules(p.Value)) == 0 || d.holds(p.Value) {
			continue
		}
		n.sides[d].suspects = append(n.sides[d].suspects, &suspect{policy: p.Object, direction: d, Finding: finding.Finding{
			Code: finding.RulesWithoutEffect, Severity: finding.Warning, Field: "spec.policyTypes",
			Message: fmt.Sprintf("the policy has %s rules, but its policyTypes leave %s out: the rules are ignored", d, d.policyType()),
			Fix:     fmt.Sprintf("add %s to policyTypes, or remove the rules", d.policyType()),
		}})
	}
}

// selectsNothing reports a policy for pods that the namespace does not have. One for the pods that lack a label may be meant
// for those that are created later.
func (w *world) selectsNothing(n *space, p *policy) {
	if !p.selector.demandsLabel() || !n.hasNone(p.selector) || !n.complete() && !n.hasObject(p.selector) {
		return
	}
	if n.needsRuntime() && p.selector.String() == runtimePods().String() {
		return // that the runtime is missing, or has other labels, is a finding of family P
	}
	x := &suspect{policy: p.Object, Finding: finding.Finding{
		Code: finding.PolicySelectsNothing, Severity: finding.Warning, Field: "spec.podSelector",
		Message: fmt.Sprintf("the policy selects pods with %s, and %s has none: %s", p.selector, n, n.pods()),
		Fix:     "select labels that the pod template has (spec.template.metadata.labels)",
	}}
	for _, d := range directions {
		if d.holds(p.Value) {
			n.sides[d].suspects = append(n.sides[d].suspects, x)
		}
	}
}

// hasNone says whether no known pod of the namespace is selected.
func (n *space) hasNone(s selector) bool {
	return len(n.matching(s)) == 0 && !slices.ContainsFunc(n.hostPods, func(labels map[string]string) bool { return s.matches(labels, isControllers) })
}

// hasObject says whether a workload itself has labels that are selected, though its pods have not: they were mixed up.
func (n *space) hasObject(s selector) bool {
	return slices.ContainsFunc(n.classes, func(c *class) bool { return s.matches(c.workload.Labels, nil) })
}

// pods lists what runs in the namespace, the first of many.
func (n *space) pods() string {
	const shown = 3
	var texts []string
	for _, c := range n.classes[:min(shown, len(n.classes))] {
		texts = append(texts, fmt.Sprintf("%s %s makes pods%s", c.workload.Kind, c.workload.Name, labelText(c.labels, nil)))
	}
	return strings.Join(texts, ", ")
}

// deadPeer says why a peer matches nothing; nil where it may match something.
func (w *world) deadPeer(n *space, o *opening) *suspect {
	if o.everywhere || o.block != nil {
		return nil
	}
	if o.where.impossible {
		return o.suspect(fmt.Sprintf("no namespace can fulfil the namespaceSelector %s", selectorText(o.where.selector)), "correct the selector")
	}
	if message := w.deadNamespace(o); message != "" {
		return o.suspect(message, fmt.Sprintf("select the namespace by matchLabels: {%s: NAME}", nameLabel))
	}
	targets := w.targets(o)
	if len(o.pods) == 0 || len(targets) == 0 || o.where.any() {
		return nil
	}
	if slices.ContainsFunc(targets, func(n *space) bool { return !n.hasNone(o.pods) || n.mirrors(o) }) {
		return nil
	}
	elsewhere := ""
	if o.where.own {
		elsewhere = w.elsewhereMatching(n, o)
	}
	if slices.ContainsFunc(targets, func(n *space) bool { return !n.complete() && (elsewhere == "" || !n.hasWorkloads()) }) {
		return nil
	}
	message := fmt.Sprintf("the peer is pods with %s in %s, which has none: %s", o.pods, targets[0], targets[0].pods())
	fix := "select labels that the pod templates have (spec.template.metadata.labels)"
	if elsewhere != "" {
		fix = fmt.Sprintf("namespace %s has such pods: put namespaceSelector with matchLabels {%s: %s} into the same peer", elsewhere, nameLabel, elsewhere)
	}
	x := o.suspect(message, fix)
	x.meant = elsewhere
	return x
}

// mirrors says whether the peer's namespace has a policy of the other direction for the same pods: it is reported that it
// selects none, which is the same mistake.
func (n *space) mirrors(o *opening) bool {
	return n.component != nil && slices.ContainsFunc(n.sides[o.direction.opposite()].policies, func(p *policy) bool { return p.selector.String() == o.pods.String() })
}

// elsewhereMatching is the first other namespace with pods that a peer without namespaceSelector was probably meant for.
func (w *world) elsewhereMatching(n *space, o *opening) string {
	for _, name := range w.names {
		if other := w.spaces[name]; other != n && o.pods.demandsLabel() && len(other.matching(o.pods)) > 0 {
			return name
		}
	}
	return ""
}

// deadNamespace says why a namespaceSelector by another label than the name matches nothing: a label's value is the name of
// a namespace of the input, which does not have the label.
func (w *world) deadNamespace(o *opening) string {
	if !o.where.forgeable() || len(w.targets(o)) > 0 {
		return ""
	}
	for _, r := range o.where.selector {
		if r.op != isIn {
			continue
		}
		for _, value := range r.values {
			n := w.spaces[value]
			if n == nil || !n.labelsKnown {
				continue
			}
			if _, has := n.labels[r.key]; !has {
				return fmt.Sprintf("the namespaceSelector %s matches no namespace of the input: Namespace %q has no label %s", selectorText(o.where.selector), value, r.key)
			}
		}
	}
	return ""
}
