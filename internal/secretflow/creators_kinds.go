package secretflow

import (
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/objects"
)

// operator is an object whose operator creates Secrets, of which only the pattern of their names is known.
type operator struct {
	by *objects.Object
	// pattern is one of package path.
	pattern string
}

func (o operator) creates(ref Ref) bool {
	matched, err := path.Match(o.pattern, ref.Name)
	return err == nil && matched
}

// operatorPattern is the pattern of the names of the Secrets that a kind's operator creates. Which ones there are
// depends on the operator's version and on the object. Facts: docs/facts.md, "Secrets that operators create".
func operatorPattern(o *objects.Object) (pattern string, found bool) {
	switch kind := o.GroupKind(); kind.Group {
	case "elasticsearch.k8s.elastic.co", "kibana.k8s.elastic.co", "apm.k8s.elastic.co",
		"enterprisesearch.k8s.elastic.co",
		"beat.k8s.elastic.co", "agent.k8s.elastic.co", "logstash.k8s.elastic.co", "maps.k8s.elastic.co":
		pattern = "<name>-*" // ECK: <name>-es-elastic-user, <name>-kb-http-certs-public
	case "postgresql.cnpg.io":
		// <name>-app, <name>-superuser, <name>-ca, <name>-server, <name>-replication
		pattern = only(kind.Kind == "Cluster", "<name>-*")
	case "psmdb.percona.com", "pxc.percona.com", "ps.percona.com", "pgv2.percona.com",
		"postgres-operator.crunchydata.com",
		"mongodbcommunity.mongodb.com", "mysql.oracle.com", "k8s.mariadb.com", "kubedb.com", "clickhouse.altinity.com":
		pattern = "*<name>-*" // <name>-secrets, <name>-pguser-<user>, internal-<name>-users
	case "acid.zalan.do":
		pattern = "*.<name>.credentials.*"
	case "rabbitmq.com":
		pattern = "<name>-*" // <name>-default-user, <name>-user-credentials
	case "kafka.strimzi.io":
		pattern = "<name>*" // <name>-cluster-ca-cert; a KafkaUser's has the user's name
	case "k8s.keycloak.org", "opensearch.opster.io", "redis.redis.opstreelabs.in",
		"databases.spotahome.com", "dragonflydb.io":
		pattern = "<name>-*"
	case "objectbucket.io", "secretgenerator.mittwald.de", "onepassword.com":
		pattern = "<name>"
	case "monitoring.coreos.com":
		// prometheus-<name>, alertmanager-<name>-generated; what is watched, such as a PodMonitor, has none
		servers := []string{"Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"}
		pattern = only(slices.Contains(servers, kind.Kind), "*-<name>*")
	case "helm.toolkit.fluxcd.io", "helm.cattle.io":
		pattern = "<name>*" // what a chart makes, by the convention of charts
	}
	return strings.ReplaceAll(pattern, "<name>", o.Name), pattern != ""
}

func only(condition bool, pattern string) string {
	if condition {
		return pattern
	}
	return ""
}

// decode reads no more of an object than the fields of T; what cannot be read is left out.
func decode[T any](o *objects.Object) *T {
	value := new(T)
	if err := o.DecodePart(value); err != nil {
		return new(T)
	}
	return value
}

// nameRef is how other kinds name the Secrets that they write.
type nameRef struct {
	Name            string `json:"name"`
	Namespace       string `json:"namespace"`
	SecretName      string `json:"secretName"`
	SecretNamespace string `json:"secretNamespace"`
}

// ref is the reference where it names a namespace and a name.
func (r nameRef) ref() Ref { return Ref{Namespace: r.Namespace, Name: r.Name} }

// connection is what every managed resource of Crossplane may have.
type connection struct {
	Spec struct {
		WriteConnectionSecretToRef nameRef `json:"writeConnectionSecretToRef"`
	} `json:"spec"`
}

type sealedSecret struct {
	Spec struct {
		EncryptedData map[string]any `json:"encryptedData"`
		Template      struct {
			Data map[string]any `json:"data"`
		} `json:"template"`
	} `json:"spec"`
}

type certificate struct {
	Spec struct {
		SecretName              string         `json:"secretName"`
		Keystores               map[string]any `json:"keystores"`
		AdditionalOutputFormats []any          `json:"additionalOutputFormats"`
	} `json:"spec"`
}

type issuer struct {
	Spec struct {
		ACME struct {
			PrivateKeySecretRef nameRef `json:"privateKeySecretRef"`
		} `json:"acme"`
	} `json:"spec"`
}

type sopsSecret struct {
	Spec struct {
		SecretTemplates []struct {
			Name       string         `json:"name"`
			Data       map[string]any `json:"data"`
			StringData map[string]any `json:"stringData"`
		} `json:"secretTemplates"`
	} `json:"spec"`
}

type providerClass struct {
	Spec struct {
		SecretObjects []struct {
			SecretName string `json:"secretName"`
			Data       []struct {
				Key string `json:"key"`
			} `json:"data"`
		} `json:"secretObjects"`
	} `json:"spec"`
}

// vaultSecret is a VaultStaticSecret or one of its kin of the Vault Secrets Operator.
type vaultSecret struct {
	Spec struct {
		Destination nameRef `json:"destination"`
	} `json:"spec"`
}

type infisicalSecret struct {
	Spec struct {
		ManagedSecretReference      nameRef   `json:"managedSecretReference"`
		ManagedKubeSecretReferences []nameRef `json:"managedKubeSecretReferences"`
	} `json:"spec"`
}

type dopplerSecret struct {
	Spec struct {
		ManagedSecret nameRef `json:"managedSecret"`
	} `json:"spec"`
}

// kindOf is the name of a kind with its group, for a switch.
func kindOf(kind schema.GroupKind) string { return kind.Kind + "." + kind.Group }
