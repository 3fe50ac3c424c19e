package objects

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/wellknown"
)

// Custom is an object of a kind that is neither Kubernetes' own nor the External Secrets Operator's.
type Custom struct {
	*Object
	// Fields of the object, as JSON has them.
	Fields map[string]any
}

// IsCustom reports whether objects of a kind are held in a CustomResourceDefinition that is not the External Secrets
// Operator's. Facts: docs/facts.md, "API groups of Kubernetes".
func IsCustom(kind schema.GroupKind) bool {
	switch kind.Group {
	case eso.Group, wellknown.Group:
		return false
	case "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io",
		"authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
		"flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io",
		"rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
		"storagemigration.k8s.io":
		return false
	}
	return strings.Contains(kind.Group, ".")
}

// custom reads an object of a kind that nothing else here reads, with the pods that it describes anywhere inside.
func custom(o *Object) result {
	text, err := o.JSON()
	if err != nil {
		return result{} // such as aliases that stand for too many values: nobody can apply it, and it goes out as it came
	}
	read := Custom{Object: o}
	if err := json.Unmarshal(text, &read.Fields); err != nil {
		return result{err: err}
	}
	var pods []*Workload
	if o.isWorkloadOfOthers() {
		f := podFinder{by: o}
		f.visit(read.Fields, fieldpath.Path{}, surroundings{namespace: o.Namespace})
		pods = f.found
	}
	return result{add: func(set *Set) {
		set.Custom = append(set.Custom, read)
		set.CustomWorkloads = append(set.CustomWorkloads, pods...)
	}}
}

// isWorkloadOfOthers reports whether what looks like a pod inside of the object is one. What delivers manifests has
// values of templates, and a policy has patterns. Facts: docs/facts.md, "Pods in custom objects".
func (o *Object) isWorkloadOfOthers() bool {
	switch group := o.GroupKind().Group; group {
	case "kyverno.io", "policies.kyverno.io", "constraints.gatekeeper.sh", "templates.gatekeeper.sh",
		"mutations.gatekeeper.sh", "config.kubernetes.io", "kustomize.config.k8s.io":
		return false
	default:
		return !strings.HasSuffix(group, ".toolkit.fluxcd.io") &&
			(group != "argoproj.io" || !strings.HasPrefix(o.Kind, "App"))
	}
}

// podFinder finds what looks like a pod: a map whose fields hold containers, or that has volumes of the host.
type podFinder struct {
	by    *Object
	found []*Workload
}

// surroundings are what pods have from the fields around them.
type surroundings struct {
	namespace string
	account   string
	volumes   []any
	// isContainer is set for a map that a pod around it has already as one of its containers.
	isContainer bool
}

func (f *podFinder) visit(value any, at fieldpath.Path, around surroundings) {
	switch value := value.(type) {
	case []any:
		around.isContainer = around.isContainer && areContainers(value)
		for i, item := range value {
			f.visit(item, at.Index(i), around)
		}
	case map[string]any:
		f.visitMap(value, at, around)
	}
}

func (f *podFinder) visitMap(fields map[string]any, at fieldpath.Path, around surroundings) {
	if namespace := textAt(fields, "metadata", "namespace"); namespace != "" {
		around.namespace = namespace
	}
	if account := textAt(fields, "serviceAccountName"); account != "" {
		around.account = account
	}
	volumes, _ := fields["volumes"].([]any)
	around.volumes = slices.Concat(around.volumes, volumes)
	containers := f.containersOf(fields, at, around.isContainer)
	if len(containers) > 0 || len(volumes) > 0 || isTrue(fields["hostPID"]) || isTrue(fields["hostNetwork"]) {
		f.add(fields, at, around, containers)
	}
	around.isContainer = false
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		inner := around
		inner.isContainer = slices.ContainsFunc(containers, func(c foundContainer) bool { return c.within == name })
		f.visit(fields[name], at.Child(name), inner)
	}
}

// foundContainer is a map that looks like a container.
type foundContainer struct {
	fields map[string]any
	at     fieldpath.Path
	// within is the field of the pod that has it; empty for the pod itself.
	within string
	init   bool
}

