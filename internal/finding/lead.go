package finding

import "cmp"

// EndKind is what somebody controls or holds.
type EndKind string

// The kinds of ends.
const (
	// OfComponent is everything in the namespace of a component: its pods, service accounts and Secrets, and the people
	// whom a Segregation gives access.
	OfComponent EndKind = "component"
	// OfPods are the pods that run in a namespace; with a name, the one pod of that name.
	OfPods EndKind = "pods"
	// OfWorkload are the pods of one workload. Its name has the kind before it. Format: Deployment/web.
	OfWorkload EndKind = "workload"
	// OfNewPods is to run pods of one's own in a namespace.
	OfNewPods EndKind = "newPods"
	// OfAccount is to act as a service account, OfAccounts as each one of a namespace.
	OfAccount  EndKind = "account"
	OfAccounts EndKind = "accounts"
	// OfMember is to be one of the service accounts of a namespace or, Everywhere, any user of the cluster.
	OfMember EndKind = "member"
	// OfPerson is a user or group from outside the cluster. Its name has the kind before it. Format: Group/team.
	OfPerson EndKind = "person"
	// OfSecret are the values of one Secret, OfSecrets those of all Secrets of a namespace.
	OfSecret  EndKind = "secret"
	OfSecrets EndKind = "secrets"
	// OfNode is a node of the cluster, OfCluster all of it.
	OfNode    EndKind = "node"
	OfCluster EndKind = "cluster"
)

// Everywhere stands for every namespace.
const Everywhere = "*"

// End is what a [Lead] begins or ends at.
type End struct {
	Kind EndKind `json:"kind"`
	// Namespace is Everywhere for all of them; empty for what is in none.
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

// Compare orders ends by kind, namespace and name.
func (e End) Compare(other End) int {
	return cmp.Or(cmp.Compare(e.Kind, other.Kind), cmp.Compare(e.Namespace, other.Namespace),
		cmp.Compare(e.Name, other.Name))
}

// Lead is what follows from a finding: whoever has one of From obtains each of To.
type Lead struct{ From, To []End }

// NewLead is that whoever has one of from obtains each of to; nil where one of both is empty.
func NewLead(from, to []End) *Lead {
	if len(from) == 0 || len(to) == 0 {
		return nil
	}
	return &Lead{From: from, To: to}
}

// In are ends of one kind, one in each namespace.
func (k EndKind) In(namespaces ...string) []End {
	ends := make([]End, len(namespaces))
	for i, namespace := range namespaces {
		ends[i] = End{Kind: k, Namespace: namespace}
	}
	return ends
}

// Named is one end.
func (k EndKind) Named(namespace, name string) []End {
	return []End{{Kind: k, Namespace: namespace, Name: name}}
}
