package admission_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/validators/quota/admission"
)

// amounts are the quantities of resources, each name before its quantity.
func amounts(pairs ...string) corev1.ResourceList {
	list := corev1.ResourceList{}
	for i := 0; i < len(pairs); i += 2 {
		list[corev1.ResourceName(pairs[i])] = resource.MustParse(pairs[i+1])
	}
	return list
}

// texts are the quantities as text.
func texts(list corev1.ResourceList) map[string]string {
	found := map[string]string{}
	for name, quantity := range list {
		found[string(name)] = quantity.String()
	}
	return found
}

func template(containers ...corev1.ResourceRequirements) *corev1.PodTemplateSpec {
	made := &corev1.PodTemplateSpec{}
	for _, resources := range containers {
		made.Spec.Containers = append(made.Spec.Containers, corev1.Container{Resources: resources})
	}
	return made
}

func TestTheMaximumOfAContainerIsItsDefault(t *testing.T) {
	written := []corev1.LimitRangeItem{
		{Type: corev1.LimitTypeContainer, Max: amounts("cpu", "2", "memory", "1Gi"), Default: amounts("cpu", "1")},
		{Type: corev1.LimitTypePod, Max: amounts("cpu", "2")},
	}
	stored := admission.StoredItems(written)
	assert.Equal(t, map[string]string{"cpu": "1", "memory": "1Gi"}, texts(stored[0].Default))
	assert.Equal(t, map[string]string{"cpu": "1", "memory": "1Gi"}, texts(stored[0].DefaultRequest))
	assert.Empty(t, stored[1].Default)
	assert.Equal(t, map[string]string{"cpu": "1"}, texts(written[0].Default), "what was written stays")
}

func TestAPodIsStoredWithDefaults(t *testing.T) {
	items := admission.StoredItems([]corev1.LimitRangeItem{
		{Type: corev1.LimitTypeContainer, DefaultRequest: amounts("cpu", "100m"),
			Default: amounts("cpu", "1", "memory", "1Gi")},
	})
	written := template(
		corev1.ResourceRequirements{Limits: amounts("cpu", "500m")},
		corev1.ResourceRequirements{Requests: amounts("memory", "2Gi")},
	)
	pod := admission.StoredPod(written, items)
	first, second := pod.Spec.Containers[0].Resources, pod.Spec.Containers[1].Resources
	assert.Equal(t, map[string]string{"cpu": "500m", "memory": "1Gi"}, texts(first.Requests), "a limit comes first")
	assert.Equal(t, map[string]string{"cpu": "100m", "memory": "2Gi"}, texts(second.Requests))
	assert.Equal(t, map[string]string{"cpu": "1", "memory": "1Gi"}, texts(second.Limits))
	assert.Empty(t, written.Spec.Containers[0].Resources.Requests, "the template stays")
	assert.Equal(t, map[string]string{
		"pods": "1", "count/pods": "1", "cpu": "600m", "requests.cpu": "600m", "limits.cpu": "1500m",
		"memory": "3Gi", "requests.memory": "3Gi", "limits.memory": "2Gi",
	}, texts(admission.PodUsage(pod)))
}

func TestAPodWithResourcesAsAWholeRequestsWhatItsContainersDo(t *testing.T) {
	written := template(corev1.ResourceRequirements{Requests: amounts("cpu", "100m")})
	written.Spec.Resources = &corev1.ResourceRequirements{Limits: amounts("cpu", "1", "memory", "1Gi")}
	pod := admission.StoredPod(written, nil)
	assert.True(t, admission.HasPodResources(pod))
	requests, limits := admission.PodResources(pod)
	assert.Equal(t, map[string]string{"cpu": "100m", "memory": "1Gi"}, texts(requests))
	assert.Equal(t, map[string]string{"cpu": "1", "memory": "1Gi"}, texts(limits))
}

func TestQuotasCountPodsOfTheirScope(t *testing.T) {
	idle := &corev1.Pod{}
	busy := admission.StoredPod(template(corev1.ResourceRequirements{Requests: amounts("cpu", "1")}), nil)
	busy.Spec.PriorityClassName, busy.Spec.ActiveDeadlineSeconds = "high", new(int64(1))
	for scope, want := range map[corev1.ResourceQuotaScope][2]bool{
		corev1.ResourceQuotaScopeBestEffort:                {true, false},
		corev1.ResourceQuotaScopeNotBestEffort:             {false, true},
		corev1.ResourceQuotaScopeTerminating:               {false, true},
		corev1.ResourceQuotaScopeNotTerminating:            {true, false},
		corev1.ResourceQuotaScopePriorityClass:             {false, true},
		corev1.ResourceQuotaScopeCrossNamespacePodAffinity: {false, false},
		corev1.ResourceQuotaScopeVolumeAttributesClass:     {false, false},
	} {
		quota := &corev1.ResourceQuota{Spec: corev1.ResourceQuotaSpec{Scopes: []corev1.ResourceQuotaScope{scope}}}
		assert.True(t, admission.IsScoped(quota))
		assert.Equal(t, want, [2]bool{admission.Counts(quota, idle), admission.Counts(quota, busy)}, "%s", scope)
	}
	assert.True(t, admission.Counts(&corev1.ResourceQuota{}, idle), "without a scope it counts every pod")
}

func TestClaimsAreCountedByTheirClass(t *testing.T) {
	spec := &corev1.PersistentVolumeClaimSpec{StorageClassName: new("gold")}
	spec.Resources.Requests = amounts("storage", "1500m")
	class := admission.ClaimClass(nil, spec)
	assert.Equal(t, "gold", class)
	assert.Equal(t, "old", admission.ClaimClass(map[string]string{corev1.BetaStorageClassAnnotation: "old"}, spec))
	assert.Equal(t, map[string]string{
		"persistentvolumeclaims": "1", "count/persistentvolumeclaims": "1", "requests.storage": "2",
		"gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
		"gold.storageclass.storage.k8s.io/requests.storage":       "2",
	}, texts(admission.ClaimUsage(class, spec)))
}