// containersOf lists the containers that a map holds: in lists, such as containers, steps and sidecars, as one field,
// such as container, and the map itself, where it has a container's own fields.
func (f *podFinder) containersOf(fields map[string]any, at fieldpath.Path, isContainer bool) []foundContainer {
	var found []foundContainer
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if name == "metadata" || name == "status" {
			continue
		}
		init := name == "initContainers"
		switch value := fields[name].(type) {
		case []any:
			if !areContainers(value) {
				continue
			}
			for i, item := range value {
				if one, is := item.(map[string]any); is {
					found = append(found, foundContainer{one, at.Child(name).Index(i), name, init})
				}
			}
		case map[string]any:
			if name == "container" || name == "script" || name != "spec" && isPrivileged(value) {
				found = append(found, foundContainer{value, at.Child(name), name, false})
			}
		}
	}
	if !isContainer && (hasContainerFields(fields) || isPrivileged(fields)) {
		found = append(found, foundContainer{fields, at, "", false})
	}
	return found
}

// areContainers reports whether a list has a container.
func areContainers(list []any) bool {
	return slices.ContainsFunc(list, func(item any) bool {
		fields, is := item.(map[string]any)
		return is && textAt(fields, "name") != "" && isContainerLike(fields)
	})
}

// isContainerLike reports whether a map has an image or what else only containers have.
func isContainerLike(fields map[string]any) bool {
	return textAt(fields, "image") != "" || hasContainerFields(fields)
}

// isPrivileged reports whether a map has the security context of a container that may do more than others.
func isPrivileged(fields map[string]any) bool {
	context, _ := fields["securityContext"].(map[string]any)
	return isTrue(context["privileged"]) || context["capabilities"] != nil
}

// hasContainerFields reports whether a map has one of the lists that only containers have.
func hasContainerFields(fields map[string]any) bool {
	return slices.ContainsFunc([]string{"env", "envFrom", "volumeMounts"}, func(name string) bool {
		list, _ := fields[name].([]any)
		return slices.ContainsFunc(list, func(item any) bool { _, is := item.(map[string]any); return is })
	})
}

// add notes a pod. What cannot be read as a part of one is left out.
func (f *podFinder) add(fields map[string]any, at fieldpath.Path, around surroundings, containers []foundContainer) {
	pod := &corev1.PodTemplateSpec{}
	spec := map[string]any{}
	for name, value := range fields {
		if name != "containers" && name != "initContainers" && name != "volumes" {
			spec[name] = value
		}
	}
	leniently(spec, &pod.Spec)
	pod.Spec.Containers, pod.Spec.InitContainers, pod.Spec.EphemeralContainers = nil, nil, nil
	for _, volume := range around.volumes {
		var read corev1.Volume
		leniently(volume, &read)
		pod.Spec.Volumes = append(pod.Spec.Volumes, read)
	}
	if pod.Spec.ServiceAccountName == "" {
		pod.Spec.ServiceAccountName = around.account
	}
	w := &Workload{Object: f.by, Pod: pod, Custom: true, custom: customPaths{namespace: around.namespace, spec: at}}
	for _, c := range containers {
		var read corev1.Container
		leniently(c.fields, &read)
		if c.init {
			pod.Spec.InitContainers = append(pod.Spec.InitContainers, read)
			w.custom.initContainers = append(w.custom.initContainers, c.at)
			continue
		}
		pod.Spec.Containers = append(pod.Spec.Containers, read)
		w.custom.containers = append(w.custom.containers, c.at)
	}
	f.found = append(f.found, w)
}

// leniently reads the fields of a T that can be read, each on its own, and each item of a list.
func leniently[T any](from any, into *T) {
	fields, is := from.(map[string]any)
	if !is {
		return
	}
	for name, value := range fields {
		list, isList := value.([]any)
		if !isList {
			readInto(into, name, value)
			continue
		}
		readable := slices.DeleteFunc(slices.Clone(list), func(item any) bool {
			return !readInto(new(T), name, []any{item})
		})
		readInto(into, name, readable)
	}
}

// readInto reads one field, and reports whether it can be read.
func readInto[T any](into *T, name string, value any) bool {
	text, err := json.Marshal(map[string]any{name: value})
	return err == nil && !hasEndlessNumber(text) && json.Unmarshal(text, into) == nil
}

// textAt is the text at a path of fields; empty where there is none.
func textAt(fields map[string]any, path ...string) string {
	for _, name := range path[:len(path)-1] {
		fields, _ = fields[name].(map[string]any)
	}
	text, _ := fields[path[len(path)-1]].(string)
	return text
}

func isTrue(value any) bool { is, _ := value.(bool); return is }
