package network

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/network/model"
)

// checkValidity reports for what the API server refuses policies.
func checkValidity(f *facts) (r verdict.Result) {
	for _, p := range f.Policies {
		r.Decide(ofPolicy(p, fieldpath.Path{}))
		for _, v := range p.Violations {
			r.Add(verdict.Candidate{Finding: p.About(finding.Finding{
				Code: finding.InvalidPolicy, Severity: finding.Error, Field: v.Field,
				Message: "the API server refuses the policy: " + v.Message, Fix: "correct the field",
			})})
		}
	}
	return r
}

// checkPlugins reports the policies of network plugins, which are not evaluated, where they may concern a component.
func checkPlugins(f *facts) (r verdict.Result) {
	for _, o := range f.Objects.All {
		if !slices.Contains(model.PluginKinds(o.GroupKind().Group), o.Kind) || !f.concernsComponents(o) {
			continue
		}
		field, isOpen := f.Unread(o)
		if !isOpen {
			continue
		}
		r.Add(verdict.Candidate{Finding: o.About(finding.Finding{
			Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true, Field: field,
			Message: fmt.Sprintf("%s is a policy or network of a network plugin and was not evaluated: "+
				"it may open or close connections that the other findings take for closed or open", o.Kind),
			Fix: "express it as a NetworkPolicy, or accept it with a reason",
		})})
	}
	return r
}

func (f *facts) concernsComponents(o *objects.Object) bool {
	return !f.Planned || o.Namespace == "" || f.Namespace(o.Namespace).Component != nil
}

// checkHostNetwork reports pods on the network of their node, those inside of custom objects too.
func checkHostNetwork(f *facts) (r verdict.Result) {
	for _, w := range slices.Concat(f.Objects.Workloads, f.Objects.CustomWorkloads) {
		if f.Namespace(w.PodNamespace()).Component == nil {
			continue
		}
		field := w.SpecPath().Child("hostNetwork")
		r.Decide(verdict.Subject{Object: w.Object, Field: field})
		if !w.Pod.Spec.HostNetwork {
			continue
		}
		found := finding.Finding{
			Code: finding.HostNetwork, Severity: finding.Warning, Field: field,
			Message: "the pod is on the network of its node, where no NetworkPolicy holds it",
			Counterexample: fmt.Sprintf("pod of %s → every pod of its node and every address, "+
				"the metadata service among them", w),
			Fix: "remove hostNetwork",
		}
		if f.Planned {
			found.Severity = finding.Error
		}
		r.Add(verdict.Candidate{Finding: w.About(found)})
	}
	return r
}
