package packaging

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// missing reports components whose Namespace is not in the input, and those of which nothing is there.
func (j *judge) missing() verdict.Result {
	var result verdict.Result
	if !j.components.Planned || !j.anyPresent() {
		return result
	}
	for i := range j.components.Components {
		c := &j.components.Components[i]
		if j.namespaces[c.Namespace] != nil {
			continue
		}
		f := finding.Finding{
			Code: finding.NamespaceMissing, Severity: finding.Error,
			Object: finding.Object{APIVersion: "v1", Kind: "Namespace", Name: c.Namespace},
			Message: fmt.Sprintf("the Namespace %q of component %q must be in the input, and is not: its labels, "+
				"which make Pod Security hold, are not known", c.Namespace, c.Name),
			Fix: "restore the Namespace that Cloison generates, or write one with the labels that the Segregation " +
				"asks for",
		}
		if !j.isPresent(c) {
			f.Code, f.Severity, f.Undecided = finding.NothingToCheck, finding.Warning, true
			f.Message = fmt.Sprintf("nothing of component %q is in the input: there is no object in its namespace %q, "+
				"so nothing is known of it", c.Name, c.Namespace)
			f.Fix = "check its manifests together with the others"
		}
		result.Add(verdict.Candidate{Finding: f, Precedence: consequence, Unless: []verdict.Subject{presenceOf(c)}})
	}
	return result
}

// anyPresence is the question whether any component is in the input.
func anyPresence() verdict.Subject { return verdict.Subject{Question: "presence of any component"} }

// nothing reports that no component has any object.
func (j *judge) nothing() verdict.Result {
	var result verdict.Result
	if j.components.Planned && j.anyPresent() || !j.components.Planned && len(j.components.Components) > 0 {
		return result
	}
	f := finding.Finding{Code: finding.NothingToCheck, Severity: finding.Warning, Undecided: true}
	switch {
	case len(j.set.All) == 0 && j.components.Planned:
		f.Message = "the input has a Segregation and no object for a cluster, so there is nothing to hold against it"
		f.Fix = "check the Segregation together with the manifests that are applied"
	case len(j.set.All) == 0:
		f.Message, f.Fix = "the input has no object for a cluster, so nothing was checked",
			"check the manifests that are applied"
	case j.components.Planned:
		f.Message = fmt.Sprintf("no object stands in a namespace of a component (%s); what is there is in %s",
			phrase.Few(mostNames, names(j.components.Components)), phrase.Few(mostNames, j.otherNamespaces()))
		f.Fix = "give each object the namespace of its component"
	default:
		f.Message = "there is no workload, Secret, SecretStore or ExternalSecret in the input, " +
			"so there are no components to keep apart"
		f.Fix = "check the manifests of the components"
	}
	result.Add(verdict.Candidate{Finding: f, Precedence: consequence, Unless: []verdict.Subject{anyPresence()}})
	return result
}

func names(components []scope.Component) []string {
	found := make([]string, len(components))
	for i, component := range components {
		found[i] = component.Namespace
	}
	return found
}

// otherNamespaces are those of the objects of the input.
func (j *judge) otherNamespaces() []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(j.byNamespace)) {
		found = append(found, cmp.Or(name, "no namespace"))
	}
	if len(found) == 0 {
		return []string{"no namespace"}
	}
	return found
}

