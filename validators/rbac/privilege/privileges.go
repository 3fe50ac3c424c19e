// Package privilege has the permissions that lead to a secret, and finds those that a role grants.
package privilege

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Privilege is a kind of access that leads to a secret, with the permissions that give it.
type Privilege struct {
	// Code of the finding about a subject that has it and must not.
	Code finding.Code
	// Text follows "may" in messages. Format: read Secrets.
	Text string
	// group, resources and verbs are the permissions: each verb on each resource.
	group, resources, verbs string
	// ClusterWide is true where only a ClusterRoleBinding gives it: the API server asks for its permissions in no
	// namespace.
	ClusterWide bool
	// Requires are further requests that must be allowed: one of each list.
	Requires alternatives
}

// OwnOnly is true for what no role of a Segregation gives in its own component, and what is harmless anywhere else.
func (p *Privilege) OwnOnly() bool { return p.Code == finding.ExceedsRole }

// LeadsToServiceAccounts is true where a user with the privilege in a namespace may act as the service accounts there.
func (p *Privilege) LeadsToServiceAccounts() bool {
	switch p.Code {
	case finding.RunsPods, finding.EntersPods, finding.MintsTokens, finding.Impersonates:
		return true
	}
	return false
}

// alternatives are lists of requests, of each of which one must be allowed.
type alternatives = [][]authorizer.Request

const (
	rbacGroup  = wellknown.RBACGroup
	esoGroup   = wellknown.ExternalSecretsGroup
	netGroup   = wellknown.NetworkingGroup
	authGroup  = "authentication.k8s.io"
	csrGroup   = "certificates.k8s.io"
	changes    = "create patch update"
	everyWrite = "create delete deletecollection patch update"
)

// overOthers are the privileges that lead to the secrets of the components in whose namespaces a user has them, the
// most direct first. A patch that changes nothing and a deletion of a collection answer with the objects, so that they
// read Secrets too. Templates of jobs cannot be changed. The API server asks for groups, users and nodes in no
// namespace, for namespaces in the one of that name.
func overOthers() []Privilege {
	return []Privilege{
		{finding.ReadsSecrets, "read Secrets", "", "secrets", "get list watch patch deletecollection", false, nil},

		{finding.RunsPods, "run pods", "", "pods replicationcontrollers", changes, false, nil},
		{finding.RunsPods, "run pods", "apps", "daemonsets deployments replicasets statefulsets", changes, false, nil},
		{finding.RunsPods, "run pods", "batch", "cronjobs", changes, false, nil},
		{finding.RunsPods, "run pods", "batch", "jobs", "create", false, nil},
		{finding.RunsPods, "run pods", "argoproj.io", "cronworkflows rollouts workflows", changes, false, nil},
		{finding.RunsPods, "run pods", "apps.openshift.io", "deploymentconfigs", changes, false, nil},
		{finding.RunsPods, "run pods", "keda.sh", "scaledjobs", changes, false, nil},
		{finding.RunsPods, "run pods", "serving.knative.dev", "configurations services", changes, false, nil},
		{finding.RunsPods, "run pods", "tekton.dev", "pipelineruns taskruns", "create", false, nil},

		{finding.EntersPods, "enter pods", "", "pods/exec pods/attach pods/portforward", "create get", false, nil},
		{finding.EntersPods, "enter pods", "", "pods/ephemeralcontainers", "patch update", false, nil},
		{finding.EntersPods, "enter pods", "", "pods/proxy services/proxy",
			"get create update patch delete", false, nil},
		{
			finding.EntersPods, "enter pods through their nodes", "", "nodes/proxy",
			"get create update patch delete", true, nil,
		},
		{finding.EntersPods, "mount any folder of the nodes", "", "persistentvolumes", "create", true, nil},

		{finding.MintsTokens, "mint tokens of service accounts", "", "serviceaccounts/token", "create", false, nil},

		{finding.Impersonates, "impersonate", "", "users", "impersonate", true, nil},
		{finding.Impersonates, "impersonate", "", "groups", "impersonate", true, alternatives{{
			{Verb: "impersonate", Resource: "users", AnyName: true},
			{Verb: "impersonate", Resource: "serviceaccounts", AnyName: true},
		}}},
		{finding.Impersonates, "impersonate", "", "serviceaccounts", "impersonate", false, nil},
		{finding.Impersonates, "impersonate", authGroup, "users", "impersonate:user-info", true, onBehalf("user-info")},
		{
			finding.Impersonates, "impersonate", authGroup, "nodes",
			"impersonate:arbitrary-node", true, onBehalf("arbitrary-node"),
		},
		{
			finding.Impersonates, "impersonate", authGroup, "serviceaccounts",
			"impersonate:serviceaccount", false, onBehalf("serviceaccount"),
		},

		{
			finding.Escalates, "bind any role", rbacGroup, "roles clusterroles",
			"bind", false, alternatives{anyOf(changes, rbacGroup, "rolebindings")},
		},
		{
			finding.Escalates, "bind any role", rbacGroup, "clusterroles",
			"bind", true, alternatives{anyOf(changes, rbacGroup, "clusterrolebindings")},
		},
		{
			finding.Escalates, "write any right into roles", rbacGroup, "roles",
			"escalate", false, alternatives{anyOf(changes, rbacGroup, "roles")},
		},
		{finding.Escalates, "write any right into roles", rbacGroup, "clusterroles", "escalate", true, alternatives{
			anyOf(changes, rbacGroup, "clusterroles"),
		}},

		{
			finding.ApprovesCertificates, "approve certificates", csrGroup, "certificatesigningrequests/approval",
			"patch update", true, alternatives{
				{
					{Verb: "approve", Group: csrGroup, Resource: "signers",
						Name: "kubernetes.io/kube-apiserver-client"},
					{Verb: "approve", Group: csrGroup, Resource: "signers",
						Name: "kubernetes.io/kube-apiserver-client-kubelet"},
					{Verb: "approve", Group: csrGroup, Resource: "signers", Name: "kubernetes.io/*"},
				},
				{{Verb: "create", Group: csrGroup, Resource: "certificatesigningrequests"}},
			},
		},

		{finding.ChangesStores, "change stores", esoGroup, "externalsecrets pushsecrets secretstores",
			changes, false, nil},
		{
			finding.ChangesStores, "change stores", esoGroup,
			"clusterexternalsecrets clusterpushsecrets clustersecretstores",
			changes, true, nil,
		},

		{finding.ChangesWalls, "change NetworkPolicies", netGroup, "networkpolicies", everyWrite, false, nil},
		{finding.ChangesWalls, "change network policies", "cilium.io", "ciliumnetworkpolicies", everyWrite, false, nil},
		{
			finding.ChangesWalls, "change network policies", "cilium.io", "ciliumclusterwidenetworkpolicies",
			everyWrite, true, nil,
		},
		{finding.ChangesWalls, "change network policies", "crd.projectcalico.org", "networkpolicies",
			everyWrite, false, nil},
		{
			finding.ChangesWalls, "change network policies", "crd.projectcalico.org", "globalnetworkpolicies",
			everyWrite, true, nil,
		},
		{finding.ChangesWalls, "change network policies", "projectcalico.org", "networkpolicies",
			everyWrite, false, nil},
		{
			finding.ChangesWalls, "change network policies", "projectcalico.org", "globalnetworkpolicies",
			everyWrite, true, nil,
		},
		{
			finding.ChangesWalls, "change network policies", "policy.networking.k8s.io",
			"adminnetworkpolicies baselineadminnetworkpolicies clusternetworkpolicies", everyWrite, true, nil,
		},
		{finding.ChangesWalls, "change the Namespace", "", "namespaces", "patch update", false, nil},
		{
			finding.ChangesWalls, "change admission webhooks", "admissionregistration.k8s.io",
			"mutatingwebhookconfigurations validatingwebhookconfigurations " +
				"mutatingadmissionpolicies mutatingadmissionpolicybindings",
			changes, true, nil,
		},
	}
}

