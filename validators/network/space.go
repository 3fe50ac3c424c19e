package network

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// space is a namespace and what runs there.
type space struct {
	name string
	// labels of the namespace. The name is always among them; the others are known where the Namespace is in the input.
	labels      map[string]string
	labelsKnown bool
	// object is the Namespace; nil where it is not in the input.
	object *objects.Object
	// component is nil for a namespace that is none.
	component *scope.Component
	sides     [2]side
	// classes are the pods known from templates, each choice of labels once.
	classes []*class
	// makers are the operators whose custom resources are here: they create pods that no template declares.
	makers []string
	// policies are all NetworkPolicies that could be read.
	policies []*policy
	// hostPods are the labels of pods on the network of their node, which no policy holds.
	hostPods []map[string]string
	// dnsBlocked says that some pods cannot ask the cluster's DNS.
	dnsBlocked bool
	// unreadable says that a NetworkPolicy of the namespace could not be read.
	unreadable bool
}

// String names the namespace as messages do.
func (n *space) String() string {
	return objects.NamespaceText(n.name)
}

// class is all pods of a namespace with the same labels.
type class struct {
	// workload is the first that makes such pods.
	workload *objects.Workload
	labels   map[string]string
	ports    []corev1.ContainerPort
}

// ours says whether Cloison generated the workload: the namespace's other workloads may then be somewhere else.
func (c *class) ours() bool { return c.workload.Labels["app.kubernetes.io/managed-by"] == "cloison" }

// hasWorkloads says whether the input seems to hold what runs in the namespace.
func (n *space) hasWorkloads() bool {
	return slices.ContainsFunc(n.classes, func(c *class) bool { return !c.ours() })
}

// complete says whether every pod of the namespace is known but for those of a debugging person: it has workloads and
// nothing in it that may make other pods.
func (n *space) complete() bool { return n.hasWorkloads() && len(n.makers) == 0 }

func (n *space) matching(s selector) []*class {
	var all []*class
	for _, c := range n.classes {
		if s.matches(c.labels, isControllers) {
			all = append(all, c)
		}
	}
	return all
}

// isControllers says whether controllers of Kubernetes set a label on the pods they make, beside those of the template
// (https://kubernetes.io/docs/reference/labels-annotations-taints/).
func isControllers(key string) bool {
	switch key {
	case "pod-template-hash", "controller-revision-hash", "pod-template-generation", "statefulset.kubernetes.io/pod-name",
		"apps.kubernetes.io/pod-index", "job-name", "controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid",
		"batch.kubernetes.io/job-completion-index", "topology.kubernetes.io/zone", "topology.kubernetes.io/region":
		return true
	}
	return strings.HasSuffix(key, ".istio.io/tlsMode") || strings.HasPrefix(key, "service.istio.io/")
}

// add puts a workload's pods into their class.
func (n *space) add(known map[string]*class, w *objects.Workload) {
	key := n.name + "\n" + exactly(w.Pod.Labels).String()
	c := known[key]
	if c == nil {
		c = &class{workload: w, labels: w.Pod.Labels}
		known[key] = c
		n.classes = append(n.classes, c)
	} else if c.ours() {
		c.workload = w
	}
	for container := range w.Containers() {
		sidecar := container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways
		if container.Ephemeral || container.Init && !sidecar {
			continue
		}
		for _, p := range container.Ports {
			if p.Name != "" && !slices.Contains(c.ports, p) {
				c.ports = append(c.ports, p)
			}
		}
	}
}

// kubernetesLabel is what a namespace is called by the label that the API server sets.
func kubernetesLabel(name string) map[string]string { return map[string]string{nameLabel: name} }

// know fills in the Namespace of the input.
func (n *space) know(object *objects.Object, labels map[string]string) {
	n.object, n.labelsKnown = object, true
	n.labels = maps.Clone(labels)
	if n.labels == nil {
		n.labels = map[string]string{}
	}
	n.labels[nameLabel] = n.name
}
