package pods

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/pods/sandbox"
)

const (
	takesOver = ": whoever is in the container reads every Secret of the pods on its node"
	isUnknown = ", which is not known to be harmless: whoever writes there may take over the node"
)

// escapes reports pods that can take over the node they run on, with every Secret that is mounted there, and pods that
// come near it. Pods on the host's network are findings of family N.
func (j *judge) escapes(c *component, result *verdict.Result) {
	enforced := c.enforced().Level
	refused := sandbox.Restricts(enforced)
	for _, w := range c.workloads {
		result.Decide(verdict.Subject{Object: w.Object, Question: "node"})
		for _, escape := range sandbox.Escapes(&w.Pod.Spec) {
			f := becomesNode(escape.What, escape.Danger)
			f.Field, f.Fix = w.FieldPath(escape.Field), "remove the setting"
			if f.Severity == finding.Error {
				f.Lead = ontoNode(w)
			}
			if refused {
				f.Lead = nil
				f.Severity = finding.Error
				f.Message += fmt.Sprintf("; the namespace enforces %q, so that the API server refuses the pods",
					enforced)
			}
			result.Add(about(w.Object, f))
		}
	}
}

// ontoNode is that whoever is in the pods of a workload has their node.
func ontoNode(w *objects.Workload) *finding.Lead {
	return finding.NewLead(podsOf(w), finding.OfNode.In(""))
}

// podsOf are the pods of a workload as the beginning of a way.
func podsOf(w *objects.Workload) []finding.End {
	return finding.OfWorkload.Named(w.PodNamespace(), w.Kind+"/"+w.Name)
}

// becomesNode is the finding about a pod with a danger to its node. what describes it: "the pod mounts "/etc" of its
// node".
func becomesNode(what string, danger sandbox.Danger) finding.Finding {
	f := finding.Finding{Code: finding.BecomesNode, Severity: finding.Error, Message: what}
	switch danger {
	case sandbox.TakesOver:
		f.Message += takesOver
	case sandbox.Unknown:
		f.Message += isUnknown
	case sandbox.Harmless:
		f.Severity = finding.Warning
	}
	return f
}

// outside reports pods of namespaces that are no component's and can take over their nodes: whoever is in them reads
// the Secrets of components, so that they are trusted.
func (j *judge) outside() verdict.Result {
	var result verdict.Result
	for _, w := range j.set.Workloads {
		if j.scope.Of(w.PodNamespace()) != nil {
			continue
		}
		for _, escape := range sandbox.Escapes(&w.Pod.Spec) {
			if escape.Danger != sandbox.TakesOver {
				continue
			}
			result.Add(about(w.Object, finding.Finding{
				Code: finding.NodeTrusted, Severity: finding.Info, Field: w.FieldPath(escape.Field), Lead: ontoNode(w),
				Message: fmt.Sprintf("assumed: the pods are trusted, because the namespace is no component's: %s, so that "+
					"whoever is in it reads every Secret of the pods on its node", escape.What),
			}))
			break
		}
	}
	return result
}
