// Package privilege has the permissions that lead to a secret, and finds those that a role grants.
package privilege

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/ternary"
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
	Requires [][]authorizer.Request
	// Own is what the privilege leads to in the namespace of its subject's own component: No, where it stays inside of
	// it; Yes, to other components; Unknown, where that is up to what the input does not show.
	Own ternary.Answer
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

// LeadsToNamespace is true where a user with the privilege in a namespace may act as the service accounts there, read
// what they keep there, or have them act.
func (p *Privilege) LeadsToNamespace() bool {
	switch p.Code {
	case finding.ReadsSecrets, finding.Escalates, finding.ActsByOperator:
		return true
	}
	return p.LeadsToServiceAccounts()
}

const (
	rbacGroup      = wellknown.RBACGroup
	esoGroup       = wellknown.ExternalSecretsGroup
	netGroup       = wellknown.NetworkingGroup
	authGroup      = "authentication.k8s.io"
	csrGroup       = "certificates.k8s.io"
	admissionGroup = "admissionregistration.k8s.io"

	changes      = "create patch update"
	everyWrite   = "create delete deletecollection patch update"
	readsSecrets = "get list watch patch deletecollection delete"
	anyProxy     = "get create update patch delete"
)

// of is a privilege that stays inside of the component of the subject, where that has it in its own namespace.
func of(code finding.Code, text, group, resources, verbs string) Privilege {
	return Privilege{Code: code, Text: text, group: group, resources: resources, verbs: verbs}
}

// clusterWide is p that only a ClusterRoleBinding gives.
func (p Privilege) clusterWide() Privilege {
	p.ClusterWide = true
	return p
}

// requiring is p that further requests are needed for: one of each list.
func (p Privilege) requiring(lists ...[]authorizer.Request) Privilege {
	p.Requires = lists
	return p
}

// leavingOwn is p that leads out of the subject's own namespace, or may.
func (p Privilege) leavingOwn(leads ternary.Answer) Privilege {
	p.Own = leads
	return p
}

// overOthers are the privileges that lead to the secrets of the components in whose namespaces a user has them, the
// most direct first. The API server asks for groups, users and nodes in no namespace, for namespaces in the one of that
// name.
func overOthers() []Privilege {
	return slices.Concat(overSecretsAndPods(), overIdentities(), overStores(), overWalls(), overOperators())
}

// overSecretsAndPods are those over Secrets, pods and their nodes. Every verb but create and update answers with the
// Secret, if only in certain cases. Templates of jobs cannot be changed.
//
// Facts: docs/facts.md, "Verbs that answer with the object".
func overSecretsAndPods() []Privilege {
	pods := func(group, resources, verbs string) Privilege {
		return of(finding.RunsPods, "run pods", group, resources, verbs)
	}
	return []Privilege{
		of(finding.ReadsSecrets, "read Secrets", "", "secrets", readsSecrets),
		pods("", "pods replicationcontrollers", changes),
		pods("apps", "daemonsets deployments replicasets statefulsets", changes),
		pods("batch", "cronjobs", changes),
		pods("batch", "jobs", "create"),

		of(finding.EntersPods, "enter pods", "", "pods/exec pods/attach pods/portforward", "create get"),
		of(finding.EntersPods, "enter pods", "", "pods/ephemeralcontainers", "patch update"),
		of(finding.EntersPods, "enter pods", "", "pods/proxy services/proxy", anyProxy),
		of(finding.EntersPods, "enter pods through their nodes", "", "nodes/proxy", anyProxy).clusterWide(),
		of(finding.EntersPods, "mount any folder of the nodes", "", "persistentvolumes", "create").clusterWide(),
		of(finding.EntersPods, "give a pod the address of another and enter it", "", "pods/status", "patch update").
			requiring(anyOf(anyProxy, "", "pods/proxy")).leavingOwn(ternary.Yes),
	}
}

