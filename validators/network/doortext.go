package network

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
	"cloison.dev/cloison/validators/network/published"
)

// doorsOf is the question whether anybody may come in to the pods of a Service.
func doorsOf(s *model.Service) verdict.Subject {
	return verdict.Subject{Object: s.Object, Question: "doors"}
}

// candidate is the finding that the door is shut, one for each Service and kind of caller.
func (d *door) candidate() verdict.Candidate {
	found := finding.Finding{
		Code: finding.DoorShut, Severity: finding.Warning, Field: d.Field,
		Message: fmt.Sprintf("%s cannot reach %s%s: no policy of %s lets %s in", d.caller(), d.target(), d.onPorts(),
			d.n, d.expected()),
		Counterexample: blockedText(fmt.Sprintf("%s → %s%s", d.caller(), d.example(), d.onPorts()), policy.Ingress,
			objects.Path(d.isolating.Namespace, d.isolating.Name)),
		Fix: d.fix(),
	}
	once := []verdict.Subject{{Question: fmt.Sprintf("door of %s in %s for %d", d.target(), d.n, d.group())}}
	candidate := verdict.Candidate{
		Finding: d.Object.About(found), Precedence: precedenceOfDoor, Unless: once, Explains: once,
	}
	if d.to.Service != nil {
		candidate.Unless = append(candidate.Unless, doorsOf(d.to.Service))
	}
	candidate.Unless = append(candidate.Unless, d.causes()...)
	return candidate
}

// group is the same for callers for whom one way in is enough.
func (d *door) group() published.Caller {
	if d.Caller == published.Outside {
		return published.Controller
	}
	return d.Caller
}

// caller names who connects.
func (d *door) caller() string {
	return [...]string{
		"the ingress controller", "who connects from outside of the cluster", "the API server",
		"what scrapes metrics",
	}[d.Caller]
}

// expected are the peers of whom one would have to be let in.
func (d *door) expected() string {
	switch {
	case d.Caller == published.Outside:
		return "addresses"
	case d.Caller == published.APIServer:
		return "its addresses"
	case d.Caller == published.Monitoring && d.facts.Cluster.Monitoring != "":
		return fmt.Sprintf("namespace %q", d.facts.Cluster.Monitoring)
	}
	return "another namespace"
}

// target names what is published.
func (d *door) target() string {
	if d.to.Service != nil {
		return "the pods of " + d.to.Service.String()
	}
	return "the pods with " + d.to.Selector.String()
}

// example is a pod that cannot be reached.
func (d *door) example() string {
	if len(d.to.Pods) > 0 {
		return "pod of " + d.to.Pods[0].Name + labelsText(d.to.Pods[0].Labels, nil)
	}
	return "pods" + withText(d.to.Selector) + " in " + namespaceText(d.n.Name)
}

func (d *door) onPorts() string {
	if len(d.to.Ports) == 0 {
		return ""
	}
	texts := make([]string, len(d.to.Ports))
	for i, port := range d.to.Ports {
		texts[i] = port.String()
	}
	return " on " + strings.Join(texts, ", ")
}

// fix is the way in to be written: a flow with a Segregation, else a NetworkPolicy.
func (d *door) fix() string {
	numbers, ports := make([]string, len(d.to.Ports)), make([]string, len(d.to.Ports))
	for i, port := range d.to.Ports {
		numbers[i] = strconv.Itoa(int(port.Number))
		ports[i] = fmt.Sprintf("{protocol: %s, port: %d}", port.Protocol, port.Number)
		if port.Protocol != corev1.ProtocolTCP {
			numbers[i] = fmt.Sprintf(`"%d/%s"`, port.Number, port.Protocol)
		}
	}
	pods, from := d.podLabels(), d.from()
	if d.facts.Planned {
		text := "from: {" + from.flow + "}"
		if pods != "" {
			text += ", pods: {" + pods + "}"
		}
		if len(numbers) > 0 {
			text += ", ports: [" + strings.Join(numbers, ", ") + "]"
		}
		return fmt.Sprintf("declare the flow in component %s: ingress: [{%s}]", d.n.Component.Name, text)
	}
	rule := "from: [{" + from.peer + "}]"
	if len(ports) > 0 {
		rule += ", ports: [" + strings.Join(ports, ", ") + "]"
	}
	selector := "podSelector: {}"
	if pods != "" {
		selector = "podSelector: {matchLabels: {" + pods + "}}"
	}
	return fmt.Sprintf("add a NetworkPolicy to %s: %s, ingress: [{%s}]", d.n, selector, rule)
}

// podLabels are those of the pods as a manifest has them; empty where they are not selected by labels alone.
func (d *door) podLabels() string {
	switch {
	case d.to.Service != nil:
		return yamlLabels(d.to.Service.Value.Spec.Selector)
	case len(d.Pods.MatchExpressions) > 0:
		return ""
	}
	return yamlLabels(d.Pods.MatchLabels)
}

// visitor is a peer as a flow and as a NetworkPolicy have it.
type visitor struct{ flow, peer string }

func inNamespaceNamed(name string) visitor {
	return visitor{"namespace: " + name, fmt.Sprintf("namespaceSelector: {matchLabels: {%s: %s}}",
		wellknown.NamespaceNameLabel, name)}
}

func inBlock(cidr string) visitor {
	return visitor{"cidr: " + cidr, "ipBlock: {cidr: " + cidr + "}"}
}

// from is who is to be let in. What is not known is written in capitals.
func (d *door) from() visitor {
	switch d.Caller {
	case published.Outside:
		return inBlock("ADDRESSES-OF-THE-CALLERS")
	case published.APIServer:
		if servers := d.facts.Cluster.APIServer.Servers; len(servers) > 0 {
			return inBlock(servers[0].Addresses.String())
		}
		return inBlock("ADDRESSES-OF-THE-CONTROL-PLANE")
	case published.Monitoring:
		return inNamespaceNamed(cmp.Or(d.facts.Cluster.Monitoring, "NAMESPACE-OF-PROMETHEUS"))
	}
	switch d.Class {
	case "nginx":
		return inNamespaceNamed("ingress-nginx")
	case "traefik":
		return inNamespaceNamed("traefik")
	}
	return inNamespaceNamed("NAMESPACE-OF-THE-INGRESS-CONTROLLER")
}
