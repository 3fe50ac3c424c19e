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
	add := func(b *netv1.IngressBackend, at fieldpath.Path, host string) {
		if b == nil || b.Service == nil {
			return
		}
		e := entryOf(ingress.Object, at.Child("service"), b.Service.Name)
		e.Port, e.Class, e.Hosts = intstr.FromInt32(b.Service.Port.Number), class, []string{host}
		if b.Service.Port.Name != "" {
			e.Port = intstr.FromString(b.Service.Port.Name)
		}
		all = append(all, e)
	}
	add(spec.DefaultBackend, at.Child("defaultBackend"), everyHost)
	for i := range spec.Rules {
		rule := &spec.Rules[i]
		if rule.HTTP == nil {
			continue
		}
		for k := range rule.HTTP.Paths {
			path := &rule.HTTP.Paths[k]
			field := at.Child("rules").Index(i).Child("http", "paths").Index(k)
			add(&path.Backend, field.Child("backend"), cmp.Or(rule.Host, everyHost)+ingressPath(path))
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

// simpleRoute is what the routes of Traefik and Contour have in common.
type simpleRoute struct {
	Spec struct {
		EntryPoints []string `json:"entryPoints"`
		VirtualHost struct {
			FQDN string `json:"fqdn"`
		} `json:"virtualhost"`
		Routes []struct {
			Match      string `json:"match"`
			Conditions []struct {
				Prefix string `json:"prefix"`
				Exact  string `json:"exact"`
			} `json:"conditions"`
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

// through are the entry points of Traefik; none are its default ones.
func (r *simpleRoute) through() []string {
	var names []string
	for _, name := range r.Spec.EntryPoints {
		names = append(names, "entry point "+name)
	}
	return names
}

// hosts are what a route, by its number, is for: the expression of Traefik, or the name of Contour with the path. A
// HTTPProxy without a name is for what another one includes it for.
func (r *simpleRoute) hosts(number int) []string {
	route := &r.Spec.Routes[number]
	if route.Match != "" {
		return []string{route.Match}
	}
	if r.Spec.VirtualHost.FQDN == "" {
		return nil
	}
	path := everyPath
	for _, condition := range route.Conditions {
		if condition.Exact != "" {
			path = pathText("Exact", condition.Exact)
		} else if condition.Prefix != "" {
			path = condition.Prefix
		}
	}
	return []string{r.Spec.VirtualHost.FQDN + path}
}

func simpleEntries(o *objects.Object, _ *services) []Entry {
	var r simpleRoute
	if err := o.DecodePart(&r); err != nil {
		return nil
	}
	var all []Entry
	add := func(services []simpleBackend, at fieldpath.Path, hosts []string) {
		for i, s := range services {
			if s.Kind != "" && s.Kind != "Service" {
				continue
			}
			e := entryOf(o, at.Child("services").Index(i), s.Name)
			e.Namespace, e.Port = cmp.Or(s.Namespace, o.Namespace), s.Port
			e.Through, e.Hosts = r.through(), hosts
			all = append(all, e)
		}
	}
	for i := range r.Spec.Routes {
		add(r.Spec.Routes[i].Services, fieldpath.Of("spec", "routes").Index(i), r.hosts(i))
	}
	add(r.Spec.TCPProxy.Services, fieldpath.Of("spec", "tcpproxy"), names(r.Spec.VirtualHost.FQDN))
	return all
}

// openShiftEntries are the backends of a Route of OpenShift.
func openShiftEntries(o *objects.Object, _ *services) []Entry {
	var r struct {
		Spec struct {
			Host string    `json:"host"`
			Path string    `json:"path"`
			To   reference `json:"to"`
		} `json:"spec"`
	}
	if err := o.DecodePart(&r); err != nil || r.Spec.To.Kind != "" && r.Spec.To.Kind != "Service" {
		return nil
	}
	e := entryOf(o, fieldpath.Of("spec", "to"), r.Spec.To.Name)
	if r.Spec.Host != "" { // otherwise the router makes a name
		e.Hosts = []string{r.Spec.Host + cmp.Or(r.Spec.Path, everyPath)}
	}
	return []Entry{e}
}
