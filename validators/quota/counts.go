package quota

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// counts reports more objects than quotas allow. A quota with a scope counts pods only.
func (j *judge) counts() verdict.Result {
	var result verdict.Result
	for _, n := range j.sorted {
		for _, q := range n.validQuotas() {
			for _, name := range admission.Names(q.Value.Spec.Hard) {
				if !admission.IsOfPods(name) && !admission.IsOfClaims(name) && !admission.IsScoped(q.Value) {
					n.judgeCount(&result, q, name, j.flow)
				}
			}
		}
	}
	return result
}

func (n *namespace) judgeCount(result *verdict.Result, q *quota, name corev1.ResourceName, flow *secretflow.Graph) {
	f := finding.Finding{Code: finding.CountExceeded, Severity: finding.Error, Field: admission.HardField(name),
		Fix: "raise the quota"}
	counted := admission.CountedObjects(name)
	var count int64
	var why string
	switch {
	case name == corev1.ResourceServicesLoadBalancers || name == corev1.ResourceServicesNodePorts:
		count, why = n.servicePorts(name)
	case isDerived(counted):
		f.Code, f.Severity, f.Undecided = finding.QuotaUndecided, finding.Info, true
		f.Message = fmt.Sprintf("%s are created by Kubernetes itself and were not counted", counted)
		f.Fix = "leave room for them"
		about(result, q.Object, f)
		return
	case counted == "secrets":
		count, why = n.secrets(flow)
	case counted != "":
		count, why = n.objects(counted)
	default:
		return // a resource that nothing takes of
	}
	result.Decide(q.hard(name))
	hard := q.Value.Spec.Hard[name]
	if used := resource.NewQuantity(count, resource.DecimalSI); used.Cmp(hard) > 0 {
		f.Message = fmt.Sprintf("%s: %d of %s: %s", name, count, hard.String(), why)
		about(result, q.Object, f)
	}
}

// isDerived reports whether Kubernetes' own controllers make the objects of a resource, in numbers that are not in the
// input.
func isDerived(counted string) bool {
	switch counted {
	case "events", "events.events.k8s.io", "endpoints", "endpointslices.discovery.k8s.io", "leases.coordination.k8s.io",
		"controllerrevisions.apps":
		return true
	}
	return false
}

// servicePorts counts load balancers, or ports of the nodes, as the Services of the namespace take them.
func (n *namespace) servicePorts(name corev1.ResourceName) (int64, string) {
	count, services := int64(0), []string{}
	for _, o := range n.services {
		spec := &o.Value.Spec
		balancer := spec.Type == corev1.ServiceTypeLoadBalancer
		taken := 0
		switch {
		case name == corev1.ResourceServicesLoadBalancers:
			if balancer {
				taken = 1
			}
		case balancer && spec.AllocateLoadBalancerNodePorts != nil && !*spec.AllocateLoadBalancerNodePorts:
			for _, port := range spec.Ports {
				if port.NodePort != 0 {
					taken++
				}
			}
		case balancer || spec.Type == corev1.ServiceTypeNodePort:
			taken = len(spec.Ports)
		}
		if taken > 0 {
			count += int64(taken)
			services = append(services, fmt.Sprintf("Service %s %d", o.Name, taken))
		}
	}
	return count, strings.Join(services, ", ")
}

// objects counts the objects of a resource, those included that Kubernetes puts into every namespace or makes of
// others.
func (n *namespace) objects(counted string) (int64, string) {
	count := int64(0)
	named := map[string]bool{}
	for _, o := range n.all {
		if resourceOf(o.GroupKind()) == counted {
			count++
			named[o.Name] = true
		}
	}
	why := fmt.Sprintf("%d in the input", count)
	add := func(more int64, what string) {
		if more > 0 {
			count += more
			why += ", " + what
		}
	}
	switch counted {
	case "configmaps":
		if !named["kube-root-ca.crt"] {
			add(1, "and kube-root-ca.crt, which Kubernetes puts into every namespace")
		}
	case "serviceaccounts":
		if !named["default"] {
			add(1, `and "default", which Kubernetes puts into every namespace`)
		}
	case "replicasets.apps":
		add(n.kinds("Deployment"), "and at least one for each Deployment")
	case "jobs.batch":
		add(n.kinds("CronJob"), "and at least one for each CronJob")
	}
	return count, why
}

func (n *namespace) kinds(kind string) int64 {
	count := int64(0)
	for _, w := range n.workloads {
		if w.Kind == kind {
			count++
		}
	}
	return count
}

// resourceOf names the resource of a kind, as quotas do: the plural, and the group if there is one.
func resourceOf(kind schema.GroupKind) string {
	plural, _ := meta.UnsafeGuessKindToResource(kind.WithVersion("v1"))
	return plural.GroupResource().String()
}

// secrets counts the Secrets that the input creates, by itself or with operators, and those that it cannot do without:
// the API keys of the stores.
func (n *namespace) secrets(flow *secretflow.Graph) (int64, string) {
	found := map[string]bool{}
	for ref := range flow.Secrets {
		if ref.Namespace == n.name {
			found[ref.Name] = true
		}
	}
	created := len(found)
	for _, store := range flow.Stores {
		for _, key := range []secretflow.Ref{store.AccessKeyIn, store.SecretKeyIn} {
			if key.Namespace == n.name && key.Name != "" {
				found[key.Name] = true
			}
		}
	}
	why := fmt.Sprintf("%d that the input creates", created)
	if keys := len(found) - created; keys > 0 {
		why += fmt.Sprintf(", and %d with the API keys of stores", keys)
	}
	return int64(len(found)), why
}
