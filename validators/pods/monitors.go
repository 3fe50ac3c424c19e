package pods

import (
	"fmt"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

// monitor is what a ServiceMonitor, a PodMonitor or their kin of VictoriaMetrics has Prometheus send to pods.
type monitor struct {
	Spec struct {
		NamespaceSelector struct {
			Any        bool     `json:"any"`
			MatchNames []string `json:"matchNames"`
		} `json:"namespaceSelector"`
		Endpoints           []endpoint `json:"endpoints"`
		PodMetricsEndpoints []endpoint `json:"podMetricsEndpoints"`
	} `json:"spec"`
}

// endpoint is one place that is read; BearerTokenFile is a file of Prometheus whose content is sent there.
type endpoint struct {
	BearerTokenFile string `json:"bearerTokenFile"`
}

// monitors reports monitors of declared components that have Prometheus send a file of its own, such as its token, to
// the pods of a component. Without a Segregation it is not known which namespaces are those of applications; operators
// commonly ask for a token.
//
// Facts: docs/facts.md, "Tokens that monitors send".
func (j *judge) monitors() verdict.Result {
	var result verdict.Result
	for i := range j.set.Custom {
		o := &j.set.Custom[i]
		own := j.scope.Of(o.Namespace)
		if own == nil || own.Plan == nil || !isMonitor(o) {
			continue
		}
		if _, known := j.cluster.Kinds.Harmless(o.GroupKind().Group, o.Kind); known {
			continue
		}
		var read monitor
		if err := o.DecodePart(&read); err != nil {
			continue // which is another finding
		}
		if target := j.target(&read, own); target != nil {
			for _, f := range read.sent(target) {
				result.Add(about(o.Object, f))
			}
		}
	}
	return result
}

func isMonitor(o *objects.Custom) bool {
	switch o.GroupKind().Group {
	case "monitoring.coreos.com":
		return o.Kind == "ServiceMonitor" || o.Kind == "PodMonitor"
	case "operator.victoriametrics.com":
		return o.Kind == "VMServiceScrape" || o.Kind == "VMPodScrape"
	}
	return false
}

// target is the first component whose pods are read; nil where those of no component are.
func (j *judge) target(m *monitor, own *scope.Component) *scope.Component {
	names := m.Spec.NamespaceSelector.MatchNames
	if m.Spec.NamespaceSelector.Any || len(names) == 0 {
		return own
	}
	for _, name := range names {
		if c := j.scope.Of(name); c != nil {
			return c
		}
	}
	return nil
}

// sent has a finding for each endpoint that gets a file.
func (m *monitor) sent(target *scope.Component) []finding.Finding {
	var found []finding.Finding
	add := func(list string, endpoints []endpoint) {
		for i, e := range endpoints {
			if e.BearerTokenFile == "" {
				continue
			}
			found = append(found, finding.Finding{
				Code: finding.SecretMentioned, Severity: finding.Warning, Undecided: true,
				Field: fieldpath.Of("spec", list).Index(i).Child("bearerTokenFile"),
				Message: fmt.Sprintf("not decided: Prometheus sends the pods of component %s its own file %q, and what the "+
					"token in it may read is not known", target.Name, e.BearerTokenFile),
				Fix: "remove it, or give the endpoint a token of the component with authorization.credentials",
			})
		}
	}
	add("endpoints", m.Spec.Endpoints)
	add("podMetricsEndpoints", m.Spec.PodMetricsEndpoints)
	return found
}
