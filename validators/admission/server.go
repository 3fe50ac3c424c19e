package admission

import (
	"fmt"
	"net/url"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// serviceReference names a Service.
type serviceReference struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// clientConfig says where the API server sends its requests: to a Service or to an address.
type clientConfig struct {
	Service *serviceReference `json:"service"`
	URL     string            `json:"url"`
}

// server answers the API server's requests.
type server struct {
	// text names it in messages. Example: Service "ui" of component "front" (namespace "shop-front").
	text string
	// component is the one whose pods answer; nil where they are none's.
	component *scope.Component
	// trusted is why the namespace of the Service is trusted; empty where it is not.
	trusted string
}

// serverOf is who answers requests that are sent so; found is false where nobody is named.
func (j *judge) serverOf(config clientConfig) (s server, found bool) {
	reference := config.Service
	if reference == nil {
		reference = inCluster(config.URL)
	}
	if reference == nil {
		return server{text: fmt.Sprintf("the address %q", hostOf(config.URL))}, config.URL != ""
	}
	s = server{component: j.scope.Of(reference.Namespace)}
	s.text = fmt.Sprintf("Service %q of %s", reference.Name, objects.NamespaceText(reference.Namespace))
	if declared := s.component != nil && s.component.Plan != nil; !declared {
		s.trusted = j.cluster.Trusts(reference.Namespace)
	}
	if s.component != nil {
		s.text = fmt.Sprintf("Service %q of %s", reference.Name, describe(s.component))
	}
	return s, true
}

// inCluster is the Service that an address of the cluster's DNS names; nil where it is another address.
func inCluster(address string) *serviceReference {
	host := strings.ToLower(hostOf(address))
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	const least = 3 // name, namespace, svc
	if len(parts) < least || parts[2] != "svc" {
		return nil
	}
	return &serviceReference{Namespace: parts[1], Name: parts[0]}
}

// hostOf is the host of an address, which may hold a password elsewhere.
func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.Hostname()
}

// judged is a finding about an object with what follows from who the server is: a component breaks the promise, an
// operator is assumed to keep it, and of others it is not known. what is done begins with a verb: "is sent every Secret
// that is written in ...".
func (s server) judged(what string) finding.Finding {
	switch {
	case s.trusted != "":
		return finding.Finding{
			Code: finding.ExtendsServer, Severity: finding.Info,
			Message: fmt.Sprintf("assumed: %s, which %s, is trusted: %s", s.text, what, s.trusted),
		}
	case s.component != nil:
		return finding.Finding{
			Code: finding.ChangesWalls, Severity: finding.Error, Message: s.text + " " + what,
		}
	}
	return undecided(fmt.Sprintf("%s %s, and whose it is is not known", s.text, what))
}

// lead is that whoever is in the component of the server has what it is sent.
func (s server) lead(sent []finding.End) *finding.Lead {
	if s.component == nil || s.trusted != "" {
		return nil
	}
	return finding.NewLead(finding.OfComponent.In(s.component.Namespace), sent)
}

// undecided is the finding about what the input does not tell.
func undecided(message string) finding.Finding {
	return finding.Finding{
		Code: finding.ExtendsServer, Severity: finding.Warning, Undecided: true, Message: "not decided: " + message,
	}
}
