package network

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/solver"
)

// shown bounds how many items of a list a message has.
const shown = 3

// podText names the pod at one end of a witness.
func podText(w solver.Witness, e solver.End, n *model.Namespace) string {
	if known := w.Known[e]; known != nil {
		return "pod of " + known.Name + labelsText(known.Labels, w.Keys[e])
	}
	text := "a pod in " + namespaceText(n.Name)
	if creator := n.Creator(); creator != "" {
		text = fmt.Sprintf("a pod that %s creates in %s", creator, namespaceText(n.Name))
	}
	switch {
	case len(w.Labels[e]) > 0:
		return text + labelsText(w.Labels[e], nil)
	case len(w.Keys[e]) == 0:
		return text
	}
	return fmt.Sprintf("%s (without the label %s)", text, strings.Join(w.Keys[e], " or "))
}

// endsText names both ends of a witness, the one that opens the connection first. A nil other means the witness's
// address.
func endsText(w solver.Witness, d policy.Direction, home, other *model.Namespace) string {
	from, to := podText(w, solver.Own, home), w.Address.String()
	if other != nil {
		to = podText(w, solver.Peer, other)
	}
	if d == policy.Ingress {
		from, to = to, from
	}
	return fmt.Sprintf("%s → %s on %s", from, to, w.Port)
}

// allowedText shows a connection that is allowed: "pod → pod on TCP 5432: egress by ..., ingress by ...".
func allowedText(w solver.Witness, d policy.Direction, home, other *model.Namespace, v policy.Verdict) string {
	text := endsText(w, d, home, other) + ": "
	if other != nil && other.Component != nil && v.Allowed {
		return text + sideText(policy.Egress, v) + ", " + sideText(policy.Ingress, v)
	}
	return text + sideText(d, v)
}

// sideText names the rule that allows a connection on one side.
func sideText(d policy.Direction, v policy.Verdict) string {
	by := v.Side(d).By
	if by == nil {
		return d.String() + " because no NetworkPolicy holds the pod"
	}
	return fmt.Sprintf("%s by NetworkPolicy %s %s", d, by.Policy, by.Field)
}

// blockedText shows a connection that a policy isolates and no rule allows.
func blockedText(ends string, d policy.Direction, isolating string) string {
	return fmt.Sprintf("%s: NetworkPolicy %s holds the pod, and no %s rule lets it through", ends, isolating, d)
}

// namespaceText names a namespace inside of a counterexample.
func namespaceText(name string) string {
	if name == "" {
		return objects.NamespaceText("")
	}
	return "namespace " + name
}

// labelsText formats labels in parentheses; where there are many, those of matter first.
func labelsText(labels map[string]string, matter []string) string {
	if len(labels) == 0 {
		return ""
	}
	keys := slices.SortedFunc(maps.Keys(labels), func(a, b string) int {
		if x, y := slices.Contains(matter, a), slices.Contains(matter, b); x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return strings.Compare(a, b)
	})
	texts := make([]string, min(shown, len(keys)))
	for i, key := range keys[:len(texts)] {
		texts[i] = key + "=" + labels[key]
	}
	return " (" + strings.Join(texts, ",") + ")"
}

// podsText lists the workloads of a namespace, at most [shown] of them.
func podsText(n *model.Namespace) string {
	var texts []string
	for _, p := range n.Pods[:min(shown, len(n.Pods))] {
		texts = append(
			texts, fmt.Sprintf("%s %s makes pods%s", p.Workload.Kind, p.Workload.Name, labelsText(p.Labels, nil)),
		)
	}
	return strings.Join(texts, ", ")
}

// namedPortsText lists the named ports of the pods that a selector selects.
func namedPortsText(n *model.Namespace, s policy.Selector) string {
	var texts []string
	for _, p := range n.Matching(s) {
		for _, port := range p.Ports {
			texts = append(texts, fmt.Sprintf("%s %s names %s %d %q",
				p.Workload.Kind, p.Workload.Name, policy.ContainerProtocol(port), port.ContainerPort, port.Name))
		}
	}
	if len(texts) == 0 {
		return "they name none"
	}
	return strings.Join(texts, ", ")
}

// addressesText lists the blocks of a set, the first few of many.
func addressesText(set policy.Addresses) string {
	prefixes := set.Prefixes()
	texts := make([]string, min(shown, len(prefixes)))
	for i, prefix := range prefixes[:len(texts)] {
		texts[i] = prefix.String()
	}
	text := strings.Join(texts, ", ")
	if len(prefixes) > shown {
		text += " and more"
	}
	return text
}

func selectorText(s policy.Selector) string {
	if len(s) == 0 {
		return "{}"
	}
	return fmt.Sprintf("%q", s)
}

// withText describes a selection of pods.
func withText(s policy.Selector) string {
	if len(s) == 0 {
		return ""
	}
	return " with " + s.String()
}

// yamlLabels formats labels as a manifest has them.
func yamlLabels(labels map[string]string) string {
	var texts []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		texts = append(texts, key+": "+labels[key])
	}
	return strings.Join(texts, ", ")
}
