package network

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/objects"
)

// operatorOf names an operator by the API group of its custom resources; empty for another group. It creates pods whose
// labels stand in no pod template of the input.
func operatorOf(group string) string {
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

// inert says whether objects of a kind never lead to pods in their namespace: those of Kubernetes itself beside the
// workloads that are read, and add-ons that watch, route or configure.
func inert(o *objects.Object) bool {
	kind := o.GroupKind()
	switch kind.Group {
	case "", "apps", "batch", "autoscaling", "policy", "extensions", "external-secrets.io", "generators.external-secrets.io", "bitnami.com",
		"cert-manager.io", "acme.cert-manager.io", "traefik.io", "traefik.containo.us", "cilium.io", "crd.projectcalico.org", "projectcalico.org",
		"kyverno.io", "source.toolkit.fluxcd.io", "notification.toolkit.fluxcd.io", "config.gatekeeper.sh", "constraints.gatekeeper.sh",
		"secrets.hashicorp.com", "config.kubernetes.io", "kustomize.config.k8s.io", "kpt.dev", "fn.kpt.dev", "metallb.io":
		return true
	case "monitoring.coreos.com":
		return !slices.Contains([]string{"Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"}, kind.Kind)
	case "keda.sh":
		return kind.Kind != "ScaledJob"
	case "argoproj.io":
		return kind.Kind == "Application" || kind.Kind == "ApplicationSet" || kind.Kind == "AppProject"
	}
	return strings.HasSuffix(kind.Group, ".istio.io") || operatorOf(kind.Group) == "" && strings.HasSuffix(kind.Group, ".k8s.io")
}

// findMakers notes for each namespace who creates pods in it that the input does not show.
func (w *world) findMakers() {
	for _, o := range w.set.All {
		if o.Namespace == "" || inert(o) {
			continue
		}
		maker := operatorOf(o.GroupKind().Group)
		if maker == "" {
			maker = "the controller of " + o.Kind
		}
		if n := w.space(o.Namespace); !slices.Contains(n.makers, maker) {
			n.makers = append(n.makers, maker)
		}
	}
}
