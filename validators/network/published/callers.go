package published

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// httpsPort is that of a webhook or extension that names none.
const httpsPort = 443

// called is a Service that the API server calls.
type called struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Port      int32  `json:"port"`
}

func (c *called) entry(o *objects.Object, at fieldpath.Path) []Entry {
	if c == nil || c.Name == "" {
		return nil
	}
	return []Entry{{
		Object: o, Field: at, Caller: APIServer, Namespace: c.Namespace, Service: c.Name,
		Port: intstr.FromInt32(cmp.Or(c.Port, httpsPort)),
	}}
}

// client is how the API server reaches a webhook.
type client struct {
	Service *called `json:"service"`
}

// webhookEntries are those of admission webhooks.
func webhookEntries(o *objects.Object, _ *services) []Entry {
	var configuration struct {
		Webhooks []struct {
			ClientConfig client `json:"clientConfig"`
		} `json:"webhooks"`
	}
	if err := o.DecodePart(&configuration); err != nil {
		return nil
	}
	var all []Entry
	for i, webhook := range configuration.Webhooks {
		at := fieldpath.Of("webhooks").Index(i).Child("clientConfig", "service")
		all = append(all, webhook.ClientConfig.Service.entry(o, at)...)
	}
	return all
}

// extensionEntries are the conversion webhook of a CustomResourceDefinition and the Service of an APIService.
func extensionEntries(o *objects.Object, _ *services) []Entry {
	var extension struct {
		Spec struct {
			Service    *called `json:"service"`
			Conversion struct {
				Webhook struct {
					ClientConfig client `json:"clientConfig"`
				} `json:"webhook"`
			} `json:"conversion"`
		} `json:"spec"`
	}
	if err := o.DecodePart(&extension); err != nil {
		return nil
	}
	spec := &extension.Spec
	return append(
		spec.Service.entry(o, fieldpath.Of("spec", "service")),
		spec.Conversion.Webhook.ClientConfig.Service.entry(o,
			fieldpath.Of("spec", "conversion", "webhook", "clientConfig", "service"))...,
	)
}

// monitor is what the monitors of Prometheus and the scrapes of VictoriaMetrics have on what is scraped.
type monitor struct {
	Spec struct {
		Selector          *metav1.LabelSelector `json:"selector"`
		NamespaceSelector struct {
			Any        bool     `json:"any"`
			MatchNames []string `json:"matchNames"`
		} `json:"namespaceSelector"`
		Endpoints           []endpoint `json:"endpoints"`
		PodMetricsEndpoints []endpoint `json:"podMetricsEndpoints"`
	} `json:"spec"`
}

type endpoint struct {
	Port       string              `json:"port"`
	PortNumber int32               `json:"portNumber"`
	TargetPort *intstr.IntOrString `json:"targetPort"`
}

// target is the port of the pods; zero where the endpoint says that of the Service.
func (e *endpoint) target() intstr.IntOrString {
	switch {
	case e.TargetPort != nil:
		return *e.TargetPort
	case e.PortNumber != 0:
		return intstr.FromInt32(e.PortNumber)
	}
	return intstr.IntOrString{}
}

// services are those of the namespaces that the monitor is for.
func (m *monitor) services(own string, in *services) []objects.Typed[corev1.Service] {
	from := &m.Spec.NamespaceSelector
	switch {
	case from.Any:
		return in.all
	case len(from.MatchNames) == 0:
		return in.in(own)
	}
	var all []objects.Typed[corev1.Service]
	for _, namespace := range from.MatchNames {
		all = append(all, in.in(namespace)...)
	}
	return all
}

func monitorEntries(o *objects.Object, in *services) []Entry {
	var m monitor
	if err := o.DecodePart(&m); err != nil || m.Spec.Selector == nil {
		return nil
	}
	if o.Kind == "PodMonitor" || o.Kind == "VMPodScrape" {
		return m.podEntries(o)
	}
	selector, err := metav1.LabelSelectorAsSelector(m.Spec.Selector)
	if err != nil {
		return nil
	}
	var all []Entry
	for _, s := range m.services(o.Namespace, in) {
		if !selector.Matches(labels.Set(s.Labels)) {
			continue
		}
		for i := range m.Spec.Endpoints {
			e := &m.Spec.Endpoints[i]
			all = append(all, Entry{
				Object: o, Field: fieldpath.Of("spec", "endpoints").Index(i), Caller: Monitoring,
				Namespace: s.Namespace, Service: s.Name, Port: intstr.FromString(e.Port), Target: e.target(),
			})
		}
	}
	return all
}

// podEntries are those of a monitor of pods. With any namespace it is that of the monitor: where its pods are is not
// searched.
func (m *monitor) podEntries(o *objects.Object) []Entry {
	namespaces := m.Spec.NamespaceSelector.MatchNames
	if len(namespaces) == 0 {
		namespaces = []string{o.Namespace}
	}
	var all []Entry
	for _, namespace := range namespaces {
		for i := range m.Spec.PodMetricsEndpoints {
			e := &m.Spec.PodMetricsEndpoints[i]
			target := e.target()
			if target == (intstr.IntOrString{}) && e.Port != "" {
				target = intstr.FromString(e.Port)
			}
			all = append(all, Entry{
				Object: o, Field: fieldpath.Of("spec", "podMetricsEndpoints").Index(i), Caller: Monitoring,
				Namespace: namespace, Pods: m.Spec.Selector, Target: target,
			})
		}
	}
	return all
}
