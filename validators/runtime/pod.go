package runtime

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
)

// podSettings compares how the pods run with what the Segregation declares. What it does not declare is left out, which
// an empty list, and a default that is written out, are too.
func podSettings(at fieldpath.Path, pod *corev1.PodSpec, declared *plan.RuntimePod) requirements {
	var pullSecrets []string
	for _, secret := range declared.ImagePullSecrets {
		pullSecrets = append(pullSecrets, secret.Name)
	}
	equal := equality.Semantic.DeepEqual
	return requirements{
		{at.Child("imagePullSecrets"), finding.RuntimeDiffers,
			asDeclared("imagePullSecrets", phrase.Quoted(pullSecrets),
				equal(pod.ImagePullSecrets, declared.ImagePullSecrets))},
		{at.Child("nodeSelector"), finding.RuntimeDiffers, asDeclared("nodeSelector", pairs(declared.NodeSelector),
			equal(pod.NodeSelector, declared.NodeSelector))},
		{at.Child("tolerations"), finding.RuntimeDiffers, asDeclared("tolerations", tolerations(declared.Tolerations),
			equal(explicit(pod.Tolerations), explicit(declared.Tolerations)))},
		{at.Child("priorityClassName"), finding.RuntimeDiffers, asDeclared("priorityClassName",
			declared.PriorityClassName, pod.PriorityClassName == declared.PriorityClassName)},
	}
}

// asDeclared is the problem of a field of the pods that is not equal to that of spec.sync.pod. value says, for people,
// what is declared; it is empty where that is nothing.
func asDeclared(field, value string, isEqual bool) string {
	switch {
	case isEqual:
		return ""
	case value == "":
		return fmt.Sprintf("must be left out, as spec.sync.pod.%s is", field)
	}
	return fmt.Sprintf("must be %s, as spec.sync.pod.%s says", value, field)
}

func pairs(set map[string]string) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		texts = append(texts, name+": "+strconv.Quote(set[name]))
	}
	return phrase.List(texts)
}

// tolerations says how many there are: each has five fields.
func tolerations(list []corev1.Toleration) string {
	if len(list) == 0 {
		return ""
	}
	return "the " + phrase.Count(len(list), "toleration")
}

// explicit writes out the operator that the API server takes for one that is left out.
func explicit(list []corev1.Toleration) []corev1.Toleration {
	all := slices.Clone(list)
	for i := range all {
		if all[i].Operator == "" {
			all[i].Operator = corev1.TolerationOpEqual
		}
	}
	return all
}

func resources(declared, are *corev1.ResourceRequirements) string {
	return asDeclared("resources",
		fmt.Sprintf("requests of %s and limits of %s", amounts(declared.Requests), amounts(declared.Limits)),
		equality.Semantic.DeepEqual(declared, are))
}

func amounts(list corev1.ResourceList) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(list)) {
		amount := list[name]
		parts = append(parts, string(name)+" "+amount.String())
	}
	return phrase.List(parts)
}

// nothingElse is what the pods have no need of, and what leads around the walls: a variable or a file that makes the
// runtime trust another server, and the network of the node, for which no policy holds.
func nothingElse(at fieldpath.Path, pod *corev1.PodSpec) requirements {
	const notNeeded = "must be left out: the runtime needs none"
	return requirements{
		{at.Child("volumes"), finding.RuntimeWeakened, unless(len(pod.Volumes) == 0, notNeeded)},
		{at.Child("hostAliases"), finding.RuntimeWeakened, unless(len(pod.HostAliases) == 0, notNeeded)},
		{at.Child("hostNetwork"), finding.RuntimeWeakened, unless(!pod.HostNetwork,
			"must not be true: no NetworkPolicy holds for the network of the node")},
	}
}

// nothingElseIn is the same for the container.
func nothingElseIn(at fieldpath.Path, c objects.Container) requirements {
	const notNeeded = "must be left out: the runtime needs none"
	return requirements{
		{at.Child("env"), finding.RuntimeWeakened, unless(len(c.Env) == 0, notNeeded)},
		{at.Child("envFrom"), finding.RuntimeWeakened, unless(len(c.EnvFrom) == 0, notNeeded)},
		{at.Child("volumeMounts"), finding.RuntimeWeakened, unless(len(c.VolumeMounts) == 0, notNeeded)},
	}
}
