package published

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	netutils "k8s.io/utils/net"

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

// sourcesOf are the blocks of addresses for which a load balancer is open; none are all. The annotation counts where the
// field is empty. Blocks are read as the API server reads them: with spaces around them, and zeros before their numbers.
// One that cannot be read stands for all addresses. Facts: docs/facts.md, "Source ranges of load balancers".
func sourcesOf(spec *corev1.ServiceSpec, annotations map[string]string) []string {
	written := spec.LoadBalancerSourceRanges
	if len(written) == 0 {
		written = strings.Split(annotations[corev1.AnnotationLoadBalancerSourceRangesKey], ",")
	}
	var blocks []string
	for _, block := range written {
		if block = strings.TrimSpace(block); block == "" {
			continue
		}
		_, read, err := netutils.ParseCIDRSloppy(block)
		if err != nil {
			return nil
		}
		blocks = append(blocks, read.String())
	}
	return blocks
}
