package access

import (
	"cmp"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
)

// fewNames is how many names a text has.
const fewNames = 4

// Way is how callers come: LoadBalancer for 10.0.0.0/8, class nginx, Gateway infra/public, monitoring.
func (p *Publication) Way() string {
	text := cmp.Or(phrase.Few(fewNames, p.Through), string(p.Caller))
	if len(p.Sources) > 0 {
		text += " for " + phrase.Few(fewNames, p.Sources)
	}
	return text
}

// Pod names what is published: the workloads or, where those are not known, the Service or the labels of the pods.
func (p *Publication) Pod() string {
	switch {
	case len(p.Workloads) > 0:
		names := make([]string, len(p.Workloads))
		for i, w := range p.Workloads {
			names[i] = w.Kind + " " + w.Name
		}
		return phrase.Few(fewNames, names)
	case p.Service != "":
		return "Service " + p.Service
	}
	return "pods with " + p.Pods
}

// Publisher names the object that publishes, with its namespace where that is another one.
func (p *Publication) Publisher() string {
	if p.By.Namespace == p.Namespace {
		return p.By.Kind + " " + p.By.Name
	}
	return p.By.Kind + " " + objects.Path(p.By.Namespace, p.By.Name)
}

// PortTexts are the ports with those of the pods, where they are others: 443 → 8080.
func (p *Publication) PortTexts() []string {
	texts := make([]string, len(p.Ports))
	for i, port := range p.Ports {
		texts[i] = port.String()
	}
	return texts
}

// String is the port with those of the pods, where they are others: 443 → 8080.
func (p PublishedPort) String() string {
	targets := strings.Join(p.Targets, ", ")
	switch {
	case p.Port == "" && targets == "":
		return "every port"
	case targets == "" || targets == p.Port:
		return p.Port
	case p.Port == "":
		return targets
	}
	return p.Port + " → " + targets
}
