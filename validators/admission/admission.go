// Package admission judges what extends the API server: whoever is sent the objects of components as they are written
// or read, changes them, or serves kinds in the API server's place. Its findings are of family R.
package admission

import (
	"fmt"

	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// Check returns what is wrong, in any order. in knows the namespaces that are trusted.
func Check(set *objects.Set, components *scope.Scope, in cluster.Cluster) verdict.Verdict {
	return verdict.Judge(newJudge(set, components, in), checks())
}

// checks do not depend on each other.
func checks() []func(*judge) verdict.Result {
	return []func(*judge) verdict.Result{
		(*judge).webhooks, (*judge).conversions, (*judge).services, (*judge).mutations, (*judge).parameters,
	}
}

// judge is the input of the checks, which do not change it.
type judge struct {
	set     *objects.Set
	scope   *scope.Scope
	cluster cluster.Cluster
	// labels of namespaces, by name, with those that the API server sets.
	labels map[string]labels.Set
}

func newJudge(set *objects.Set, components *scope.Scope, in cluster.Cluster) *judge {
	j := &judge{set: set, scope: components, cluster: in, labels: map[string]labels.Set{}}
	for _, o := range set.Namespaces {
		j.labels[o.Name] = labels.Merge(j.labels[o.Name], o.Labels)
	}
	return j
}

// labelsOf are the labels of a namespace.
func (j *judge) labelsOf(namespace string) labels.Set {
	return labels.Merge(j.labels[namespace], labels.Set{wellknown.NamespaceNameLabel: namespace})
}

// about is a finding about an object, which no other explains.
func about(o *objects.Object, f finding.Finding) verdict.Candidate {
	return verdict.Candidate{Finding: o.About(f)}
}

// describe names a component, with its namespace where that has another name; of nil, those that are not in the input.
func describe(component *scope.Component) string {
	switch {
	case component == nil:
		return "every other namespace"
	case component.Name == component.Namespace:
		return objects.NamespaceText(component.Namespace)
	}
	return fmt.Sprintf("component %q (namespace %q)", component.Name, component.Namespace)
}
