package model

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/wellknown"
)

// operatorOf names what creates pods for an object, with labels that are in no pod template of the input; empty for an
// object that leads to no pods in its namespace.
func operatorOf(o *objects.Object) string {
	if o.Namespace == "" || makesNoPods(o) {
		return ""
	}
	if operator := knownOperator(o.GroupKind().Group); operator != "" {
		return operator
	}
	return "the controller of " + o.Kind
}

// knownOperator names an operator by the API group of its custom resources; empty for another group.
func knownOperator(group string) string {
	switch group {
	case "postgresql.cnpg.io":
		return "CloudNativePG"
	case "psmdb.percona.com", "pxc.percona.com", "ps.percona.com", "pgv2.percona.com":
		return "the Percona operator"
	case "redis.redis.opstreelabs.in", "databases.spotahome.com":
		return "the Redis operator"
	case "mongodbcommunity.mongodb.com":
		return "the MongoDB operator"
	case "kafka.strimzi.io":
		return "Strimzi"
	case "rabbitmq.com":
		return "the RabbitMQ operator"
	case "acid.zalan.do":
		return "the Zalando Postgres operator"
	case "k8s.mariadb.com":
		return "the MariaDB operator"
	case "minio.min.io":
		return "the MinIO operator"
	case "opensearch.opster.io", "opensearch.org":
		return "the OpenSearch operator"
	case "clickhouse.altinity.com":
		return "the ClickHouse operator"
	case "monitoring.coreos.com":
		return "the Prometheus operator"
	case "serving.knative.dev":
		return "Knative"
	case "tekton.dev":
		return "Tekton"
	}
	if strings.HasSuffix(group, ".k8s.elastic.co") {
		return "ECK"
	}
	return ""
}

// makesNoPods reports whether objects of a kind never lead to pods in their namespace: those of Kubernetes itself
// beside the workloads that are read, and add-ons that watch, route or configure.
func makesNoPods(o *objects.Object) bool {
	kind := o.GroupKind()
	switch kind.Group {
	case "", "apps", "batch", "autoscaling", "policy", "extensions",
		wellknown.ExternalSecretsGroup, "generators.external-secrets.io", "bitnami.com", "secrets.hashicorp.com",
		"cert-manager.io", "acme.cert-manager.io", "traefik.io", "traefik.containo.us", "metallb.io",
		"cilium.io", "crd.projectcalico.org", "projectcalico.org",
		"kyverno.io", "config.gatekeeper.sh", "constraints.gatekeeper.sh",
		"source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io",
		"config.kubernetes.io", "kustomize.config.k8s.io", "kpt.dev", "fn.kpt.dev":
		return true
	case "monitoring.coreos.com":
		return !slices.Contains([]string{"Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"}, kind.Kind)
	case "keda.sh":
		return kind.Kind != "ScaledJob"
	case "argoproj.io":
		return kind.Kind == "Application" || kind.Kind == "ApplicationSet" || kind.Kind == "AppProject"
	}
	return strings.HasSuffix(kind.Group, ".istio.io") ||
		knownOperator(kind.Group) == "" && strings.HasSuffix(kind.Group, ".k8s.io")
}
