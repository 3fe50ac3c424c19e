package packaging

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/verdict"
)

// ingresses reports Ingresses that route to a Service which is not in their namespace but in another, each Service
// once.
func (j *judge) ingresses() verdict.Result {
	var result verdict.Result
	for _, ingress := range j.set.Ingresses {
		result.Decide(verdict.Subject{Object: ingress.Object, Question: "backends"})
		seen := map[string]bool{}
		for _, b := range backendsOf(ingress.Value) {
			if seen[b.service] {
				continue
			}
			seen[b.service] = true
			if f, foreign := j.judgeBackend(ingress.Object, b); foreign {
				result.Add(about(ingress.Object, f))
			}
		}
	}
	return result
}

// backend is a Service that a route names, and the field that does.
type backend struct {
	service string
	field   fieldpath.Path
}

func backendsOf(ingress *netv1.Ingress) []backend {
	var found []backend
	add := func(b *netv1.IngressBackend, at fieldpath.Path) {
		if b != nil && b.Service != nil {
			found = append(found, backend{b.Service.Name, at.Child("service", "name")})
		}
	}
	spec := fieldpath.Of("spec")
	add(ingress.Spec.DefaultBackend, spec.Child("defaultBackend"))
	for i := range ingress.Spec.Rules {
		http := ingress.Spec.Rules[i].HTTP
		if http == nil {
			continue
		}
		for j := range http.Paths {
			add(&http.Paths[j].Backend, spec.Child("rules").Index(i).Child("http", "paths").Index(j).Child("backend"))
		}
	}
	return found
}

// services has, for each name of a Service, the namespaces that have one.
type services map[string]map[string]bool

func newServices(set *objects.Set) services {
	found := services{}
	for _, s := range set.Services {
		if found[s.Name] == nil {
			found[s.Name] = map[string]bool{}
		}
		found[s.Name][s.Namespace] = true
	}
	return found
}

// judgeBackend is the finding about a Service that a route names, without a namespace, and that is only in others than
// the route's. Another folder or a chart may have one there.
func (j *judge) judgeBackend(route *objects.Object, b backend) (f finding.Finding, foreign bool) {
	f = finding.Finding{Code: finding.ForeignBackend, Severity: finding.Error, Field: b.field}
	if strings.ContainsAny(b.service, "./") {
		f.Message = fmt.Sprintf("the backend %q must be the name of a Service in namespace %q; "+
			"a name cannot say another namespace, and the API server refuses it", b.service, route.Namespace)
		f.Fix = fmt.Sprintf("write the name alone, and move the %s to the namespace of the Service", route.Kind)
		return f, true
	}
	in := j.services[b.service]
	if len(in) == 0 || in[route.Namespace] || in[""] || route.Namespace == "" {
		return f, false // what names no namespace may be anywhere
	}
	f.Severity = j.severity(route.Namespace)
	where := phrase.Few(mostNames, slices.Sorted(maps.Keys(in)))
	f.Message = fmt.Sprintf("namespace %q has no Service %q; there is one in %s, where no %s of another namespace "+
		"reaches it",
		route.Namespace, b.service, where, route.Kind)
	f.Counterexample = fmt.Sprintf("a request to %s %s/%s: no backend, the answer is an error",
		route.Kind, route.Namespace, route.Name)
	f.Fix = fmt.Sprintf("move the %s to the namespace of the Service", route.Kind)
	return f, true
}