// overOwn are the privileges that no role of a Segregation gives in its own component, beside those over others.
func overOwn() []Privilege {
	return []Privilege{
		{finding.ExceedsRole, "change RBAC", rbacGroup, "roles rolebindings", everyWrite, false, nil},
		{finding.ExceedsRole, "change quotas", "", "limitranges resourcequotas", everyWrite, false, nil},
		{finding.ExceedsRole, "write Secrets", "", "secrets", "create update", false, nil},
	}
}

// onBehalf are the permissions to do something that leads to a secret in constrained impersonation. Facts:
// docs/facts.md, "Verbs outside of discovery".
func onBehalf(mode string) alternatives {
	requests := anyOf("get list watch", "", "secrets")
	requests = append(requests, anyOf("create", "", "pods")...)
	requests = append(requests, anyOf("create", "", "pods/exec")...)
	for i := range requests {
		requests[i].Verb = "impersonate-on:" + mode + ":" + requests[i].Verb
	}
	return alternatives{requests}
}

func anyOf(verbs, group, resource string) []authorizer.Request {
	requests := make([]authorizer.Request, 0, strings.Count(verbs, " ")+1)
	for verb := range strings.FieldsSeq(verbs) {
		r := authorizer.ResourceRequest(verb, group, resource)
		r.AnyName = true
		requests = append(requests, r)
	}
	return requests
}

// permission is one request of a privilege.
type permission struct {
	*Privilege
	authorizer.Request
}

// Catalog has the permissions of all privileges. It is not safe for concurrent use.
type Catalog struct {
	// all are in the order of the privileges. They are listed for the first role: without any, a start is shorter.
	all []permission
	// indexes of all by the resource, which has its subresource at its end.
	indexes    map[schema.GroupResource][]int
	everyIndex []int
	// grants of roles that were asked for before.
	grants map[*authorizer.Role][]Grant
}

// NewCatalog returns a catalog of no role yet.
func NewCatalog() *Catalog { return &Catalog{grants: map[*authorizer.Role][]Grant{}} }

// list lists the permissions of all privileges.
func (c *Catalog) list() {
	c.indexes = map[schema.GroupResource][]int{}
	privileges := append(overOthers(), overOwn()...)
	for i := range privileges {
		p := &privileges[i]
		for resource := range strings.FieldsSeq(p.resources) {
			for _, request := range anyOf(p.verbs, p.group, resource) {
				of := schema.GroupResource{Group: p.group, Resource: resource}
				c.indexes[of] = append(c.indexes[of], len(c.all))
				c.everyIndex = append(c.everyIndex, len(c.all))
				c.all = append(c.all, permission{p, request})
			}
		}
	}
}