// outside reports namespaces that are no component and have objects, once each. Those of Kubernetes itself and those
// that a Segregation names are known to be outside, and so is what tells a tool what to deploy. Where all workloads are
// outside, the components are walls around nothing.
func (j *judge) outside() verdict.Result {
	var result verdict.Result
	if !j.components.Planned {
		return result
	}
	known, workloads := j.peers(), j.workloads()
	nothingInside := true
	for namespace := range workloads {
		nothingInside = nothingInside && j.components.Of(namespace) == nil
	}
	for namespace, all := range j.byNamespace {
		if namespace == "" || j.components.Of(namespace) != nil || known[namespace] ||
			strings.HasPrefix(namespace, "kube-") {
			continue
		}
		found := slices.DeleteFunc(slices.Clone(all), isDelivery)
		if len(found) == 0 {
			continue
		}
		candidate := about(found[0], finding.Finding{
			Code: finding.OutsideComponents, Severity: finding.Warning, Field: namespaceField,
			Message: fmt.Sprintf("namespace %q is no component of the Segregation, so no wall protects what stands "+
				"in it: %s",
				namespace, shortList(found)),
			Fix: "give each object the namespace of its component, or make the namespace a component",
		})
		if nothingInside && workloads[namespace] && !slices.ContainsFunc(all, isOfSegregation) {
			candidate.Severity = finding.Error
			candidate.Message += ", and no workload of the input stands in a component"
		}
		candidate.Precedence, candidate.Unless = consequence, contentsOf(namespace)
		result.Add(candidate)
	}
	return result
}

// isOfSegregation reports whether an object was generated: in a namespace outside, for another Segregation.
func isOfSegregation(o *objects.Object) bool { return wellknown.IsGenerated(o.Labels) }

// workloads are the namespaces that have any.
func (j *judge) workloads() map[string]bool {
	found := map[string]bool{}
	for _, w := range j.set.Workloads {
		found[w.Namespace] = true
	}
	return found
}

// isDelivery reports whether an object only tells a tool what to deploy where: it runs nothing and holds nothing
// itself.
func isDelivery(o *objects.Object) bool {
	group := o.GroupKind().Group
	return group == "argoproj.io" || strings.HasSuffix(group, ".toolkit.fluxcd.io")
}

// peers are the namespaces that the flows of the components name, and those that read the metrics of their runtimes.
func (j *judge) peers() map[string]bool {
	found := map[string]bool{}
	for _, c := range j.components.Components {
		found[c.Sync.MetricsFrom] = true
		for _, flow := range slices.Concat(c.Plan.Ingress, c.Plan.Egress) {
			if flow.Peer.Kind == plan.PeerNamespace {
				found[flow.Peer.Namespace] = true
			}
		}
	}
	return found
}

// withoutNamespace reports objects whose component is not known because they name no namespace. Where nothing names
// one, all of them are together.
func (j *judge) withoutNamespace() verdict.Result {
	var result verdict.Result
	found := j.byNamespace[""]
	named := slices.ContainsFunc(j.components.Components,
		func(c scope.Component) bool { return c.Namespace != "" && j.isPresent(&c) })
	if len(found) > 0 && named {
		result.Add(about(found[0], finding.Finding{
			Code: finding.OutsideComponents, Severity: finding.Warning, Undecided: true, Field: namespaceField,
			Message: "no namespace is named, so the one of whoever deploys is taken, and it is not known which " +
				"component this belongs to: " + shortList(found),
			Fix: "name the namespace of the component",
		}))
	}
	return result
}

// unnamed reports objects without a name.
func (j *judge) unnamed() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.All {
		if o.Name == "" && !isGenerated(o) {
			result.Add(about(o, finding.Finding{
				Code: finding.MalformedObject, Severity: finding.Error, Field: fieldpath.Of("metadata", "name"),
				Message: fmt.Sprintf("the %s must have a name, and has none", o.Kind), Fix: "name it",
			}))
		}
	}
	return result
}

// isGenerated reports whether the API server makes up the object's name.
func isGenerated(o *objects.Object) bool {
	var named struct {
		Metadata struct {
			GenerateName string `json:"generateName"`
		} `json:"metadata"`
	}
	err := o.DecodePart(&named)
	return err == nil && named.Metadata.GenerateName != ""
}

// mostNames bounds how many names a message lists.
const mostNames = 4

// shortList names objects.
func shortList(found []*objects.Object) string {
	all := make([]string, len(found))
	for i, o := range found {
		all[i] = o.Kind + " " + o.Name
	}
	return phrase.Few(mostNames, all)
}
