package quota

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/quota/admission"
)

// uncounted reports pods that were not counted although a quota counts pods: those of DaemonSets, one for each node,
// and those that operators create.
func (n *namespace) uncounted(result *verdict.Result) {
	counting := slices.DeleteFunc(slices.Clone(n.quotas), func(q quota) bool {
		return !slices.ContainsFunc(admission.Names(q.Value.Spec.Hard), admission.IsOfPods)
	})
	if len(counting) == 0 {
		return
	}
	add := func(o *objects.Object, message string) {
		about(result, o, finding.Finding{
			Code: finding.QuotaUndecided, Severity: finding.Info, Message: message,
			Fix: fmt.Sprintf("leave room for them in ResourceQuota %q", counting[0].Name), Undecided: true,
		})
	}
	for _, w := range n.workloads {
		if w.count.unknown && slices.ContainsFunc(counting,
			func(q quota) bool { return admission.Counts(q.Value, w.pod) }) {
			add(w.Object, "the pods were not counted: a DaemonSet has one on every node, "+
				"and the number of nodes is not in the input")
		}
	}
	for _, o := range n.all {
		if makesPods(o.GroupKind().Group, o.Kind) {
			add(o, fmt.Sprintf("the pods that an operator creates for the %s were not counted", o.Kind))
		}
	}
}

// makesPods knows kinds of well-known operators that create pods, or change how many there are.
func makesPods(group, kind string) bool {
	switch group {
	case "postgresql.cnpg.io":
		return kind == "Cluster" || kind == "Pooler"
	case "elasticsearch.k8s.elastic.co", "kibana.k8s.elastic.co", "logstash.k8s.elastic.co", "apm.k8s.elastic.co",
		"beat.k8s.elastic.co", "agent.k8s.elastic.co", "enterprisesearch.k8s.elastic.co", "opensearch.opster.io":
		return true
	case "psmdb.percona.com", "pxc.percona.com", "ps.percona.com", "pgv2.percona.com":
		return kind == "PerconaServerMongoDB" || kind == "PerconaXtraDBCluster" || kind == "PerconaServerMySQL" ||
			kind == "PerconaPGCluster"
	case "redis.redis.opstreelabs.in", "databases.spotahome.com", "app.redislabs.com":
		return true
	case "acid.zalan.do":
		return kind == "postgresql"
	case "mongodbcommunity.mongodb.com", "rabbitmq.com":
		return kind == "MongoDBCommunity" || kind == "RabbitmqCluster"
	case "kafka.strimzi.io":
		return kind == "Kafka" || kind == "KafkaNodePool" || kind == "KafkaConnect"
	case "monitoring.coreos.com":
		return kind == "Prometheus" || kind == "Alertmanager" || kind == "ThanosRuler"
	case "keda.sh":
		return kind == "ScaledObject" || kind == "ScaledJob"
	case "argoproj.io":
		return kind == "Rollout" || kind == "Workflow" || kind == "CronWorkflow"
	case "serving.knative.dev":
		return kind == "Service"
	case "minio.min.io":
		return kind == "Tenant"
	}
	return false
}
