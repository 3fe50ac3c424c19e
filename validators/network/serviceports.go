package network

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/network/model"
	"cloison.dev/cloison/validators/network/policy"
)

// checkServicePorts looks for rules of components that open a port on which no pod listens that accepts the connection,
// usually the port of a Service: policies judge the port of the pods, to which the Service leads.
func checkServicePorts(f *facts) (r verdict.Result) {
	for _, n := range f.Components {
		for d := range n.Sides {
			for _, rule := range n.Sides[d].Rules {
				if x := f.idlePort(n, rule); x != nil {
					r.Add(x.candidate(f, rule))
				}
			}
		}
	}
	return r
}

// idlePort is a port that a rule opens, and on which no pod listens that accepts the connection.
type idlePort struct {
	policy.Port
	// pods are those that accept, in the namespace in.
	pods []*model.Pods
	in   *model.Namespace
	// service has the port, and leads to target; nil where there is none.
	service *model.Service
	target  policy.Port
}

// idlePort is the first port of a rule that is a Service's, or the first of one of whose ports none is declared; nil where
// there is none.
func (f *facts) idlePort(home *model.Namespace, r *model.PeerRule) *idlePort {
	if r.Ports.Fixed.All || model.IsDNSOnly(r.Ports) || len(r.Violations) > 0 || r.Direction == policy.Egress && (r.Block != nil || r.IsBroad()) {
		return nil
	}
	accepting, selector := []*model.Namespace{home}, r.Selector
	if r.Direction == policy.Egress {
		accepting, selector = f.Targets(r), r.Pods
	}
	var first *idlePort
	isUsed := len(r.Ports.Named) > 0
	for _, ports := range r.Ports.Fixed.Ranges {
		if ports.First != ports.Last {
			isUsed = true
			continue
		}
		port := policy.Port{Protocol: ports.Protocol, Number: ports.First}
		x := f.idleAt(accepting, selector, r, port)
		switch {
		case x != nil && x.service != nil:
			return x
		case x == nil:
			isUsed = true
		case first == nil:
			first = x
		}
	}
	if isUsed || !f.isBetweenWorkloads(r) {
		return nil
	}
	return first
}

// isBetweenWorkloads reports whether the input has the workloads of all peers of a rule. From others, such as what
// scrapes metrics, connections to ports come that containers often do not declare.
func (f *facts) isBetweenWorkloads(r *model.PeerRule) bool {
	if r.Block != nil || r.IsBroad() {
		return false
	}
	targets := f.Targets(r)
	return len(targets) > 0 && !slices.ContainsFunc(targets, func(n *model.Namespace) bool { return !n.HasWorkloads() })
}

// idleAt judges one port of a rule; nil where a pod may listen there.
func (f *facts) idleAt(
	accepting []*model.Namespace, selector policy.Selector, r *model.PeerRule, port policy.Port,
) (found *idlePort) {
	for _, n := range accepting {
		pods := n.Matching(selector)
		if len(pods) == 0 {
			return nil // of those that accept nothing is known
		}
		x := &idlePort{Port: port, pods: pods, in: n}
		switch said := said(n, pods, port); {
		case said == model.Mentioned:
			return nil
		case x.findService():
			if r.Ports.Fixed.Contains(x.target) || f.opensByName(r, x) {
				return nil
			}
		case said == model.NotSaid || !f.areAll(n, selector):
			return nil
		}
		if found == nil {
			found = x
		}
	}
	return found
}

// said is what the manifests say of a port of several pods, whichever is the least to go by.
func said(n *model.Namespace, pods []*model.Pods, port policy.Port) model.Listening {
	least := model.Others
	for _, p := range pods {
		switch n.Listen(p, port) {
		case model.Mentioned:
			return model.Mentioned
		case model.NotSaid:
			least = model.NotSaid
		case model.Others:
		}
	}
	return least
}

// areAll reports whether the known pods are all that a selector selects in a namespace.
func (f *facts) areAll(n *model.Namespace, s policy.Selector) bool {
	return n.Creator() == "" && (s.DemandsLabel() || f.isWhole(n))
}

// findService looks for a Service of some of the pods that has the port, and leads elsewhere.
func (x *idlePort) findService() bool {
	for _, s := range x.in.Services() {
		if !slices.ContainsFunc(s.Pods, func(p *model.Pods) bool { return slices.Contains(x.pods, p) }) {
			continue
		}
		for _, target := range s.Targets(intstr.FromInt32(x.Number)) {
			if target.Protocol == x.Protocol {
				x.service, x.target = s, target
				return true
			}
		}
	}
	return false
}

// opensByName reports whether the rule opens the port to which the Service leads by its name.
func (f *facts) opensByName(r *model.PeerRule, x *idlePort) bool {
	return slices.ContainsFunc(r.Ports.Named, func(named policy.NamedPort) bool {
		return slices.ContainsFunc(x.service.Pods, func(p *model.Pods) bool {
			return slices.ContainsFunc(p.Ports, func(port corev1.ContainerPort) bool {
				return named.IsName(port) && port.ContainerPort == x.target.Number
			})
		})
	})
}

// candidate reports the port at the rule. Of the policies that are generated for one flow, one is enough.
func (x *idlePort) candidate(f *facts, r *model.PeerRule) verdict.Candidate {
	found := finding.Finding{
		Code: finding.IdlePort, Severity: finding.Warning, Field: r.Rule.Child("ports"),
		Message: fmt.Sprintf("the rule opens %s, on which no pod listens that accepts the connection: the containers of "+
			"%s declare other ports only", x.Port, x.pods[0].Name),
		Fix: "write the port on which the pods listen",
	}
	if x.service != nil {
		found.Message = fmt.Sprintf("the rule opens %s, the port of Service %s, which leads to %s of the pods: policies "+
			"judge the port of the pods, where nothing listens on %d", x.Port, objects.Path(x.service.Namespace, x.service.Name), x.target, x.Number)
		found.Fix = fmt.Sprintf("write %d", x.target.Number)
	}
	once := []verdict.Subject{ofRule(r, string(finding.IdlePort))}
	if f.Planned && wellknown.IsGenerated(r.Labels) {
		found.Fix += " in the flow of the Segregation"
		once = append(once, verdict.Subject{Question: fmt.Sprintf("%s of %s", x.Port, x.in)})
	}
	candidate := verdict.Candidate{Finding: r.About(found), Precedence: precedenceOfDefect, Unless: once, Explains: once}
	if r.Direction == policy.Egress {
		candidate.Precedence = precedenceOfEgress // the policy of who listens comes first
	}
	if x.service != nil {
		candidate.Explains = append(candidate.Explains, doorsOf(x.service))
	}
	return candidate
}
