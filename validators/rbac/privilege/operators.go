package privilege

import (
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/ternary"
)

// podKinds are the resources of other projects whose objects, or the objects made of them, have pods in their own
// namespace: one API group on each line.
//
// Facts: docs/facts.md, "Operators that create pods".
const podKinds = `
acid.zalan.do postgresqls
agent.k8s.elastic.co agents
app.redislabs.com redisenterpriseclusters
apps.kruise.io advancedcronjobs broadcastjobs clonesets daemonsets ephemeraljobs sidecarsets statefulsets uniteddeployments
apps.openshift.io deploymentconfigs
argoproj.io analysisruns analysistemplates clusterworkflowtemplates cronworkflows eventbus eventsources experiments
argoproj.io rollouts sensors workflows workflowtemplates
batch.volcano.sh cronjobs jobs
beat.k8s.elastic.co beats
build.openshift.io buildconfigs builds
clickhouse.altinity.com clickhouseinstallations
databases.spotahome.com redisfailovers
elasticsearch.k8s.elastic.co elasticsearches
flink.apache.org flinkdeployments flinksessionjobs
flow.volcano.sh jobflows jobtemplates
jobset.x-k8s.io jobsets
k6.io testruns
k8s.mariadb.com mariadbs maxscales sqljobs
kafka.strimzi.io kafkabridges kafkaconnects kafkamirrormaker2s kafkanodepools kafkas
keda.sh scaledjobs
kibana.k8s.elastic.co kibanas
kubeflow.org jaxjobs mpijobs mxjobs notebooks paddlejobs pytorchjobs scheduledworkflows tfjobs xgboostjobs
kubevirt.io virtualmachineinstancereplicasets virtualmachineinstances virtualmachines
leaderworkerset.x-k8s.io leaderworkersets
minio.min.io tenants
mongodbcommunity.mongodb.com mongodbcommunity
monitoring.coreos.com alertmanagers prometheusagents prometheuses thanosrulers
opensearch.opster.io opensearchclusters
opentelemetry.io instrumentations opentelemetrycollectors
pgv2.percona.com perconapgclusters
pool.kubevirt.io virtualmachinepools
postgresql.cnpg.io clusters poolers
ps.percona.com perconaservermysqls
psmdb.percona.com perconaservermongodbs
pxc.percona.com perconaxtradbclusters
rabbitmq.com rabbitmqclusters
ray.io rayclusters rayjobs rayservices
redis.redis.opstreelabs.in redis redisclusters redisreplications redissentinels
serving.knative.dev configurations services
serving.kserve.io inferencegraphs inferenceservices
shipwright.io buildruns builds
sparkoperator.k8s.io scheduledsparkapplications sparkapplications sparkconnects
tekton.dev customruns pipelineruns pipelines runs stepactions taskruns tasks
trainer.kubeflow.org trainingruntimes trainjobs
triggers.tekton.dev eventlisteners triggerbindings triggers triggertemplates
workspace.devfile.io devworkspaces devworkspacetemplates
`

// clusterPodKinds are such resources that are in no namespace.
const clusterPodKinds = `
kubeflow.org profiles
serving.kserve.io clusterservingruntimes
tekton.dev clustertasks
trainer.kubeflow.org clustertrainingruntimes
triggers.tekton.dev clustertriggerbindings
upgrade.cattle.io plans
`

// actingKinds are the resources of other projects by whose objects an operator applies, copies or changes objects with
// rights of its own, in any namespace: one API group on each line.
//
// Facts: docs/facts.md, "Operators that act for others".
const actingKinds = `
app.k8s.io applications
app.terraform.io modules workspaces
argoproj.io applications applicationsets appprojects
capsule.clastix.io tenantresources
configsync.gke.io reposyncs rootsyncs
core.oam.dev applications workflows
data.fluxcd.io sources
fleet.cattle.io bundles gitrepos
fluxcd.controlplane.io fluxinstances resourcesets
helm.cattle.io helmchartconfigs helmcharts
helm.crossplane.io releases
helm.m.crossplane.io releases
helm.toolkit.fluxcd.io helmreleases
hnc.x-k8s.io hierarchyconfigurations subnamespaceanchors
image.toolkit.fluxcd.io imageupdateautomations
infra.contrib.fluxcd.io terraforms
kappctrl.k14s.io apps
kubernetes.m.crossplane.io objects
kustomize.toolkit.fluxcd.io kustomizations
kyverno.io policies updaterequests
notification.toolkit.fluxcd.io alerts providers receivers
operators.coreos.com clusterserviceversions installplans operatorgroups subscriptions
packaging.carvel.dev packageinstalls packagerepositories
policies.kyverno.io namespacedgeneratingpolicies namespacedmutatingpolicies
pulumi.com programs stacks
secretgen.carvel.dev secretexports secretimports
secretgen.k14s.io secretexports secretimports secrettemplates
source.toolkit.fluxcd.io buckets externalartifacts gitrepositories helmcharts helmrepositories ocirepositories
velero.io backups backupstoragelocations restores schedules
work.open-cluster-management.io manifestworks
`

// clusterActingKinds are such resources that are in no namespace.
const clusterActingKinds = `
apiextensions.crossplane.io compositeresourcedefinitions compositions environmentconfigs
capsule.clastix.io globaltenantresources tenants
clustersecret.io clustersecrets
expansion.gatekeeper.sh expansiontemplate
hnc.x-k8s.io hncconfigurations
kro.run resourcegraphdefinitions
kubernetes.crossplane.io objects providerconfigs
kyverno.io clusterpolicies
metacontroller.k8s.io compositecontrollers decoratorcontrollers
mutations.gatekeeper.sh assign assignimage assignmetadata modifyset
pkg.crossplane.io configurations deploymentruntimeconfigs functions providers
policies.kyverno.io generatingpolicies mutatingpolicies
`

// overOperators are those over the objects by which operators run pods or act for whoever writes them.
func overOperators() []Privilege {
	const runs, acts = "run pods through an operator", "have an operator act with its own rights"
	var privileges []Privilege
	for group, resources := range listed(podKinds) {
		privileges = append(privileges, of(finding.RunsPods, runs, group, resources, changes))
	}
	for group, resources := range listed(clusterPodKinds) {
		privileges = append(privileges, of(finding.RunsPods, runs, group, resources, changes).clusterWide())
	}
	for group, resources := range listed(actingKinds) {
		privileges = append(privileges,
			of(finding.ActsByOperator, acts, group, resources, changes).leavingOwn(ternary.Unknown))
	}
	for group, resources := range listed(clusterActingKinds) {
		privileges = append(privileges, of(finding.ActsByOperator, acts, group, resources, changes).clusterWide())
	}
	return append(privileges,
		of(finding.EntersPods, "enter virtual machines", "subresources.kubevirt.io",
			"virtualmachineinstances/console virtualmachineinstances/portforward virtualmachineinstances/vnc", "get"))
}

// listed reads lines of an API group and its resources.
func listed(lines string) func(yield func(group, resources string) bool) {
	return func(yield func(group, resources string) bool) {
		for line := range strings.Lines(strings.TrimSpace(lines)) {
			group, resources, _ := strings.Cut(strings.TrimSpace(line), " ")
			if !yield(group, resources) {
				return
			}
		}
	}
}
