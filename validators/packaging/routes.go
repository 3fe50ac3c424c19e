package packaging

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// gatewayGroup is the API group of the Gateway API.
const gatewayGroup = "gateway.networking.k8s.io"

// route is the part of a route of the Gateway API that names where requests go. Source: gateway-api v1.4, BackendObjectReference.
type route struct {
	Spec struct {
		Rules []struct {
			BackendRefs []backendRef `json:"backendRefs"`
		} `json:"rules"`
	} `json:"spec"`
}

type backendRef struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
}

// isService says whether the reference is to a Service, which it is where it says nothing.
func (b backendRef) isService() bool { return b.Group == "" && (b.Kind == "" || b.Kind == "Service") }

// grant is a ReferenceGrant, which lets routes of other namespaces refer to objects of its own.
type grant struct {
	namespace string
	Spec      struct {
		From []grantFrom `json:"from"`
		To   []grantTo   `json:"to"`
	} `json:"spec"`
}

type grantFrom struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
}

type grantTo struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	// Name is empty for every object of the kind.
	Name string `json:"name"`
}

// allows says whether a route may send requests to a Service.
func (g grant) allows(route *objects.Object, to backendRef) bool {
	from := grantFrom{Group: gatewayGroup, Kind: route.Kind, Namespace: route.Namespace}
	return g.namespace == to.Namespace && slices.Contains(g.Spec.From, from) &&
		(slices.Contains(g.Spec.To, grantTo{Kind: "Service"}) || slices.Contains(g.Spec.To, grantTo{Kind: "Service", Name: to.Name}))
}

// routes reports routes of the Gateway API to a Service of another namespace that does not allow it.
func (c *checker) routes() {
	var all []*objects.Object
	var grants []grant
	for _, o := range c.set.All {
		if o.GroupKind().Group != gatewayGroup {
			continue
		}
		switch o.Kind {
		case "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute":
			all = append(all, o)
		case "ReferenceGrant":
			g := grant{namespace: o.Namespace}
			if _, err := o.Decode(&g); err == nil {
				grants = append(grants, g)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	services := c.services()
	for _, o := range all {
		var r route
		if _, err := o.Decode(&r); err != nil {
			c.add(unreadable(o))
			continue
		}
		c.routesOf(o, &r, grants, services)
	}
}

func unreadable(o *objects.Object) finding.Finding {
	return o.About(finding.Finding{
		Code: finding.MalformedObject, Severity: finding.Error,
		Message: "the object cannot be read as a " + o.Kind, Fix: "correct the types of its fields",
	})
}

func (c *checker) routesOf(o *objects.Object, r *route, grants []grant, services services) {
	reported := map[backendRef]bool{}
	for i, rule := range r.Spec.Rules {
		for j, ref := range rule.BackendRefs {
			if !ref.isService() || reported[ref] {
				continue
			}
			field := objects.Index(objects.Index("spec.rules", i)+".backendRefs", j)
			f, wrong := c.judgeRef(o, ref, field, grants, services)
			if wrong {
				reported[ref] = true
				c.add(f)
			}
		}
	}
}

func (c *checker) judgeRef(o *objects.Object, ref backendRef, field string, grants []grant, services services) (finding.Finding, bool) {
	if ref.Namespace == "" || ref.Namespace == o.Namespace {
		return services.judge(o, backend{ref.Name, field + ".name"})
	}
	// What a namespace allows of which the input has nothing is not known here.
	if len(c.byNamespace[ref.Namespace]) == 0 || slices.ContainsFunc(grants, func(g grant) bool { return g.allows(o, ref) }) {
		return finding.Finding{}, false
	}
	return o.About(finding.Finding{
		Code: finding.ForeignBackend, Severity: finding.Error, Field: field + ".namespace",
		Message:        fmt.Sprintf("the Service %q is in namespace %q, which has no ReferenceGrant for this %s, so the gateway does not route to it", ref.Name, ref.Namespace, o.Kind),
		Counterexample: fmt.Sprintf("a request to %s %s/%s: RefNotPermitted, the answer is an error", o.Kind, o.Namespace, o.Name),
		Fix:            fmt.Sprintf("move the %s to namespace %q, or add a ReferenceGrant there", o.Kind, ref.Namespace),
	}), true
}
