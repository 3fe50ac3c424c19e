package coverage

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// entry says something of custom kinds.
type entry struct {
	// group of the kinds. One that begins with "." stands for every group that ends so.
	group string
	// kinds are separated by spaces; "*" are all of the group that no other entry has.
	kinds string
	// reason completes "GROUP/KIND: ". For kinds that install, it is what they install.
	reason string
	// source is where the reason is from.
	source string
}

func (e *entry) hasGroup(group string) bool {
	return e.group == group || strings.HasPrefix(e.group, ".") && strings.HasSuffix(group, e.group)
}

// find is the entry of a kind: one that names it, or else one for all kinds of its group.
func find(entries []entry, kind schema.GroupKind) *entry {
	var all *entry
	for i := range entries {
		e := &entries[i]
		switch {
		case !e.hasGroup(kind.Group):
		case slices.Contains(strings.Fields(e.kinds), kind.Kind):
			return e
		case e.kinds == "*" && all == nil:
			all = e
		}
	}
	return all
}

// judged has the kinds that families decide, or say themselves that they do not: "N", or a few. Kinds of Kubernetes that
// are in no list are not decided, as custom kinds are.
func judged() []entry {
	return []entry{
		{"", "Namespace", "K, P", ""},
		{"", "ServiceAccount", "R", ""},
		{"", "Secret ConfigMap PersistentVolume PersistentVolumeClaim", "P", ""},
		{"", "Service", "N", ""},
		{"", "Pod ReplicationController", "N, R, P, Q", ""},
		{"", "ResourceQuota LimitRange", "Q", ""},
		{"apps", "Deployment StatefulSet DaemonSet ReplicaSet", "N, R, P, Q", ""},
		{"batch", "Job CronJob", "N, R, P, Q", ""},
		{"autoscaling", "HorizontalPodAutoscaler", "Q", ""},
		{"networking.k8s.io", "NetworkPolicy", "N", ""},
		{"networking.k8s.io", "Ingress", "N, P, K", ""},
		{"extensions", "Ingress", "K", ""},
		{"cilium.io", "CiliumNetworkPolicy CiliumClusterwideNetworkPolicy CiliumEgressGatewayPolicy", "N", ""},
		{"policy.networking.k8s.io", "AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy", "N", ""},
		{"crd.projectcalico.org", "NetworkPolicy GlobalNetworkPolicy", "N", ""},
		{"projectcalico.org", "NetworkPolicy GlobalNetworkPolicy", "N", ""},
		{"crd.antrea.io", "NetworkPolicy ClusterNetworkPolicy", "N", ""},
		{"k8s.ovn.org", "EgressFirewall", "N", ""},
		{"network.openshift.io", "EgressNetworkPolicy", "N", ""},
		{"k8s.cni.cncf.io", "MultiNetworkPolicy", "N", ""},
		{"rbac.authorization.k8s.io", "Role ClusterRole RoleBinding ClusterRoleBinding", "R", ""},
		{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration MutatingWebhookConfiguration", "R", ""},
		{"apiextensions.k8s.io", "CustomResourceDefinition", "R", ""},
		{"apiregistration.k8s.io", "APIService", "R", ""},
		{"storage.k8s.io", "StorageClass", "P", ""},
		{"external-secrets.io", "SecretStore ClusterSecretStore ExternalSecret ClusterExternalSecret PushSecret " +
			"ClusterPushSecret", "E", ""},
	}
}

// installers are the kinds with which something outside of the input is installed, so that the manifests are not final.
func installers() []entry {
	return []entry{
		{"helm.toolkit.fluxcd.io", "HelmRelease", "a Helm chart", "https://fluxcd.io/flux/components/helm/helmreleases/"},
		{"kustomize.toolkit.fluxcd.io", "Kustomization", "a folder of a source",
			"https://fluxcd.io/flux/components/kustomize/kustomizations/"},
		{"fluxcd.controlplane.io", "ResourceSet FluxInstance", "the objects of its templates, or Flux",
			"https://fluxoperator.dev/docs/crd/resourceset/"},
		{"infra.contrib.fluxcd.io", "Terraform", "what a Terraform module makes", "https://flux-iac.github.io/tofu-controller/"},
		{"argoproj.io", "Application ApplicationSet", "what Argo CD applies from a source",
			"https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/"},
		{"helm.cattle.io", "HelmChart HelmChartConfig", "a Helm chart", "https://docs.k3s.io/add-ons/helm"},
		{"k3s.cattle.io", "Addon", "the manifests of an add-on", "https://docs.k3s.io/installation/packaged-components"},
		{"fleet.cattle.io", "GitRepo Bundle HelmOp", "what Fleet applies from a source", "https://fleet.rancher.io/"},
		{"operators.coreos.com", "Subscription ClusterServiceVersion InstallPlan CatalogSource OperatorGroup",
			"an operator with its rights", "https://olm.operatorframework.io/docs/"},
		{"olm.operatorframework.io", "ClusterExtension ClusterCatalog", "an operator with its rights",
			"https://operator-framework.github.io/operator-controller/"},
		{"kappctrl.k14s.io", "App", "what kapp-controller applies from a source", "https://carvel.dev/kapp-controller/"},
		{"packaging.carvel.dev", "PackageInstall PackageRepository", "a package", "https://carvel.dev/kapp-controller/"},
		{"core.oam.dev", "Application", "the objects of its components", "https://kubevela.io/docs/"},
		{"app.terraform.io", "Workspace Module", "what a Terraform module makes",
			"https://developer.hashicorp.com/terraform/cloud-docs/integrations/kubernetes"},
		{"pulumi.com", "Stack", "what a Pulumi program makes", "https://www.pulumi.com/docs/iac/using-pulumi/continuous-delivery/pulumi-kubernetes-operator/"},
		{"configsync.gke.io", "RootSync RepoSync", "what Config Sync applies from a source",
			"https://cloud.google.com/kubernetes-engine/enterprise/config-sync/docs"},
		{"configmanagement.gke.io", "*", "what Config Sync applies from a source",
			"https://cloud.google.com/kubernetes-engine/enterprise/config-sync/docs"},
		{"gitops.kluctl.io", "KluctlDeployment", "what Kluctl applies from a source", "https://kluctl.io/docs/gitops/"},
		{"config.projectsveltos.io", "ClusterProfile Profile", "what Sveltos applies", "https://projectsveltos.github.io/sveltos/"},
		{"work.open-cluster-management.io", "ManifestWork ManifestWorkReplicaSet", "the manifests in it",
			"https://open-cluster-management.io/docs/concepts/work-distribution/manifestwork/"},
		{"kro.run", "ResourceGraphDefinition", "the objects of its template", "https://kro.run/docs/overview"},
		{"metacontroller.k8s.io", "CompositeController DecoratorController", "what its webhook answers",
			"https://metacontroller.github.io/metacontroller/"},
		{"apiextensions.crossplane.io", "Composition CompositeResourceDefinition", "the objects of its templates",
			"https://docs.crossplane.io/latest/composition/"},
		{"pkg.crossplane.io", "Provider Function Configuration DeploymentRuntimeConfig", "a package with its rights",
			"https://docs.crossplane.io/latest/packages/"},
		{"helm.crossplane.io", "Release", "a Helm chart", "https://github.com/crossplane-contrib/provider-helm"},
		{"helm.m.crossplane.io", "Release", "a Helm chart", "https://github.com/crossplane-contrib/provider-helm"},
		{"kubernetes.crossplane.io", "Object ObservedObjectCollection", "the manifest in it",
			"https://github.com/crossplane-contrib/provider-kubernetes"},
		{"kubernetes.m.crossplane.io", "Object ObservedObjectCollection", "the manifest in it",
			"https://github.com/crossplane-contrib/provider-kubernetes"},
		{"operator.cluster.x-k8s.io", "*", "a provider with its rights", "https://cluster-api-operator.sigs.k8s.io/"},
		{"operator.tekton.dev", "*", "parts of Tekton", "https://tekton.dev/docs/operator/"},
		{"operator.knative.dev", "*", "parts of Knative", "https://knative.dev/docs/install/operator/knative-with-operators/"},
		{"install.istio.io", "IstioOperator", "Istio", "https://istio.io/latest/docs/reference/config/istio.operator.v1alpha1/"},
		{"sailoperator.io", "*", "Istio", "https://github.com/istio-ecosystem/sail-operator"},
		{"operator.tigera.io", "Installation APIServer", "Calico", "https://docs.tigera.io/calico/latest/reference/installation/api"},
	}
}
