package privilege

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/validators/rbac/authorizer"
)

// harmlessRights are rights to write that lead nobody to a secret, in whatever namespace, in the notation of
// [authorizer.ParseRules]. What is in no list is not decided.
//
// Facts: docs/facts.md, "Rights that lead to no secret".
const harmlessRights = `
* : core events.k8s.io : events
* : coordination.k8s.io : leasecandidates leases
create : authentication.k8s.io : selfsubjectreviews tokenreviews
create : authorization.k8s.io : localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews
create : authorization.k8s.io : subjectaccessreviews

create : core : pods/eviction
patch update : core : pods/resize
delete deletecollection : core : pods replicationcontrollers
delete deletecollection : apps batch : *
patch update : batch : jobs
patch update : core : replicationcontrollers/scale replicationcontrollers/status
patch update : apps : daemonsets/status deployments/scale deployments/status replicasets/scale replicasets/status
patch update : apps : statefulsets/scale statefulsets/status
patch update : batch : cronjobs/status jobs/status
* : * : */scale */finalizers
create delete deletecollection : * : */approval */status

write : core : limitranges persistentvolumeclaims persistentvolumeclaims/status podtemplates resourcequotas
write : core : resourcequotas/status serviceaccounts
write : autoscaling : horizontalpodautoscalers horizontalpodautoscalers/status
write : autoscaling.k8s.io : verticalpodautoscalercheckpoints verticalpodautoscalers
write : policy : poddisruptionbudgets poddisruptionbudgets/status
write : scheduling.k8s.io : priorityclasses
write : flowcontrol.apiserver.k8s.io : flowschemas prioritylevelconfigurations
write : storage.k8s.io : csistoragecapacities
write : wgpolicyk8s.io reports.kyverno.io openreports.io : *

write : rbac.authorization.k8s.io : clusterrolebindings clusterroles rolebindings roles
write : certificates.k8s.io : certificatesigningrequests certificatesigningrequests/status
approve attest sign : certificates.k8s.io : signers
delete deletecollection : external-secrets.io : externalsecrets pushsecrets secretstores

* : custom.metrics.k8s.io external.metrics.k8s.io metrics.k8s.io : *
* : extensions : *
* : policy : podsecuritypolicies
`

// clusterScoped are Kubernetes' resources that are in no namespace, so that a RoleBinding does not give them; Namespaces
// are asked for in their own.
const clusterScoped = `
* : core : componentstatuses groups users
* : authentication.k8s.io : nodes users
* : core : nodes nodes/proxy nodes/status persistentvolumes persistentvolumes/status
* : admissionregistration.k8s.io apiextensions.k8s.io apiregistration.k8s.io flowcontrol.apiserver.k8s.io : *
* : internal.apiserver.k8s.io node.k8s.io scheduling.k8s.io storagemigration.k8s.io : *
* : rbac.authorization.k8s.io : clusterrolebindings clusterroles
* : certificates.k8s.io : certificatesigningrequests certificatesigningrequests/approval
* : certificates.k8s.io : certificatesigningrequests/status clustertrustbundles signers
* : storage.k8s.io : csidrivers csinodes storageclasses volumeattachments volumeattributesclasses
* : storage.k8s.io : volumeattachments/status
* : networking.k8s.io : ingressclasses ipaddresses servicecidrs
* : policy extensions : podsecuritypolicies
* : resource.k8s.io : deviceclasses resourceslices
`

// readable are the resources of other projects whose objects hold values of secrets, so that to read them is to read
// secrets. Secrets themselves are a privilege.
//
// Facts: docs/facts.md, "Kinds that hold secrets".
const readable = `
read : dex.coreos.com : authcodes authrequests devicerequests devicetokens offlinesessionses passwords refreshtokens
read : dex.coreos.com : signingkeies
read : generators.external-secrets.io : generatorstates
read : management.cattle.io : clusterregistrationtokens tokens
read : bootstrap.cluster.x-k8s.io : kubeadmconfigs
read : helm.toolkit.fluxcd.io : helmreleases
read : helm.cattle.io : helmchartconfigs helmcharts
read : argoproj.io : applications
read : kubevirt.io : virtualmachineinstances virtualmachines
read : infra.contrib.fluxcd.io : terraforms
read : kubernetes.crossplane.io kubernetes.m.crossplane.io : objects
`

// list has the verbs that rules allow, by resource, which has its subresource at its end. Rules must have no names.
type list map[schema.GroupResource][]string

func listOf(text string) list {
	l := list{}
	for _, rule := range authorizer.ParseRules(text) {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				of := schema.GroupResource{Group: group, Resource: resource}
				l[of] = append(l[of], rule.Verbs...)
			}
		}
	}
	return l
}

// has reports whether a rule allows a verb on a resource. Both may be wildcards, which only a wildcard allows.
func (l list) has(verb, group, resource string) bool {
	matches := func(group, resource string) bool {
		verbs := l[schema.GroupResource{Group: group, Resource: resource}]
		return slices.Contains(verbs, verb) || slices.Contains(verbs, "*")
	}
	if matches(group, resource) || matches(group, "*") {
		return true
	}
	_, sub, isSub := strings.Cut(resource, "/")
	return isSub && matches("*", "*/"+sub)
}
