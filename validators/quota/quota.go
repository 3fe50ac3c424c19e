// Package quota judges whether what is asked for fits: ResourceQuotas and LimitRanges against the workloads of their
// namespace, as the API server computes it (family Q of the findings). [admission] has that arithmetic.
package quota

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// Check judges every namespace of the set, and those of components. flow is that of the set.
func Check(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) verdict.Verdict {
	return verdict.Judge(newJudge(set, components, flow), checks())
}

// check answers one question. It changes nothing, so that checks may run in any order.
type check func(*judge) verdict.Result

func checks() []check {
	return []check{
		ofEach((*namespace).invalidRanges), ofEach((*namespace).unfitting), (*judge).unscaled,
		ofEach((*namespace).limitsBelowRequests),
		ofEach((*namespace).podsOutsideRanges), ofEach((*namespace).claimsOutsideRanges),
		ofEach((*namespace).invalidQuotas), ofEach((*namespace).missingRequests), ofEach((*namespace).podSums),
		ofEach((*namespace).claimSums), ofEach((*namespace).uncounted), (*judge).counts,
		declared((*namespace).declaredQuotas), declared((*namespace).declaredLimits),
	}
}

// ofEach asks a question of every namespace.
func ofEach(ask func(*namespace, *verdict.Result)) check {
	return func(j *judge) verdict.Result {
		var result verdict.Result
		for _, n := range j.sorted {
			ask(n, &result)
		}
		return result
	}
}

// declared asks a question of the namespace of every component that a Segregation declares.
func declared(ask func(*namespace, *scope.Component, *verdict.Result)) check {
	return func(j *judge) verdict.Result {
		var result verdict.Result
		for i := range j.scope.Components {
			c := &j.scope.Components[i]
			if c.Plan == nil {
				continue
			}
			n := j.namespaces[c.Namespace]
			if n == nil {
				n = &namespace{name: c.Namespace}
			}
			ask(n, c, &result)
		}
		return result
	}
}

// judge has what the checks look at. Nothing changes in it after newJudge.
type judge struct {
	scope      *scope.Scope
	flow       *secretflow.Graph
	namespaces map[string]*namespace
	// sorted are the same namespaces, by name.
	sorted []*namespace
}

func newJudge(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) *judge {
	j := &judge{scope: components, flow: flow, namespaces: byNamespace(set)}
	for _, name := range slices.Sorted(maps.Keys(j.namespaces)) {
		n := j.namespaces[name]
		n.complete()
		j.sorted = append(j.sorted, n)
	}
	return j
}

// about adds a finding about an object. It explains further findings about the same subjects.
func about(result *verdict.Result, o *objects.Object, f finding.Finding, subjects ...verdict.Subject) {
	result.Add(verdict.Candidate{Finding: o.About(f), Unless: subjects, Explains: subjects})
}

// namespace is what the input has of one namespace.
type namespace struct {
	name   string
	all    []*objects.Object
	quotas []quota
	// ranges are sorted by name.
	ranges      []limitRange
	services    []objects.Typed[corev1.Service]
	claims      []objects.Typed[corev1.PersistentVolumeClaim]
	configMaps  []objects.Typed[corev1.ConfigMap]
	workloads   []*workload
	autoscalers []autoscaler
	// allClaims are the claims, the templates of StatefulSets and those of ephemeral volumes.
	allClaims []claim
}

func byNamespace(set *objects.Set) map[string]*namespace {
	found := map[string]*namespace{}
	of := func(o *objects.Object) *namespace {
		n := found[o.Namespace]
		if n == nil {
			n = &namespace{name: o.Namespace}
			found[o.Namespace] = n
		}
		return n
	}
	for _, o := range set.All {
		n := of(o)
		n.all = append(n.all, o)
	}
	for _, w := range set.Workloads {
		n := of(w.Object)
		n.workloads = append(n.workloads, &workload{Workload: w})
	}
	for _, o := range set.ResourceQuotas {
		n := of(o.Object)
		n.quotas = append(n.quotas, newQuota(o))
	}
	for _, o := range set.LimitRanges {
		n := of(o.Object)
		n.ranges = append(n.ranges, newLimitRange(o))
	}
	for _, o := range set.Services {
		n := of(o.Object)
		n.services = append(n.services, o)
	}
	for _, o := range set.PersistentVolumeClaims {
		n := of(o.Object)
		n.claims = append(n.claims, o)
	}
	for _, o := range set.ConfigMaps {
		n := of(o.Object)
		n.configMaps = append(n.configMaps, o)
	}
	for _, o := range set.HorizontalPodAutoscalers {
		n := of(o.Object)
		n.autoscalers = append(n.autoscalers, autoscaler{o})
	}
	return found
}

// complete fills in what the API server defaults, and how many pods there will be. LimitRanges that the API server
// refuses fill in what they were meant to, so that one mistake in them is not one in every container; they refuse
// nothing.
func (n *namespace) complete() {
	slices.SortStableFunc(n.ranges, func(a, b limitRange) int { return cmp.Compare(a.Name, b.Name) })
	var items []corev1.LimitRangeItem
	for _, lr := range n.ranges {
		items = append(items, lr.items...)
	}
	largest := n.largestAutoscalers()
	for _, w := range n.workloads {
		w.pod = admission.StoredPod(w.Pod, items)
		if len(n.quotas) > 0 {
			w.taken = admission.PodUsage(w.pod)
		}
		w.count = countPods(w.Workload, largest[target{w.Kind, w.Name}])
	}
	n.allClaims = n.listClaims()
}

// validRanges are the LimitRanges that the API server takes.
func (n *namespace) validRanges() []*limitRange {
	var valid []*limitRange
	for i := range n.ranges {
		if len(n.ranges[i].refusals) == 0 {
			valid = append(valid, &n.ranges[i])
		}
	}
	return valid
}
