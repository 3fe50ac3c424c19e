package published

import (
	"cmp"
	"strings"

	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// ingressEntries are the backends of an Ingress.
func ingressEntries(ingress objects.Typed[netv1.Ingress]) []Entry {
	spec, at := &ingress.Value.Spec, fieldpath.Of("spec")
	var all []Entry
	class := ingress.Annotations["kubernetes.io/ingress.class"]
	if spec.IngressClassName != nil {
		class = *spec.IngressClassName
	}
	add := func(b *netv1.IngressBackend, at fieldpath.Path) {
		if b == nil || b.Service == nil {
			return
		}
		e := entryOf(ingress.Object, at.Child("service"), b.Service.Name)
		e.Port, e.Class = intstr.FromInt32(b.Service.Port.Number), class
		if b.Service.Port.Name != "" {
			e.Port = intstr.FromString(b.Service.Port.Name)
		}
		all = append(all, e)
	}
	add(spec.DefaultBackend, at.Child("defaultBackend"))
	for i := range spec.Rules {
		if spec.Rules[i].HTTP == nil {
			continue
		}
		for k := range spec.Rules[i].HTTP.Paths {
			path := at.Child("rules").Index(i).Child("http", "paths").Index(k)
			add(&spec.Rules[i].HTTP.Paths[k].Backend, path.Child("backend"))
		}
	}
	return all
}

// entryOf is a Service of the object's own namespace, to which an ingress controller connects.
func entryOf(o *objects.Object, at fieldpath.Path, service string) Entry {
	return Entry{Object: o, Field: at, Caller: Controller, Namespace: o.Namespace, Service: service}
}

// reader knows the kinds that publish something, beside Ingresses and Services; nil for any other. Facts:
// docs/facts.md, "Kinds that publish Services".
func reader(kind schema.GroupKind) func(*objects.Object, *services) []Entry {
	switch kind.Group {
	case "gateway.networking.k8s.io":
		if strings.HasSuffix(kind.Kind, "Route") {
			return gatewayEntries
		}
	case "traefik.io", "traefik.containo.us":
		if strings.HasPrefix(kind.Kind, "IngressRoute") {
			return simpleEntries
		}
	case "projectcontour.io":
		if kind.Kind == "HTTPProxy" {
			return simpleEntries
		}
	case "route.openshift.io":
		if kind.Kind == "Route" {
			return openShiftEntries
		}
	case "networking.istio.io":
		if kind.Kind == "VirtualService" {
			return istioEntries
		}
	case "admissionregistration.k8s.io":
		return webhookEntries
	case "apiextensions.k8s.io", "apiregistration.k8s.io":
		return extensionEntries
	case "monitoring.coreos.com", "operator.victoriametrics.com":
		switch kind.Kind {
		case "ServiceMonitor", "VMServiceScrape", "PodMonitor", "VMPodScrape":
			return monitorEntries
		}
	}
	return nil
}

// gatewayRoute is what a route of the Gateway API has on where requests come from and go.
type gatewayRoute struct {
	Spec struct {
		ParentRefs []reference `json:"parentRefs"`
		Rules      []struct {
			BackendRefs []reference `json:"backendRefs"`
		} `json:"rules"`
	} `json:"spec"`
}

type reference struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Port      int32  `json:"port"`
}

// gatewayEntries are the backends of a route. A route of which every parent is a Service is for connections between pods.
// The pods of a gateway may be in its namespace.
func gatewayEntries(o *objects.Object, _ *services) []Entry {
	var r gatewayRoute
	if err := o.DecodePart(&r); err != nil {
		return nil
	}
	isPublished, fromOwn := false, false
	for _, parent := range r.Spec.ParentRefs {
		if parent.Kind == "Service" {
			continue
		}
		isPublished = true
		fromOwn = fromOwn || parent.Namespace == "" || parent.Namespace == o.Namespace
	}
	if !isPublished {
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
			e.FromOwn = fromOwn && e.Namespace == o.Namespace
			all = append(all, e)
		}
	}
	return all
}

// simpleRoute is what the routes of Traefik and Contour have in common.
type simpleRoute struct {
	Spec struct {
		Routes []struct {
			Services []simpleBackend `json:"services"`
		} `json:"routes"`
		TCPProxy struct {
			Services []simpleBackend `json:"services"`
		} `json:"tcpproxy"`
	} `json:"spec"`
}

type simpleBackend struct {
	Kind      string             `json:"kind"`
	Name      string             `json:"name"`
	Namespace string             `json:"namespace"`
	Port      intstr.IntOrString `json:"port"`
}

func simpleEntries(o *objects.Object, _ *services) []Entry {
	var r simpleRoute
	if err := o.DecodePart(&r); err != nil {
		return nil
	}
	var all []Entry
	add := func(services []simpleBackend, at fieldpath.Path) {
		for i, s := range services {
			if s.Kind != "" && s.Kind != "Service" {
				continue
			}
			e := entryOf(o, at.Child("services").Index(i), s.Name)
			e.Namespace, e.Port = cmp.Or(s.Namespace, o.Namespace), s.Port
			all = append(all, e)
		}
	}
	for i := range r.Spec.Routes {
		add(r.Spec.Routes[i].Services, fieldpath.Of("spec", "routes").Index(i))
	}
	add(r.Spec.TCPProxy.Services, fieldpath.Of("spec", "tcpproxy"))
	return all
}

// openShiftEntries are the backends of a Route of OpenShift.
func openShiftEntries(o *objects.Object, _ *services) []Entry {
	var r struct {
		Spec struct {
			To reference `json:"to"`
		} `json:"spec"`
	}
	if err := o.DecodePart(&r); err != nil || r.Spec.To.Kind != "" && r.Spec.To.Kind != "Service" {
		return nil
	}
	return []Entry{entryOf(o, fieldpath.Of("spec", "to"), r.Spec.To.Name)}
}

// istioRoute is what a VirtualService has on where requests come from and go.
type istioRoute struct {
	Spec struct {
		Gateways []string      `json:"gateways"`
		HTTP     []istioRoutes `json:"http"`
		TLS      []istioRoutes `json:"tls"`
		TCP      []istioRoutes `json:"tcp"`
	} `json:"spec"`
}

type istioRoutes struct {
	Route []struct {
		Destination struct {
			Host string `json:"host"`
			Port struct {
				Number int32 `json:"number"`
			} `json:"port"`
		} `json:"destination"`
	} `json:"route"`
}

// istioEntries are the destinations of a VirtualService for a gateway. One for the mesh alone is for connections between
// pods.
func istioEntries(o *objects.Object, _ *services) []Entry {
	var r istioRoute
	if err := o.DecodePart(&r); err != nil {
		return nil
	}
	isPublished := false
	for _, gateway := range r.Spec.Gateways {
		isPublished = isPublished || gateway != "mesh"
	}
	if !isPublished {
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
				all = append(all, e)
			}
		}
	}
	return all
}
