package network

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
)

// namedPort reports a port by a name that no pod gives to a port. It returns whether something was reported.
func (w *world) namedPort(n *space, o *opening, port namedPort) bool {
	accepting, selector := []*space{n}, o.selector
	if o.direction == egress {
		if o.everywhere || o.block != nil || o.where.any() {
			return false
		}
		accepting, selector = w.targets(o), o.pods
	}
	complete := true
	for _, a := range accepting {
		matching := a.matching(selector)
		if slices.ContainsFunc(matching, func(c *class) bool { return c.hasPort(port) }) {
			return false
		}
		complete = complete && len(matching) > 0 && (a.complete() || selector.demandsLabel())
	}
	f := finding.Finding{Field: port.field}
	switch {
	case complete && len(accepting) > 0:
		f.Code, f.Severity = finding.UnknownNamedPort, finding.Warning
		f.Message = fmt.Sprintf("no container of the pods that accept the connection names a %s port %q: %s", port.protocol, port.name, accepting[0].ports(selector))
		f.Fix = "name the port in the container, or write its number"
		n.sides[o.direction].suspects = append(n.sides[o.direction].suspects, &suspect{Finding: f, policy: o.Object, opening: o, direction: o.direction})
		return true
	case w.planned:
		f.Code, f.Severity, f.Undecided = finding.NetworkUndecided, finding.Warning, true
		f.Message = fmt.Sprintf("not decided: the number of the port %q is not known, because no pod in the input that accepts the connection names it", port.name)
		f.Fix = "write the port's number"
		w.report(o.Object, f)
		return true
	}
	return false
}

func (c *class) hasPort(port namedPort) bool {
	for _, p := range c.ports {
		if p.Name == port.name && portProtocol(p) == port.protocol {
			return true
		}
	}
	return false
}

// ports lists the named ports of the selected pods.
func (n *space) ports(s selector) string {
	text := ""
	for _, c := range n.matching(s) {
		for _, p := range c.ports {
			if text != "" {
				text += ", "
			}
			text += fmt.Sprintf("%s %s names %s %d %q", c.workload.Kind, c.workload.Name, portProtocol(p), p.ContainerPort, p.Name)
		}
	}
	if text == "" {
		return "they name none"
	}
	return text
}
