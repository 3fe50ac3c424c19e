package published

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
)

// serviceEntries are those of a Service that has addresses outside of the cluster, or a port on each node.
func serviceEntries(s objects.Typed[corev1.Service]) []Entry {
	spec := &s.Value.Spec
	ways := waysOf(spec, s.Annotations)
	var all []Entry
	for i := range spec.Ports {
		for _, e := range ways {
			e.Object, e.Field, e.Caller = s.Object, fieldpath.Of("spec", "ports").Index(i), Outside
			e.Namespace, e.Service, e.Port = s.Namespace, s.Name, intstr.FromInt32(spec.Ports[i].Port)
			all = append(all, e)
		}
	}
	return all
}

// waysOf are the ways to a Service from outside of the cluster. That a load balancer mostly has a port on each node too
// is not one of its own. Facts: docs/facts.md, "Kinds that publish Services".
func waysOf(spec *corev1.ServiceSpec, annotations map[string]string) []Entry {
	var ways []Entry
	switch spec.Type {
	case corev1.ServiceTypeLoadBalancer:
		through := "LoadBalancer"
		if spec.LoadBalancerClass != nil {
			through += " of class " + *spec.LoadBalancerClass
		}
		ways = append(ways, Entry{Through: []string{through}, Sources: sourcesOf(spec, annotations)})
	case corev1.ServiceTypeNodePort:
		ways = append(ways, Entry{Through: []string{"NodePort"}, OnNodes: len(spec.ExternalIPs) == 0})
	case corev1.ServiceTypeClusterIP, corev1.ServiceTypeExternalName:
	}
	if len(spec.ExternalIPs) > 0 {
		e := Entry{}
		for _, address := range spec.ExternalIPs {
			e.Through = append(e.Through, "external IP "+address)
		}
		ways = append(ways, e)
	}
	return ways
}

// sourcesOf are the blocks of addresses for which a load balancer is open. The annotation counts where the field is
// empty.
func sourcesOf(spec *corev1.ServiceSpec, annotations map[string]string) []string {
	if len(spec.LoadBalancerSourceRanges) > 0 {
		return slices.Clone(spec.LoadBalancerSourceRanges)
	}
	var blocks []string
	for block := range strings.SplitSeq(annotations[corev1.AnnotationLoadBalancerSourceRangesKey], ",") {
		if block = strings.TrimSpace(block); block != "" {
			blocks = append(blocks, block)
		}
	}
	return blocks
}
