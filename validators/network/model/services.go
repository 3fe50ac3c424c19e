package model

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators/network/policy"
)

// Service is a Service of the input that selects pods.
type Service struct {
	objects.Typed[corev1.Service]
	Selector policy.Selector
	// Pods are those known of its namespace.
	Pods []*Pods
}

// addServices reads the Services that select pods.
func (n *Network) addServices() {
	for _, typed := range n.Objects.Services {
		if len(typed.Value.Spec.Selector) > 0 {
			namespace := n.add(typed.Namespace)
			s := &Service{Typed: typed, Selector: policy.Exactly(typed.Value.Spec.Selector)}
			namespace.services = append(namespace.services, s)
		}
	}
}

// Services are those of a namespace that select pods. What they select is found when they are first asked for.
func (n *Namespace) Services() []*Service {
	if n.byLabel == nil {
		n.indexLabels()
		for _, s := range n.services {
			s.Pods = n.withLabels(s.Selector)
			for _, p := range s.Pods {
				p.services = append(p.services, s)
			}
		}
	}
	return n.services
}

func (n *Namespace) indexLabels() {
	n.byLabel = map[[2]string][]*Pods{}
	for _, p := range n.Pods {
		for key, value := range p.Labels {
			n.byLabel[[2]string{key, value}] = append(n.byLabel[[2]string{key, value}], p)
		}
	}
}

// withLabels is [Namespace.Matching] for a selector that demands a label's value, of pods found by that label.
func (n *Namespace) withLabels(s policy.Selector) []*Pods {
	for _, r := range s {
		if !policy.IsControllerLabel(r.Key) {
			found := n.byLabel[[2]string{r.Key, r.Values[0]}]
			return slices.DeleteFunc(slices.Clone(found), func(p *Pods) bool { return !p.Matches(s) })
		}
	}
	return n.Matching(s)
}

// Service is the one of a name; nil where there is none that selects pods.
func (n *Namespace) Service(name string) *Service {
	for _, s := range n.Services() {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Targets are the ports of the pods to which a port of the Service, by its number or name, leads. They are none where
// it is not known.
func (s *Service) Targets(port intstr.IntOrString) []policy.Port {
	var all []policy.Port
	for i := range s.Value.Spec.Ports {
		p := &s.Value.Spec.Ports[i]
		isMeant := port.StrVal != "" && p.Name == port.StrVal || port.IntVal != 0 && p.Port == port.IntVal
		if isMeant || port == (intstr.IntOrString{}) {
			all = append(all, s.targetsOf(p)...)
		}
	}
	return all
}

func (s *Service) targetsOf(p *corev1.ServicePort) []policy.Port {
	protocol := p.Protocol
	if protocol == "" {
		protocol = corev1.ProtocolTCP
	}
	switch {
	case p.TargetPort.StrVal != "":
		return PortsNamed(s.Pods, p.TargetPort.StrVal, protocol)
	case p.TargetPort.IntVal != 0:
		return []policy.Port{{Protocol: protocol, Number: p.TargetPort.IntVal}}
	}
	return []policy.Port{{Protocol: protocol, Number: p.Port}}
}

// PortsNamed are the ports to which pods give a name.
func PortsNamed(pods []*Pods, name string, protocol corev1.Protocol) []policy.Port {
	var all []policy.Port
	named := policy.NamedPort{Name: name, Protocol: protocol}
	for _, p := range pods {
		for _, port := range p.Ports {
			number := policy.Port{Protocol: protocol, Number: port.ContainerPort}
			if named.IsName(port) && !slices.Contains(all, number) {
				all = append(all, number)
			}
		}
	}
	return all
}

// Ports are the ports of pods by their number or name; none where it is not known.
func Ports(pods []*Pods, port intstr.IntOrString) []policy.Port {
	switch {
	case port.StrVal != "":
		return PortsNamed(pods, port.StrVal, corev1.ProtocolTCP)
	case port.IntVal != 0:
		return []policy.Port{{Protocol: corev1.ProtocolTCP, Number: port.IntVal}}
	}
	return nil
}

// Listening is what the manifests say of the ports on which pods listen. What containers declare is for information only.
type Listening int

const (
	// NotSaid means that nothing is said of ports.
	NotSaid Listening = iota
	// Others means that other ports are declared.
	Others
	// Mentioned means that the port is declared, or that something else in the pods or a Service leads to it.
	Mentioned
)

// Listen answers whether pods of the namespace are said to listen on a port.
func (n *Namespace) Listen(p *Pods, port policy.Port) Listening {
	listening := NotSaid
	for _, w := range p.Workloads {
		for c := range w.Containers() {
			for _, declared := range c.Ports {
				if declared.ContainerPort == port.Number && policy.ContainerProtocol(declared) == port.Protocol {
					return Mentioned
				}
				listening = Others
			}
		}
	}
	n.Services()
	for _, s := range p.services {
		if slices.Contains(s.Targets(intstr.IntOrString{}), port) {
			return Mentioned
		}
	}
	if slices.ContainsFunc(p.Workloads, func(w *objects.Workload) bool { return mentions(w, port.Number) }) {
		return Mentioned
	}
	return listening
}

// mentions reports whether a number stands anywhere in the annotations, commands, variables or probes of pods, where it
// is probably a port.
func mentions(w *objects.Workload, number int32) bool {
	text := strconv.Itoa(int(number))
	for key, value := range w.Pod.Annotations {
		if strings.Contains(key, "port") && strings.Contains(value, text) {
			return true
		}
	}
	for c := range w.Containers() {
		for _, argument := range slices.Concat(c.Command, c.Args) {
			if strings.Contains(argument, text) {
				return true
			}
		}
		for i := range c.Env {
			if strings.Contains(c.Env[i].Value, text) {
				return true
			}
		}
		if probesPort(c.LivenessProbe, number) || probesPort(c.ReadinessProbe, number) ||
			probesPort(c.StartupProbe, number) {
			return true
		}
	}
	return false
}

func probesPort(p *corev1.Probe, number int32) bool {
	return p != nil && (p.HTTPGet != nil && p.HTTPGet.Port.IntVal == number ||
		p.TCPSocket != nil && p.TCPSocket.Port.IntVal == number || p.GRPC != nil && p.GRPC.Port == number)
}
