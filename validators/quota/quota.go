// Package quota judges whether what is asked for fits: ResourceQuotas and LimitRanges against the workloads of their
// namespace, as the API server computes it (family Q of the findings).
//
// Source: Kubernetes 1.36, pkg/quota/v1/evaluator/core, plugin/pkg/admission/limitranger, pkg/apis/core/v1/defaults.go,
// pkg/apis/core/validation.
package quota

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
)

// Check returns what is wrong, in any order. flow is that of the set.
func Check(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) []finding.Finding {
	r := &report{}
	namespaces := byNamespace(set)
	for _, name := range slices.Sorted(maps.Keys(namespaces)) {
		n := namespaces[name]
		n.read(r)
		n.judgePods(r)
		n.judgeClaims(r)
		if len(n.quotas) > 0 {
			n.judgeQuotas(r, flow)
		}
	}
	for i := range components.Components {
		c := &components.Components[i]
		if c.Plan == nil {
			continue
		}
		n := namespaces[c.Namespace]
		if n == nil {
			n = &namespace{name: c.Namespace}
		}
		n.judgeDeclared(r, c)
	}
	return r.findings
}

// report collects findings.
type report struct{ findings []finding.Finding }

// about adds a finding about an object.
func (r *report) about(o *objects.Object, f finding.Finding) {
	r.findings = append(r.findings, o.About(f))
}

// namespace is what the input has of one namespace.
type namespace struct {
	name   string
	all    []*objects.Object
	quotas []objects.Typed[corev1.ResourceQuota]
	// ranges are the LimitRanges that the API server takes, defaults all of them.
	ranges, defaults []limitRange
	rangeValues      []objects.Typed[corev1.LimitRange]
	services         []objects.Typed[corev1.Service]
	claims           []objects.Typed[corev1.PersistentVolumeClaim]
	configMaps       []objects.Typed[corev1.ConfigMap]
	workloads        []*workload
	autoscalers      []autoscaler
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
		n.quotas = append(n.quotas, o)
	}
	for _, o := range set.LimitRanges {
		n := of(o.Object)
		n.rangeValues = append(n.rangeValues, o)
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

// read fills in what the API server defaults, and how many pods there will be. LimitRanges that the API server refuses fill
// in what they were meant to, so that one mistake in them is not one in every container; they refuse nothing.
func (n *namespace) read(r *report) {
	slices.SortStableFunc(n.rangeValues, func(a, b objects.Typed[corev1.LimitRange]) int { return compareNames(a.Name, b.Name) })
	for _, o := range n.rangeValues {
		items := defaulted(o.Value.Spec.Limits)
		lr := limitRange{Object: o.Object, items: items}
		n.defaults = append(n.defaults, lr)
		if validateRange(r, o, items) {
			n.ranges = append(n.ranges, lr)
		}
	}
	maxima := n.judgeAutoscalers(r)
	for _, w := range n.workloads {
		w.pod = effectivePod(w.Pod, n.defaults)
		w.count = countPods(w.Workload, maxima[target{w.Kind, w.Name}])
	}
}
