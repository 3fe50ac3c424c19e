package authorizer

// builtinRoles are the ClusterRoles that people bind, and those that they are aggregated from. A role is a line "role
// NAME" and its rules in the notation of [ParseRules]. "aggregates" after the name means that the role is made of those
// with the label rbac.authorization.k8s.io/aggregate-to-NAME, "into ROLE" that it has that label for another one.
//
// Facts: docs/facts.md, "Built-in roles".
const builtinRoles = `
role admin aggregates

role cluster-admin
* : * : *
* : *

role edit aggregates into admin

role system:aggregate-to-admin into admin
create : authorization.k8s.io : localsubjectaccessreviews
read write : rbac.authorization.k8s.io : rolebindings roles

role system:aggregate-to-edit into edit
read : core : pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy
impersonate : core : serviceaccounts
write : core : pods pods/attach pods/exec pods/portforward pods/proxy
create : core : pods/eviction
write : core : configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets
write : core : serviceaccounts services services/proxy
create : core : serviceaccounts/token
write : core events.k8s.io : events
write : apps : daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale
write : apps : statefulsets statefulsets/scale
write : autoscaling : horizontalpodautoscalers
write : batch : cronjobs jobs
write : extensions : daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies
write : extensions : replicasets replicasets/scale replicationcontrollers/scale
write : policy : poddisruptionbudgets
write : networking.k8s.io : ingresses networkpolicies
read write : coordination.k8s.io : leases
write : resource.k8s.io : resourceclaims resourceclaimtemplates

role system:aggregate-to-view into view
read : core : configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers
read : core : replicationcontrollers/scale serviceaccounts services services/status
read : core : bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status
read : core : resourcequotas resourcequotas/status
read : core : namespaces
read : core events.k8s.io : events
read : discovery.k8s.io : endpointslices
read : apps : controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status
read : apps : replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status
read : autoscaling : horizontalpodautoscalers horizontalpodautoscalers/status
read : batch : cronjobs cronjobs/status jobs jobs/status
read : extensions : daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses
read : extensions : ingresses/status networkpolicies replicasets replicasets/scale replicasets/status
read : extensions : replicationcontrollers/scale
read : policy : poddisruptionbudgets poddisruptionbudgets/status
read : networking.k8s.io : ingresses ingresses/status networkpolicies
read : resource.k8s.io : resourceclaims resourceclaims/status resourceclaimtemplates

role view aggregates into edit
`
