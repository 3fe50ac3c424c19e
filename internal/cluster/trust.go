package cluster

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/wellknown"
)

// Trusts is why whatever runs in a namespace may have rights over every component: as the Cluster says or, where it
// does not, because Kubernetes itself or a known operator is usually there. It is empty where nothing says so.
//
// Facts: docs/facts.md, "Namespaces of operators".
func (c Cluster) Trusts(namespace string) string {
	switch name := wellknown.Operators()[namespace]; {
	case c.Namespaces[namespace].Trusted != "":
		return c.Namespaces[namespace].Trusted
	case namespace == "":
		return ""
	case namespace == c.ExternalSecrets.Namespace:
		return "the External Secrets Operator is there"
	case name != "":
		return fmt.Sprintf("%s is usually there", name)
	case strings.HasPrefix(namespace, wellknown.KubernetesPrefix):
		return "Kubernetes' own components are there"
	}
	return ""
}
