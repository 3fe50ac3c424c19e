package objects

import (
	"iter"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/fieldpath"
)

// Workload is a pod, or an object from whose template pods are made.
type Workload struct {
	*Object
	// Pod has the labels, annotations and spec of the pods.
	Pod *corev1.PodTemplateSpec
	// PodPath is the path of Pod in the object. Format: spec.template; empty for a Pod.
	PodPath fieldpath.Path
	// Custom is set for a pod that was found inside of an object of another project's kind, of which it is not known how
	// the pod differs from what is written there. An object may have several.
	Custom bool
	// Typed is the object: *corev1.Pod, *appsv1.Deployment, *appsv1.StatefulSet, *appsv1.DaemonSet, *appsv1.ReplicaSet,
	// *batchv1.Job, *batchv1.CronJob or *corev1.ReplicationController; nil for kinds of other projects.
	Typed any

	custom customPaths
}

// customPaths are the places in the object of what a pod of the Custom kind has.
type customPaths struct {
	namespace                  string
	spec                       fieldpath.Path
	containers, initContainers []fieldpath.Path
}

// PodNamespace is the namespace of the pods. It may be another than the object's where that has a manifest inside.
func (w *Workload) PodNamespace() string {
	if w.Custom {
		return w.custom.namespace
	}
	return w.Namespace
}

// SpecPath is the path of the pods' spec in the object. Format: spec.template.spec.
func (w *Workload) SpecPath() fieldpath.Path {
	if w.Custom {
		return w.custom.spec
	}
	if w.PodPath.IsZero() {
		return fieldpath.Of("spec")
	}
	return w.PodPath.Child("spec")
}

// Container is one container of a workload's pods.
type Container struct {
	*corev1.Container
	// Path is the container's path in the object. Format: spec.template.spec.initContainers[0].
	Path fieldpath.Path
	// Init is set where it runs before the others. One with restartPolicy Always, a sidecar, goes on running beside
	// them.
	Init bool
	// Ephemeral is set where it was added to debug a running pod.
	Ephemeral bool
}

// Containers visits every container of the pods: init containers, the others, ephemeral ones.
func (w *Workload) Containers() iter.Seq[Container] {
	return func(yield func(Container) bool) {
		spec, path := &w.Pod.Spec, w.SpecPath()
		for i := range spec.InitContainers {
			if !yield(Container{Container: &spec.InitContainers[i], Path: w.containerPath("initContainers", i),
				Init: true}) {
				return
			}
		}
		for i := range spec.Containers {
			if !yield(Container{Container: &spec.Containers[i], Path: w.containerPath("containers", i)}) {
				return
			}
		}
		for i := range spec.EphemeralContainers {
			container := corev1.Container(spec.EphemeralContainers[i].EphemeralContainerCommon)
			if !yield(Container{Container: &container, Path: path.Child("ephemeralContainers").Index(i),
				Ephemeral: true}) {
				return
			}
		}
	}
}

func (w *Workload) containerPath(list string, i int) fieldpath.Path {
	switch {
	case !w.Custom:
		return w.SpecPath().Child(list).Index(i)
	case list == "initContainers":
		return w.custom.initContainers[i]
	}
	return w.custom.containers[i]
}

// FieldPath is the path in the object of a field of the pods' spec. Containers of custom objects stand where their kind
// has them. Format: spec.template.spec.hostPID, spec.templates[0].container.securityContext.
func (w *Workload) FieldPath(field fieldpath.Path) fieldpath.Path {
	for list, containers := range map[string]int{
		"containers": len(w.custom.containers), "initContainers": len(w.custom.initContainers),
	} {
		for i := range containers {
			if inside, is := field.Within(fieldpath.Of(list).Index(i)); is {
				return w.containerPath(list, i).Join(inside)
			}
		}
	}
	return w.SpecPath().Join(field)
}

// workload reads an object that makes pods; nil for any other kind.
func workload(o *Object) (w *Workload, stray []StrayField, err error) {
	w = &Workload{Object: o, PodPath: fieldpath.Of("spec", "template")}
	decode := func(typed any, template *corev1.PodTemplateSpec) {
		stray, err = o.Decode(typed)
		w.Typed, w.Pod = typed, template
	}
	switch kind := o.GroupKind(); {
	case kind.Group == "" && kind.Kind == "Pod":
		pod := &corev1.Pod{}
		stray, err = o.Decode(pod)
		w.Typed, w.PodPath = pod, fieldpath.Path{}
		w.Pod = &corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec}
	case kind.Group == "" && kind.Kind == "ReplicationController":
		typed := &corev1.ReplicationController{}
		stray, err = o.Decode(typed)
		if w.Typed, w.Pod = typed, typed.Spec.Template; w.Pod == nil {
			w.Pod = &corev1.PodTemplateSpec{}
		}
	case kind.Group == "apps" && kind.Kind == "Deployment":
		typed := &appsv1.Deployment{}
		decode(typed, &typed.Spec.Template)
	case kind.Group == "apps" && kind.Kind == "StatefulSet":
		typed := &appsv1.StatefulSet{}
		decode(typed, &typed.Spec.Template)
	case kind.Group == "apps" && kind.Kind == "DaemonSet":
		typed := &appsv1.DaemonSet{}
		decode(typed, &typed.Spec.Template)
	case kind.Group == "apps" && kind.Kind == "ReplicaSet":
		typed := &appsv1.ReplicaSet{}
		decode(typed, &typed.Spec.Template)
	case kind.Group == "batch" && kind.Kind == "Job":
		typed := &batchv1.Job{}
		decode(typed, &typed.Spec.Template)
	case kind.Group == "batch" && kind.Kind == "CronJob":
		typed := &batchv1.CronJob{}
		stray, err = o.Decode(typed)
		w.Typed, w.Pod, w.PodPath = typed, &typed.Spec.JobTemplate.Spec.Template,
			fieldpath.Of("spec", "jobTemplate", "spec", "template")
	case isOthersWorkload(kind):
		typed := &templated{}
		err = o.DecodePart(typed) // its other fields are not known
		if w.Pod = typed.Spec.Template; w.Pod == nil {
			return nil, nil, nil
		}
	default:
		return nil, nil, nil
	}
	return w, stray, err
}

// templated is what workloads of other projects have in common with Deployments.
type templated struct {
	Spec struct {
		Template *corev1.PodTemplateSpec `json:"template"`
	} `json:"spec"`
}

// isOthersWorkload reports whether a kind of another project has a pod template where Deployments have it.
//
// Facts: docs/facts.md, "Workloads of other projects".
func isOthersWorkload(kind schema.GroupKind) bool {
	switch kind.String() {
	case "Rollout.argoproj.io", "DeploymentConfig.apps.openshift.io", "Service.serving.knative.dev",
		"Configuration.serving.knative.dev":
		return true
	}
	return false
}
