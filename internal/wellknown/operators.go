package wellknown

import (
	"slices"
	"strings"
)

// Operator is a controller of another project that creates pods in the namespaces of its custom resources. Those pods
// are in no manifest.
type Operator struct {
	// Name for messages, with its article. Example: the Redis operator. It is empty where several operators share an
	// API group.
	Name string
	// kinds for which it creates pods; nil for all of its API group.
	kinds []string
}

// CreatesPods reports whether objects of a kind of the operator's API group have pods.
func (o Operator) CreatesPods(kind string) bool {
	return o.kinds == nil || slices.Contains(o.kinds, kind)
}

// OperatorOf finds an operator by the API group of its custom resources. Facts: docs/facts.md, "Operators that create
// pods".
func OperatorOf(group string) (operator Operator, known bool) {
	switch group {
	case "postgresql.cnpg.io":
		return Operator{"CloudNativePG", []string{"Cluster", "Pooler"}}, true
	case "psmdb.percona.com", "pxc.percona.com", "ps.percona.com", "pgv2.percona.com":
		return Operator{"the Percona operator", []string{
			"PerconaServerMongoDB", "PerconaXtraDBCluster", "PerconaServerMySQL", "PerconaPGCluster",
		}}, true
	case "redis.redis.opstreelabs.in", "databases.spotahome.com", "app.redislabs.com":
		return Operator{"the Redis operator", nil}, true
	case "mongodbcommunity.mongodb.com":
		return Operator{"the MongoDB operator", []string{"MongoDBCommunity"}}, true
	case "kafka.strimzi.io":
		return Operator{"Strimzi", []string{"Kafka", "KafkaNodePool", "KafkaConnect"}}, true
	case "rabbitmq.com":
		return Operator{"the RabbitMQ operator", []string{"RabbitmqCluster"}}, true
	case "acid.zalan.do":
		return Operator{"the Zalando Postgres operator", []string{"postgresql"}}, true
	case "k8s.mariadb.com":
		return Operator{"the MariaDB operator", []string{"MariaDB", "MaxScale"}}, true
	case "minio.min.io":
		return Operator{"the MinIO operator", []string{"Tenant"}}, true
	case "opensearch.opster.io", "opensearch.org":
		return Operator{"the OpenSearch operator", nil}, true
	case "clickhouse.altinity.com":
		return Operator{"the ClickHouse operator", []string{"ClickHouseInstallation"}}, true
	case "monitoring.coreos.com":
		return Operator{"the Prometheus operator", []string{
			"Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler",
		}}, true
	case "serving.knative.dev":
		return Operator{"Knative", []string{"Service"}}, true
	case "tekton.dev":
		return Operator{"Tekton", []string{"PipelineRun", "TaskRun"}}, true
	case "keda.sh":
		return Operator{kinds: []string{"ScaledJob"}}, true
	case "argoproj.io":
		return Operator{kinds: []string{"Rollout", "Workflow", "CronWorkflow"}}, true
	case "autoscaling.k8s.elastic.co", "stackconfigpolicy.k8s.elastic.co":
		return Operator{"ECK", []string{}}, true
	}
	if strings.HasSuffix(group, ".k8s.elastic.co") {
		return Operator{"ECK", nil}, true
	}
	return Operator{}, false
}

// IsAddon reports whether a label of pods is that of an add-on of clusters that serves every namespace, and runs in one
// of its own. Facts: docs/facts.md, "Pods of add-ons".
func IsAddon(key, value string) bool {
	switch key {
	case "app.kubernetes.io/name", "app":
		switch value {
		case "ingress-nginx", "nginx-ingress", "traefik", "haproxy-ingress", "kubernetes-ingress", "contour", "prometheus",
			"kube-prometheus-stack":
			return true
		}
	case "k8s-app":
		return value == "kube-dns" || value == "coredns"
	}
	return false
}

// IsIngressController reports whether the name of a workload or an image is that of an ingress controller or a gateway.
// Facts: docs/facts.md, "Pods of add-ons".
func IsIngressController(name string) bool {
	return containsAny(name, "ingress", "traefik", "haproxy", "contour", "envoy", "kong", "apisix", "ambassador", "emissary",
		"gateway", "istio", "cilium", "caddy", "skipper", "gloo", "tyk", "cloudflared", "tailscale", "nginx-controller")
}

// IsScraper reports whether the name of a workload or an image is that of what scrapes metrics. Facts: docs/facts.md,
// "Pods of add-ons".
func IsScraper(name string) bool {
	return containsAny(name, "prometheus", "vmagent", "victoria-metrics", "vmsingle", "alloy", "grafana-agent", "datadog",
		"otel", "opentelemetry", "telegraf", "mimir", "thanos")
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}
