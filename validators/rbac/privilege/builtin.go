package privilege

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// builtin are the resources of Kubernetes 1.36 by API group, one on each line. A rule that names one of them in the
// group of another gives nothing; people write lists of groups and of resources that hold for each other.
//
// Facts: docs/facts.md, "Resources of Kubernetes".
const builtin = `
core bindings componentstatuses configmaps endpoints events groups limitranges namespaces nodes persistentvolumeclaims
core persistentvolumes pods podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services users
admissionregistration.k8s.io mutatingadmissionpolicies mutatingadmissionpolicybindings mutatingwebhookconfigurations
admissionregistration.k8s.io validatingadmissionpolicies validatingadmissionpolicybindings
admissionregistration.k8s.io validatingwebhookconfigurations
apiextensions.k8s.io customresourcedefinitions
apiregistration.k8s.io apiservices
apps controllerrevisions daemonsets deployments replicasets statefulsets
authentication.k8s.io nodes selfsubjectreviews serviceaccounts tokenreviews users
authorization.k8s.io localsubjectaccessreviews selfsubjectaccessreviews selfsubjectrulesreviews subjectaccessreviews
autoscaling horizontalpodautoscalers
batch cronjobs jobs
certificates.k8s.io certificatesigningrequests clustertrustbundles podcertificaterequests signers
coordination.k8s.io leasecandidates leases
discovery.k8s.io endpointslices
events.k8s.io events
flowcontrol.apiserver.k8s.io flowschemas prioritylevelconfigurations
internal.apiserver.k8s.io storageversions
networking.k8s.io ingressclasses ingresses ipaddresses networkpolicies servicecidrs
node.k8s.io runtimeclasses
policy poddisruptionbudgets podsecuritypolicies
rbac.authorization.k8s.io clusterrolebindings clusterroles rolebindings roles
resource.k8s.io deviceclasses devicetaintrules resourceclaims resourceclaimtemplates resourceslices
scheduling.k8s.io priorityclasses workloads
storage.k8s.io csidrivers csinodes csistoragecapacities storageclasses volumeattachments volumeattributesclasses
storagemigration.k8s.io storageversionmigrations
`

// served has the resources of Kubernetes by group, and everyGroup the names of them all.
type served struct {
	of    map[schema.GroupResource]bool
	names map[string]bool
	group map[string]bool
}

func readServed() served {
	s := served{of: map[schema.GroupResource]bool{}, names: map[string]bool{}, group: map[string]bool{}}
	for group, resources := range listed(builtin) {
		if group == "core" {
			group = ""
		}
		s.group[group] = true
		for resource := range strings.FieldsSeq(resources) {
			s.of[schema.GroupResource{Group: group, Resource: resource}] = true
			s.names[resource] = true
		}
	}
	return s
}

// lacks reports whether Kubernetes serves no such resource in one of its groups, which may have its subresource at its
// end. It is not known of names that none of its groups has; but none are added to the core group.
func (s served) lacks(group, resource string) bool {
	resource, _, _ = strings.Cut(resource, "/")
	isServed := s.of[schema.GroupResource{Group: group, Resource: resource}] || resource == "*"
	return !isServed && (group == "" || s.group[group] && s.names[resource])
}
