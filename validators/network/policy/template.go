package policy

import (
	"slices"
	"strings"
)

// Maker is a workload, as far as it decides what controllers write into the labels of its pods.
type Maker struct{ Kind, Name string }

// Template is what pods are made from: labels, and the workloads that have them. Without any the labels of controllers
// are not known.
type Template struct {
	Labels map[string]string
	Makers []Maker
}

// Matches reports whether pods made from the template may fulfil every requirement of a selector. Labels of the
// template count as written; those that controllers add ([IsControllerLabel]) as far as they are known.
func (t *Template) Matches(s Selector) bool {
	if slices.ContainsFunc(s, func(r Requirement) bool { return !t.isLeft(r) && !r.Holds(t.Labels) }) {
		return false
	}
	return len(t.Makers) == 0 || slices.ContainsFunc(t.Makers, func(m Maker) bool {
		return !slices.ContainsFunc(s, func(r Requirement) bool { return t.isLeft(r) && !m.mayHold(r) })
	})
}

// isLeft reports whether a requirement is left to controllers: it is on a label that they add.
func (t *Template) isLeft(r Requirement) bool {
	_, found := t.Labels[r.Key]
	return !found && IsControllerLabel(r.Key)
}

// MayHave reports whether the pods of the template may have a label that a controller adds.
func (t *Template) MayHave(key string) bool {
	if len(t.Makers) == 0 {
		return true
	}
	return slices.ContainsFunc(t.Makers, func(m Maker) bool { return m.label(key) != nil })
}

// mayHold reports whether a requirement on a label that controllers add may hold for a pod of the workload.
func (m Maker) mayHold(r Requirement) bool {
	isValue := m.label(r.Key)
	switch r.Op {
	case In:
		return isValue != nil && slices.ContainsFunc(r.Values, isValue)
	case Exists:
		return isValue != nil
	}
	return true // what it is not is not known
}

// label reports whether a value of a label that controllers add can be that of a pod of the workload; nil where it has
// no such label. Of kinds that are not of Kubernetes nothing is known.
//
// Facts: docs/facts.md, "Labels of controllers".
func (m Maker) label(key string) func(string) bool {
	anything := func(string) bool { return true }
	if !m.isKnown() || strings.HasPrefix(key, "topology.kubernetes.io/") || strings.Contains(key, "istio.io/") {
		return anything
	}
	switch kind := m.Kind; {
	case kind == "Deployment" && key == "pod-template-hash",
		kind == "DaemonSet" && (key == "controller-revision-hash" || key == "pod-template-generation"),
		kind == "StatefulSet" && key == "controller-revision-hash",
		m.isJob() && (key == "controller-uid" || key == "batch.kubernetes.io/controller-uid"):
		return anything
	case m.isJob() && (key == "job-name" || key == "batch.kubernetes.io/job-name"):
		return m.isNameOfJob
	case kind == "StatefulSet" && key == "statefulset.kubernetes.io/pod-name":
		return m.isNumbered
	case kind == "StatefulSet" && key == "apps.kubernetes.io/pod-index",
		m.isJob() && key == "batch.kubernetes.io/job-completion-index":
		return isNumber
	}
	return nil
}

func (m Maker) isKnown() bool {
	switch m.Kind {
	case "Pod", "Deployment", "ReplicaSet", "ReplicationController", "DaemonSet", "StatefulSet":
		return true
	}
	return m.isJob()
}

func (m Maker) isJob() bool { return m.Kind == "Job" || m.Kind == "CronJob" }

// isNameOfJob reports whether a name is that of a Job of the workload. One without a name has a generated one.
func (m Maker) isNameOfJob(name string) bool {
	return m.Name == "" || m.Kind == "Job" && name == m.Name || m.Kind == "CronJob" && m.isNumbered(name)
}

// isNumbered reports whether a name is that of the workload with a number.
func (m Maker) isNumbered(name string) bool {
	number, found := strings.CutPrefix(name, m.Name+"-")
	return found && isNumber(number)
}

func isNumber(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}
