package packaging

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// gatewayGroup is the API group of the Gateway API.
const gatewayGroup = "gateway.networking.k8s.io"

// route is what a route of the Gateway API has on where requests go. Facts: docs/facts.md, "Routes of the Gateway API".
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

// isService reports whether the reference is to a Service. One without group and kind is.
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

// allows reports whether a route may send requests to a Service.
func (g grant) allows(route *objects.Object, to backendRef) bool {
	from := grantFrom{Group: gatewayGroup, Kind: route.Kind, Namespace: route.Namespace}
	return g.namespace == to.Namespace && slices.Contains(g.Spec.From, from) &&
		(slices.Contains(g.Spec.To, grantTo{Kind: "Service"}) ||
			slices.Contains(g.Spec.To, grantTo{Kind: "Service", Name: to.Name}))
}

// routes reports routes of the Gateway API to a Service of another namespace that does not allow it, each reference
// once.
func (j *judge) routes() verdict.Result {
	var result verdict.Result
	routes, grants := j.gateway()
	for _, o := range routes {
		var r route
		if err := o.DecodePart(&r); err != nil {
			result.Add(about(o, finding.Finding{
				Code: finding.MalformedObject, Severity: finding.Error,
				Message: "the object cannot be read as a " + o.Kind, Fix: "correct the types of its fields",
			}))
			continue
		}
		result.Decide(verdict.Subject{Object: o, Question: "backends"})
		seen := map[backendRef]bool{}
		for i, rule := range r.Spec.Rules {
			for k, ref := range rule.BackendRefs {
				if !ref.isService() || seen[ref] {
					continue
				}
				seen[ref] = true
				at := fieldpath.Of("spec", "rules").Index(i).Child("backendRefs").Index(k)
				if f, wrong := j.judgeRef(o, ref, at, grants); wrong {
					result.Add(about(o, f))
				}
			}
		}
	}
	return result
}

// gateway lists the routes and the grants of the input.
func (j *judge) gateway() (routes []*objects.Object, grants []grant) {
	for _, o := range j.set.All {
		if o.GroupKind().Group != gatewayGroup {
			continue
		}
		switch o.Kind {
		case "HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute":
			routes = append(routes, o)
		case "ReferenceGrant":
			g := grant{namespace: o.Namespace}
			if err := o.DecodePart(&g); err == nil {
				grants = append(grants, g)
			}
		}
	}
	return routes, grants
}

func (j *judge) judgeRef(o *objects.Object, ref backendRef, at fieldpath.Path, grants []grant) (finding.Finding, bool) {
	if ref.Namespace == "" || ref.Namespace == o.Namespace {
		return j.judgeBackend(o, backend{ref.Name, at.Child("name")})
	}
	// What a namespace allows of which the input has nothing is not known here.
	isAllowed := slices.ContainsFunc(grants, func(g grant) bool { return g.allows(o, ref) })
	if isAllowed || len(j.byNamespace[ref.Namespace]) == 0 {
		return finding.Finding{}, false
	}
	return finding.Finding{
		Code: finding.ForeignBackend, Severity: j.severity(ref.Namespace), Field: at.Child("namespace"),
		Message: fmt.Sprintf("the Service %q is in namespace %q, which has no ReferenceGrant for this %s, "+
			"so the gateway does not route to it", ref.Name, ref.Namespace, o.Kind),
		Counterexample: fmt.Sprintf("a request to %s %s/%s: RefNotPermitted, the answer is an error",
			o.Kind, o.Namespace, o.Name),
		Fix: fmt.Sprintf("move the %s to namespace %q, or add a ReferenceGrant there", o.Kind, ref.Namespace),
	}, true
}
