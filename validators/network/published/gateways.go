package published

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// gatewayRoute is what a route of the Gateway API has on where requests come from and go.
type gatewayRoute struct {
	Spec struct {
		ParentRefs []reference `json:"parentRefs"`
		Hostnames  []string    `json:"hostnames"`
		Rules      []struct {
			Matches []struct {
				Path *routePath `json:"path"`
			} `json:"matches"`
			BackendRefs []reference `json:"backendRefs"`
		} `json:"rules"`
	} `json:"spec"`
}

type reference struct {
	Group       string `json:"group"`
	Kind        string `json:"kind"`
	Name        string `json:"name"`
	Namespace   string `json:"namespace"`
	SectionName string `json:"sectionName"`
	Port        int32  `json:"port"`
}

// gateway names a parent of a route in a namespace: Gateway infra/public, listener https.
func (r *reference) gateway(namespace string) string {
	text := cmp.Or(r.Kind, "Gateway") + " " + objects.Path(cmp.Or(r.Namespace, namespace), r.Name)
	if r.SectionName != "" {
		text += ", listener " + r.SectionName
	}
	return text
}

// hosts are the names for a rule, by its number. Only HTTPRoutes have paths; without any they are for every one.
func (r *gatewayRoute) hosts(kind string, rule int) []string {
	names := r.Spec.Hostnames
	if kind != "HTTPRoute" {
		return names
	}
	if len(names) == 0 {
		names = []string{everyHost}
	}
	paths := []string{}
	for _, match := range r.Spec.Rules[rule].Matches {
		paths = append(paths, match.Path.text())
	}
	if len(paths) == 0 {
		paths = append(paths, everyPath)
	}
	return withPaths(names, paths)
}

// gatewayEntries are the backends of a route. A route of which every parent is a Service is for connections between
// pods. The pods of a gateway may be in its namespace.
func gatewayEntries(o *objects.Object, _ *services) []Entry {
	var r gatewayRoute
	if err := o.DecodePart(&r); err != nil {
		return nil
	}
	var through []string
	fromOwn := false
	for _, parent := range r.Spec.ParentRefs {
		if parent.Kind == "Service" {
			continue
		}
		through = append(through, parent.gateway(o.Namespace))
		fromOwn = fromOwn || parent.Namespace == "" || parent.Namespace == o.Namespace
	}
	if len(through) == 0 {
		return nil
	}
	var all []Entry
	for i, rule := range r.Spec.Rules {
		for k, ref := range rule.BackendRefs {
			if ref.Group != "" || ref.Kind != "" && ref.Kind != "Service" {
				continue
			}
			e := entryOf(o, fieldpath.Of("spec", "rules").Index(i).Child("backendRefs").Index(k), ref.Name)
			e.Namespace, e.Port = cmp.Or(ref.Namespace, o.Namespace), intstr.FromInt32(ref.Port)
			e.FromOwn, e.Through, e.Hosts = fromOwn && e.Namespace == o.Namespace, through, r.hosts(o.Kind, i)
			all = append(all, e)
		}
	}
	return all
}

// istioRoute is what a VirtualService has on where requests come from and go.
type istioRoute struct {
	Spec struct {
		Hosts    []string      `json:"hosts"`
		Gateways []string      `json:"gateways"`
		HTTP     []istioRoutes `json:"http"`
		TLS      []istioRoutes `json:"tls"`
		TCP      []istioRoutes `json:"tcp"`
	} `json:"spec"`
}

type istioRoutes struct {
	Match []struct {
		URI struct {
			Prefix string `json:"prefix"`
			Exact  string `json:"exact"`
			Regex  string `json:"regex"`
		} `json:"uri"`
	} `json:"match"`
	Route []struct {
		Destination struct {
			Host string `json:"host"`
			Port struct {
				Number int32 `json:"number"`
			} `json:"port"`
		} `json:"destination"`
	} `json:"route"`
}

// paths of the requests that go to the routes; those of HTTP only are known.
func (r *istioRoutes) paths() []string {
	var paths []string
	for _, match := range r.Match {
		switch uri := match.URI; {
		case uri.Exact != "":
			paths = append(paths, pathText("Exact", uri.Exact))
		case uri.Regex != "":
			paths = append(paths, pathText("RegularExpression", uri.Regex))
		default:
			paths = append(paths, uri.Prefix)
		}
	}
	if len(paths) == 0 {
		paths = append(paths, "")
	}
	return paths
}

// through are the gateways of a VirtualService.
func (r *istioRoute) through(namespace string) []string {
	var through []string
	for _, gateway := range r.Spec.Gateways {
		if gateway == "mesh" {
			continue
		}
		if !strings.Contains(gateway, "/") {
			gateway = objects.Path(namespace, gateway)
		}
		through = append(through, "Gateway "+gateway)
	}
	return through
}

// istioEntries are the destinations of a VirtualService for a gateway. One for the mesh alone is for connections
// between pods.
func istioEntries(o *objects.Object, _ *services) []Entry {
	var r istioRoute
	if err := o.DecodePart(&r); err != nil {
		return nil
	}
	through := r.through(o.Namespace)
	if len(through) == 0 {
		return nil
	}
	var all []Entry
	for _, list := range []struct {
		name  string
		items []istioRoutes
	}{{"http", r.Spec.HTTP}, {"tls", r.Spec.TLS}, {"tcp", r.Spec.TCP}} {
		for i := range list.items {
			for k, route := range list.items[i].Route {
				at := fieldpath.Of("spec", list.name).Index(i).Child("route").Index(k).Child("destination")
				name, rest, _ := strings.Cut(route.Destination.Host, ".")
				namespace, rest, _ := strings.Cut(rest, ".")
				if rest != "" && !strings.HasPrefix(rest, "svc") {
					continue // a name outside of the cluster
				}
				e := entryOf(o, at, name)
				e.Namespace = cmp.Or(namespace, o.Namespace)
				e.Port, e.FromOwn = intstr.FromInt32(route.Destination.Port.Number), true
				e.Through, e.Hosts = through, withPaths(r.Spec.Hosts, list.items[i].paths())
				all = append(all, e)
			}
		}
	}
	return all
}
