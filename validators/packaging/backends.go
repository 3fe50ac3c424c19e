package packaging

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// backends reports Ingresses that route to a Service which is not in their namespace but in another.
func (c *checker) backends() {
	services := c.services()
	for _, ingress := range c.set.Ingresses {
		reported := map[string]bool{}
		for _, b := range backendsOf(ingress.Value) {
			if reported[b.service] {
				continue
			}
			if f, foreign := services.judge(ingress.Object, b); foreign {
				reported[b.service] = true
				c.add(f)
			}
		}
	}
}

// backend is a Service that a route names, and the field that does.
type backend struct{ service, field string }

func backendsOf(ingress *netv1.Ingress) []backend {
	var found []backend
	add := func(b *netv1.IngressBackend, path string) {
		if b != nil && b.Service != nil {
			found = append(found, backend{b.Service.Name, path + ".service.name"})
		}
	}
	add(ingress.Spec.DefaultBackend, "spec.defaultBackend")
	for i := range ingress.Spec.Rules {
		http := ingress.Spec.Rules[i].HTTP
		if http == nil {
			continue
		}
		for j := range http.Paths {
			add(&http.Paths[j].Backend, objects.Index(objects.Index("spec.rules", i)+".http.paths", j)+".backend")
		}
	}
	return found
}

// services has, for each name of a Service, the namespaces that have one.
type services map[string]map[string]bool

func (c *checker) services() services {
	found := services{}
	for _, s := range c.set.Services {
		if found[s.Name] == nil {
			found[s.Name] = map[string]bool{}
		}
		found[s.Name][s.Namespace] = true
	}
	return found
}

// judge says whether the Service that a route names, without a namespace, is only in other namespaces than the route's.
func (s services) judge(route *objects.Object, b backend) (finding.Finding, bool) {
	f := finding.Finding{Code: finding.ForeignBackend, Severity: finding.Error, Field: b.field}
	if strings.ContainsAny(b.service, "./") {
		f.Message = fmt.Sprintf("the backend %q must be the name of a Service in namespace %q; a name cannot say another namespace, and the API server refuses it", b.service, route.Namespace)
		f.Fix = fmt.Sprintf("write the name alone, and move the %s to the namespace of the Service", route.Kind)
		return route.About(f), true
	}
	in := s[b.service]
	if len(in) == 0 || in[route.Namespace] || in[""] || route.Namespace == "" {
		return f, false // what names no namespace may be anywhere
	}
	where := slices.Sorted(maps.Keys(in))
	f.Message = fmt.Sprintf("namespace %q has no Service %q; there is one in %s, where no %s of another namespace reaches it", route.Namespace, b.service, shortList(where), route.Kind)
	f.Counterexample = fmt.Sprintf("a request to %s %s/%s: no backend, the answer is an error", route.Kind, route.Namespace, route.Name)
	f.Fix = fmt.Sprintf("move the %s to the namespace of the Service", route.Kind)
	return route.About(f), true
}