// overIdentities are those by which a user becomes another, or gets rights.
func overIdentities() []Privilege {
	impersonates := func(group, resource, verb string) Privilege {
		return of(finding.Impersonates, "impersonate", group, resource, verb)
	}
	escalates := func(text, resources, verb string) Privilege {
		return of(finding.Escalates, text, rbacGroup, resources, verb)
	}
	const binds, writes = "bind any role", "write any right into roles"
	requestsCertificates := []authorizer.Request{{Verb: "create", Group: csrGroup, Resource: "certificatesigningrequests"}}
	return []Privilege{
		of(finding.MintsTokens, "mint tokens of service accounts", "", "serviceaccounts/token", "create"),
		of(finding.MintsTokens, "make Secrets with tokens of service accounts and read them", "", "secrets", "create").
			requiring(anyOf(readsSecrets, "", "secrets")),

		impersonates("", "users", "impersonate").clusterWide(),
		impersonates("", "groups", "impersonate").clusterWide().requiring([]authorizer.Request{
			{Verb: "impersonate", Resource: "users", AnyName: true},
			{Verb: "impersonate", Resource: "serviceaccounts", AnyName: true},
		}),
		impersonates("", "serviceaccounts", "impersonate"),
		impersonates(authGroup, "users", "impersonate:user-info").clusterWide().requiring(onBehalf("user-info")),
		impersonates(authGroup, "nodes", "impersonate:arbitrary-node").clusterWide().
			requiring(onBehalf("arbitrary-node")),
		impersonates(authGroup, "serviceaccounts", "impersonate:serviceaccount").requiring(onBehalf("serviceaccount")),

		escalates(binds, "roles clusterroles", "bind").requiring(anyOf(changes, rbacGroup, "rolebindings")),
		escalates(binds, "clusterroles", "bind").clusterWide().
			requiring(anyOf(changes, rbacGroup, "clusterrolebindings")),
		escalates(writes, "roles", "escalate").requiring(anyOf(changes, rbacGroup, "roles")),
		escalates(writes, "clusterroles", "escalate").clusterWide().
			requiring(anyOf(changes, rbacGroup, "clusterroles")),

		of(finding.ApprovesCertificates, "approve certificates", csrGroup, "certificatesigningrequests/approval",
			"patch update").clusterWide().requiring(
			[]authorizer.Request{
				{Verb: "approve", Group: csrGroup, Resource: "signers", Name: "kubernetes.io/kube-apiserver-client"},
				{Verb: "approve", Group: csrGroup, Resource: "signers",
					Name: "kubernetes.io/kube-apiserver-client-kubelet"},
				{Verb: "approve", Group: csrGroup, Resource: "signers", Name: "kubernetes.io/*"},
			},
			requestsCertificates,
		),
		// Facts: docs/facts.md, "Certificates of nodes".
		of(finding.ApprovesCertificates, "have certificates of nodes approved", csrGroup,
			"certificatesigningrequests/nodeclient", "create").clusterWide().requiring(requestsCertificates),
	}
}

func overStores() []Privilege {
	return []Privilege{
		of(finding.ChangesStores, "change stores", esoGroup, "externalsecrets pushsecrets secretstores", changes),
		of(finding.ChangesStores, "change stores", esoGroup,
			"clusterexternalsecrets clusterpushsecrets clustersecretstores", changes).clusterWide(),
	}
}

