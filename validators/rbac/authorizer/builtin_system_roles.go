package authorizer

// builtinSystemRoles are the ClusterRoles of Kubernetes' own programs, in the form of builtinRoles. Those of its
// controllers (system:controller:...) are left out, since people do not bind them.
const builtinSystemRoles = `
role system:auth-delegator
create : authentication.k8s.io : tokenreviews
create : authorization.k8s.io : subjectaccessreviews

role system:basic-user
create : authorization.k8s.io : selfsubjectaccessreviews selfsubjectrulesreviews
create : authentication.k8s.io : selfsubjectreviews

role system:certificates.k8s.io:certificatesigningrequests:nodeclient
create : certificates.k8s.io : certificatesigningrequests/nodeclient

role system:certificates.k8s.io:certificatesigningrequests:selfnodeclient
create : certificates.k8s.io : certificatesigningrequests/selfnodeclient

role system:certificates.k8s.io:kube-apiserver-client-approver
approve : certificates.k8s.io : signers : kubernetes.io/kube-apiserver-client

role system:certificates.k8s.io:kube-apiserver-client-kubelet-approver
approve : certificates.k8s.io : signers : kubernetes.io/kube-apiserver-client-kubelet

role system:certificates.k8s.io:kubelet-serving-approver
approve : certificates.k8s.io : signers : kubernetes.io/kubelet-serving

role system:certificates.k8s.io:legacy-unknown-approver
approve : certificates.k8s.io : signers : kubernetes.io/legacy-unknown

role system:discovery
get : /api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/

role system:heapster
read : core : events namespaces nodes pods
read : extensions : deployments

role system:kube-aggregator
read : core : endpoints services

role system:kube-controller-manager
create patch update : core events.k8s.io : events
create : coordination.k8s.io : leases
get update : coordination.k8s.io : leases : kube-controller-manager
create : core : secrets serviceaccounts
delete : core : secrets
get : core : configmaps namespaces secrets serviceaccounts
update : core : secrets serviceaccounts
create : authentication.k8s.io : tokenreviews
create : authorization.k8s.io : subjectaccessreviews
list watch : * : *
create : core : serviceaccounts/token

role system:kube-dns
list watch : core : endpoints services

role system:kube-scheduler
create patch update : core events.k8s.io : events
create : coordination.k8s.io : leases
read update : coordination.k8s.io : leases : kube-scheduler
read write : coordination.k8s.io : leasecandidates
read : core : nodes
read delete : core : pods
create : core : bindings pods/binding
patch update : core : pods/status
read : core : replicationcontrollers services
read : apps extensions : replicasets
read : apps : statefulsets
read : policy : poddisruptionbudgets
read : core : persistentvolumeclaims persistentvolumes
create : authentication.k8s.io : tokenreviews
create : authorization.k8s.io : subjectaccessreviews
read : storage.k8s.io : csinodes
read : storage.k8s.io : volumeattachments
read : core : namespaces
read : storage.k8s.io : csidrivers
read : storage.k8s.io : csistoragecapacities
read : resource.k8s.io : deviceclasses
read patch update : resource.k8s.io : resourceclaims
read patch update : resource.k8s.io : resourceclaims/status
update : core : pods/finalizers
read : resource.k8s.io : resourceslices
create delete : resource.k8s.io : resourceclaims
patch update : resource.k8s.io : resourceclaims/binding

role system:kubelet-api-admin
read : core : nodes
proxy : core : nodes
* : core : nodes/log nodes/metrics nodes/proxy nodes/stats
* : core : nodes/configz nodes/healthz nodes/pods

role system:monitoring
get : /flagz /healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/* /statusz
get : core : nodes/metrics

role system:node
create : authentication.k8s.io : tokenreviews
create : authorization.k8s.io : localsubjectaccessreviews subjectaccessreviews
read : core : services
read create : core : nodes
patch update : core : nodes/status
patch update : core : nodes
create patch update : core events.k8s.io : events
read : core : pods
create delete : core : pods
patch update : core : pods/status
create : core : pods/eviction
read : core : configmaps secrets
get : core : persistentvolumeclaims persistentvolumes
get : core : endpoints
read create : certificates.k8s.io : certificatesigningrequests
create delete get patch update : coordination.k8s.io : leases
get : storage.k8s.io : volumeattachments
create : core : serviceaccounts/token
get patch update : core : persistentvolumeclaims/status
read : storage.k8s.io : csidrivers
create delete get patch update : storage.k8s.io : csinodes
read : node.k8s.io : runtimeclasses
get : resource.k8s.io : resourceclaims
deletecollection : resource.k8s.io : resourceslices
get : core : serviceaccounts

role system:node-bootstrapper
read create : certificates.k8s.io : certificatesigningrequests

role system:node-problem-detector
get : core : nodes
patch : core : nodes/status
create patch update : core events.k8s.io : events

role system:node-proxier
list watch : core : endpoints services
read : core : nodes
create patch update : core events.k8s.io : events
list watch : networking.k8s.io : servicecidrs
list watch : discovery.k8s.io : endpointslices

role system:persistent-volume-provisioner
read create delete : core : persistentvolumes
read update : core : persistentvolumeclaims
read : storage.k8s.io : storageclasses
watch : core : events
create patch update : core events.k8s.io : events

role system:public-info-viewer
get : /healthz /livez /readyz /version /version/

role system:service-account-issuer-discovery
get : /.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/

role system:volume-scheduler
read patch update : core : persistentvolumes
read : storage.k8s.io : storageclasses
read patch update : core : persistentvolumeclaims
`

// builtinNamespacedRoles are the Roles that every cluster has, in the form of builtinRoles, as NAMESPACE/NAME.
const builtinNamespacedRoles = `
role kube-public/system:controller:bootstrap-signer
read : core : configmaps
update : core : configmaps : cluster-info
create patch update : core events.k8s.io : events

role kube-system/extension-apiserver-authentication-reader
read : core : configmaps : extension-apiserver-authentication

role kube-system/system::leader-locking-kube-controller-manager
watch : core : configmaps
get update : core : configmaps : kube-controller-manager

role kube-system/system::leader-locking-kube-scheduler
watch : core : configmaps
get update : core : configmaps : kube-scheduler

role kube-system/system:controller:bootstrap-signer
read : core : secrets

role kube-system/system:controller:cloud-provider
create read : core : configmaps

role kube-system/system:controller:token-cleaner
read delete : core : secrets
create patch update : core events.k8s.io : events
`
