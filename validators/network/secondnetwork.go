package network

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// attaching are the annotations of pods that give them further network interfaces, or another one. Facts:
// docs/facts.md, "Further networks of pods".
func attaching() []string {
	return []string{
		"k8s.v1.cni.cncf.io/networks", "v1.multus-cni.io/default-network", "danm.k8s.io/interfaces",
		"networkservicemesh.io",
	}
}

// attachment is a pod's interface on a further network.
type attachment struct {
	object *objects.Object
	field  fieldpath.Path
	// network is as it is written: a name, a list of names, or JSON.
	network string
}

// checkSecondNetworks reports pods of components on further networks, and the networks themselves in the namespaces of
// components where no pod is known to be on them: NetworkPolicies do not hold there.
func checkSecondNetworks(f *facts) (r verdict.Result) {
	all := f.attachments()
	for _, a := range all {
		found := finding.Finding{
			Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true, Field: a.field,
			Message: fmt.Sprintf("not decided: the pods are on a further network (%s), where no NetworkPolicy holds them",
				a.network),
			Fix: "leave the network out, or accept it with a reason",
		}
		if other := a.shared(all); other != nil {
			found.Counterexample = fmt.Sprintf("pods of %s and pods of %s, on the network %s", a.object, other, a.network)
		}
		r.Add(verdict.Candidate{Finding: a.object.About(found), Explains: []verdict.Subject{{Question: networksOfPods}}})
	}
	for _, o := range f.Objects.All {
		kind := o.GroupKind()
		isNetwork := kind.Group == "k8s.cni.cncf.io" && kind.Kind == "NetworkAttachmentDefinition"
		if isNetwork && f.Namespace(o.Namespace).Component != nil {
			r.Add(verdict.Candidate{Finding: o.About(finding.Finding{
				Code: finding.NetworkUndecided, Severity: finding.Warning, Undecided: true,
				Message: "not decided: pods may be put on this network, where no NetworkPolicy holds them",
				Fix:     "leave the network out, or accept it with a reason",
			}), Precedence: precedenceOfDefect, Unless: []verdict.Subject{{Question: networksOfPods}}})
		}
	}
	return r
}

// shared is an object of another namespace whose pods are on the same network; nil where there is none. A network without
// its namespace is that of the own one.
func (a attachment) shared(all []attachment) *objects.Object {
	for _, other := range all {
		isSame := other.network == a.network && strings.Contains(a.network, "/")
		if isSame && other.object.Namespace != a.object.Namespace {
			return other.object
		}
	}
	return nil
}

// networksOfPods is the question which pods are on further networks.
const networksOfPods = "further networks of pods"

// attachments lists those of components: of pod templates, and of objects for which others create pods.
func (f *facts) attachments() []attachment {
	var all []attachment
	for _, w := range f.Objects.Workloads {
		if f.Namespace(w.Namespace).Component == nil {
			continue
		}
		for _, key := range attaching() {
			if network := w.Pod.Annotations[key]; network != "" {
				all = append(all, attachment{w.Object, w.PodPath.Child("metadata", "annotations", key), network})
			}
		}
	}
	for _, n := range f.Components {
		for _, o := range n.CreatedFor {
			var value any
			if err := o.DecodePart(&value); err != nil {
				continue // reported as malformed
			}
			if at, network := findAttachment(value, fieldpath.Path{}); network != "" {
				all = append(all, attachment{o, at, network})
			}
		}
	}
	return all
}

// findAttachment looks for one anywhere in an object: an annotation, or the field multus of a virtual machine.
func findAttachment(value any, at fieldpath.Path) (fieldpath.Path, string) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range attaching() {
			if network, _ := value[key].(string); network != "" {
				return at.Child(key), network
			}
		}
		if multus, _ := value["multus"].(map[string]any); multus != nil {
			network, _ := multus["networkName"].(string)
			return at.Child("multus"), network
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if found, network := findAttachment(value[key], at.Child(key)); network != "" {
				return found, network
			}
		}
	case []any:
		for i := range value {
			if found, network := findAttachment(value[i], at.Index(i)); network != "" {
				return found, network
			}
		}
	}
	return at, ""
}