// overWalls are those over what keeps components apart.
//
// Facts: docs/facts.md, "Kinds of network plugins".
func overWalls() []Privilege {
	policies := func(group, resources string) Privilege {
		return of(finding.ChangesWalls, "change network policies", group, resources, everyWrite)
	}
	network := func(group, resources string) Privilege {
		return of(finding.ChangesWalls, "change the network", group, resources, changes)
	}
	const calico, calicoAPI = "crd.projectcalico.org", "projectcalico.org"
	const calicoWide = "bgpconfigurations bgppeers clusterinformations felixconfigurations globalnetworksets " +
		"hostendpoints ippools profiles tiers"
	return []Privilege{
		of(finding.ChangesWalls, "change NetworkPolicies", netGroup, "networkpolicies", everyWrite),
		policies("cilium.io", "ciliumnetworkpolicies"),
		policies("cilium.io", "ciliumclusterwidenetworkpolicies ciliumcidrgroups").clusterWide(),
		policies(calico, "networkpolicies networksets"),
		policies(calico, "globalnetworkpolicies").clusterWide(),
		policies(calicoAPI, "networkpolicies networksets"),
		policies(calicoAPI, "globalnetworkpolicies").clusterWide(),
		policies("policy.networking.k8s.io", "adminnetworkpolicies baselineadminnetworkpolicies clusternetworkpolicies").
			clusterWide(),
		network("cilium.io", "ciliumendpoints ciliumendpointslices ciliumenvoyconfigs ciliumlocalredirectpolicies"),
		network("cilium.io", "ciliumclusterwideenvoyconfigs ciliumegressgatewaypolicies ciliumidentities ciliumnodes").
			clusterWide(),
		network(calico, "workloadendpoints"),
		network(calico, calicoWide).clusterWide(),
		network(calicoAPI, "workloadendpoints"),
		network(calicoAPI, calicoWide).clusterWide(),
		network("k8s.cni.cncf.io", "network-attachment-definitions").leavingOwn(ternary.Unknown),

		of(finding.ChangesWalls, "change the Namespace", "", "namespaces namespaces/status", "patch update").
			leavingOwn(ternary.Unknown),
		of(finding.ChangesWalls, "change the labels of pods", "", "pods/status", "patch update"),
		of(finding.ChangesWalls, "change admission webhooks", admissionGroup,
			"mutatingwebhookconfigurations validatingwebhookconfigurations "+
				"mutatingadmissionpolicies mutatingadmissionpolicybindings", changes).clusterWide(),
		of(finding.ChangesWalls, "change who serves kinds of the API", "apiextensions.k8s.io",
			"customresourcedefinitions", changes).clusterWide(),
		of(finding.ChangesWalls, "change who serves kinds of the API", "apiregistration.k8s.io",
			"apiservices", changes).clusterWide(),
	}
}

// overOwn are the privileges that no role of a Segregation gives in its own component, beside those over others.
func overOwn() []Privilege {
	return []Privilege{
		of(finding.ExceedsRole, "change RBAC", rbacGroup, "roles rolebindings", everyWrite),
		of(finding.ExceedsRole, "change quotas", "", "limitranges resourcequotas", everyWrite),
		of(finding.ExceedsRole, "write Secrets", "", "secrets", "create update"),
	}
}

// onBehalf are the permissions to do something that leads to a secret in constrained impersonation. Facts:
// docs/facts.md, "Verbs outside of discovery".
func onBehalf(mode string) []authorizer.Request {
	requests := anyOf("get list watch", "", "secrets")
	requests = append(requests, anyOf("create", "", "pods")...)
	requests = append(requests, anyOf("create", "", "pods/exec")...)
	for i := range requests {
		requests[i].Verb = "impersonate-on:" + mode + ":" + requests[i].Verb
	}
	return requests
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
	// allowed are the indexes of all that rules grant, by their keys.
	allowed map[string][]int
	// grants of roles that were asked for before.
	grants map[*authorizer.Role][]Grant
	// unknown rights of such roles.
	unknown map[*authorizer.Role][]Right
	// harmless, clusterScoped and readable are lists of rights.
	harmless, clusterScoped, readable list
	served                            served
}

// NewCatalog returns a catalog of no role yet.
func NewCatalog() *Catalog {
	return &Catalog{allowed: map[string][]int{}, grants: map[*authorizer.Role][]Grant{}, unknown: map[*authorizer.Role][]Right{}}
}

// list lists the permissions of all privileges.
func (c *Catalog) list() {
	c.indexes = map[schema.GroupResource][]int{}
	c.harmless = listOf(harmlessRights)
	c.clusterScoped = listOf(clusterScoped)
	c.readable = listOf(readable)
	c.served = readServed()
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
