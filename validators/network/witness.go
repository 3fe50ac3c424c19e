package network

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/objects"
)

// maxKnown bounds how many classes of pods are tried to name a workload in a counterexample.
const maxKnown = 64

// prefer answers a query that was answered by pods nobody knows with pods of workloads in the input, where that is possible.
func (q query) prefer(b *book, w witness, spaces [2]*space) witness {
	q.region.ports = portSet{ranges: []portRange{{w.port.Protocol, w.port.Number, w.port.Number}}}
	for _, e := range []end{own, peer} {
		if spaces[e] == nil {
			continue
		}
		for _, c := range spaces[e].classes[:min(maxKnown, len(spaces[e].classes))] {
			pinned := q
			pinned.literals = append(slices.Clip(q.literals), pin(e, c, w.mentioned[e])...)
			if better, outcome := pinned.find(b); outcome == found {
				better.known, better.mentioned = w.known, w.mentioned
				better.known[e] = c
				if w.addresses != nil {
					better.addresses = w.addresses
				}
				w, q = better, pinned
				break
			}
		}
	}
	return w
}

// pin demands the labels of a class, as far as they matter. Those that controllers add are not known.
func pin(e end, c *class, keys []string) []literal {
	var literals []literal
	for _, key := range keys {
		value, found := c.labels[key]
		switch {
		case found:
			literals = append(literals, literal{e, requirement{key: key, op: isIn, values: []string{value}}})
		case !isControllers(key):
			literals = append(literals, literal{e, requirement{key: key, op: isUnset}})
		}
	}
	return literals
}

// pod names one end of the witness.
func (w witness) pod(e end, n *space) string {
	if c := w.known[e]; c != nil {
		return fmt.Sprintf("pod of %s%s", c.workload, labelText(c.labels, w.mentioned[e]))
	}
	text := "a pod in " + place(n.name)
	if len(n.makers) > 0 {
		text = fmt.Sprintf("a pod that %s creates in %s", n.makers[0], place(n.name))
	}
	if labels := w.labels[e]; len(labels) > 0 {
		return text + labelText(labels, nil)
	}
	if len(w.mentioned[e]) == 0 {
		return text
	}
	return fmt.Sprintf("%s (without the label %s)", text, strings.Join(w.mentioned[e], " or "))
}

// place names a namespace inside of a counterexample.
func place(namespace string) string {
	if namespace == "" {
		return objects.NamespaceText("")
	}
	return "namespace " + namespace
}

// labelText formats labels, those that matter first of many.
func labelText(labels map[string]string, matter []string) string {
	const shown = 3
	keys := slices.SortedFunc(maps.Keys(labels), func(a, b string) int {
		if x, y := slices.Contains(matter, a), slices.Contains(matter, b); x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return strings.Compare(a, b)
	})
	if len(keys) == 0 {
		return ""
	}
	var texts []string
	for _, key := range keys[:min(shown, len(keys))] {
		texts = append(texts, key+"="+labels[key])
	}
	return " (" + strings.Join(texts, ",") + ")"
}

// endpoint is one end of the witness, as the evaluator takes it.
func (w witness) endpoint(e end, n *space, accepts bool) Endpoint {
	if n == nil {
		return Endpoint{Address: w.address}
	}
	pod := &Pod{Namespace: n.name, NamespaceLabels: n.labels, Labels: w.labels[e]}
	if c := w.known[e]; c != nil {
		pod.Labels = union(c.labels, w.labels[e])
		pod.Ports = c.ports
	}
	if w.named != nil && accepts {
		pod.Ports = append(slices.Clip(pod.Ports), corev1.ContainerPort{
			Name: w.named.name, ContainerPort: w.named.port.Number, Protocol: w.named.port.Protocol,
		})
	}
	return Endpoint{Pod: pod}
}

// verdict asks the evaluator about the witness, seen from direction d of home. A nil other is the witness's address.
func (w witness) verdict(d direction, home, other *space) Verdict {
	ends := [2]Endpoint{w.endpoint(own, home, d == ingress), w.endpoint(peer, other, d == egress)}
	policies := home.values()
	if other != nil && other != home {
		policies = append(policies, other.values()...)
	}
	if d == egress {
		return Allows(policies, ends[own], ends[peer], w.port)
	}
	return Allows(policies, ends[peer], ends[own], w.port)
}

// values are all policies of the namespace, as the evaluator takes them.
func (n *space) values() []*netv1.NetworkPolicy {
	all := make([]*netv1.NetworkPolicy, len(n.policies))
	for i, p := range n.policies {
		all[i] = p.Value
	}
	return all
}

// by says what lets a connection through on one side.
func (s Side) by(d direction) string {
	if s.By == nil {
		return d.String() + " because no NetworkPolicy holds the pod"
	}
	return fmt.Sprintf("%s by NetworkPolicy %s %s", d, s.By.Policy, s.By.Field)
}

// line shows a connection that is let through: "pod → pod on TCP 5432: egress by ..., ingress by ...".
func (w witness) line(d direction, home, other *space, v Verdict) string {
	from, to := w.pod(own, home), w.address.String()
	if other != nil {
		to = w.pod(peer, other)
	}
	if d == ingress {
		from, to = to, from
	}
	text := fmt.Sprintf("%s → %s on %s: ", from, to, w.port)
	switch {
	case other != nil && other.component != nil && v.Allowed:
		return text + v.Egress.by(egress) + ", " + v.Ingress.by(ingress)
	case d == egress:
		return text + v.Egress.by(egress)
	}
	return text + v.Ingress.by(ingress)
}
