package rbac

import (
	"strings"

	"cloison.dev/cloison/internal/finding"
)

// ability is something that leads to a secret, with the requests by which it is done.
type ability struct {
	code finding.Code
	// does says what it is, after "may".
	does string
	// group, resources and verbs are the requests; each resource with each verb.
	group, resources, verbs string
	// cluster says that a ClusterRoleBinding is needed: the API server asks for it in no namespace.
	cluster bool
	// needs are further rights, without which the ability is none: one of each list.
	needs [][]Request
}

const (
	rbacGroup  = "rbac.authorization.k8s.io"
	esoGroup   = "external-secrets.io"
	authGroup  = "authentication.k8s.io"
	csrGroup   = "certificates.k8s.io"
	changes    = "create patch update"
	everyWrite = "create delete deletecollection patch update"
)

// abilities are all ways to another component's secrets, the most direct first. A patch that changes nothing and a
// deletion of a collection answer with the objects, so that they read Secrets too. Templates of jobs cannot be changed.
// The API server asks for groups, users and nodes in no namespace, for namespaces in the one of that name.
func abilities() []ability {
	return []ability{
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
		{finding.EntersPods, "enter pods", "", "pods/proxy services/proxy", "get create update patch delete", false, nil},
		{finding.EntersPods, "enter pods through their nodes", "", "nodes/proxy", "get create update patch delete", true, nil},
		{finding.EntersPods, "mount any folder of the nodes", "", "persistentvolumes", "create", true, nil},

		{finding.MintsTokens, "mint tokens of service accounts", "", "serviceaccounts/token", "create", false, nil},

		{finding.Impersonates, "impersonate", "", "users", "impersonate", true, nil},
		{finding.Impersonates, "impersonate", "", "groups", "impersonate", true, [][]Request{{
			{Verb: "impersonate", Resource: "users", anyName: true}, {Verb: "impersonate", Resource: "serviceaccounts", anyName: true},
		}}},
		{finding.Impersonates, "impersonate", "", "serviceaccounts", "impersonate", false, nil},
		{finding.Impersonates, "impersonate", authGroup, "users", "impersonate:user-info", true, onBehalf("user-info")},
		{finding.Impersonates, "impersonate", authGroup, "nodes", "impersonate:arbitrary-node", true, onBehalf("arbitrary-node")},
		{finding.Impersonates, "impersonate", authGroup, "serviceaccounts", "impersonate:serviceaccount", false, onBehalf("serviceaccount")},

		{finding.Escalates, "bind any role", rbacGroup, "roles clusterroles", "bind", false, [][]Request{oneOf(changes, rbacGroup, "rolebindings")}},
		{finding.Escalates, "bind any role", rbacGroup, "clusterroles", "bind", true, [][]Request{oneOf(changes, rbacGroup, "clusterrolebindings")}},
		{finding.Escalates, "write any right into roles", rbacGroup, "roles", "escalate", false, [][]Request{oneOf(changes, rbacGroup, "roles")}},
		{finding.Escalates, "write any right into roles", rbacGroup, "clusterroles", "escalate", true, [][]Request{
			oneOf(changes, rbacGroup, "clusterroles"),
		}},

		{finding.ApprovesCertificates, "approve certificates", csrGroup, "certificatesigningrequests/approval", "patch update", true, [][]Request{
			{
				{Verb: "approve", Group: csrGroup, Resource: "signers", Name: "kubernetes.io/kube-apiserver-client"},
				{Verb: "approve", Group: csrGroup, Resource: "signers", Name: "kubernetes.io/kube-apiserver-client-kubelet"},
				{Verb: "approve", Group: csrGroup, Resource: "signers", Name: "kubernetes.io/*"},
			},
			{{Verb: "create", Group: csrGroup, Resource: "certificatesigningrequests"}},
		}},

		{finding.ChangesStores, "change stores", esoGroup, "externalsecrets pushsecrets secretstores", changes, false, nil},
		{finding.ChangesStores, "change stores", esoGroup, "clusterexternalsecrets clusterpushsecrets clustersecretstores", changes, true, nil},

		{finding.ChangesWalls, "change NetworkPolicies", "networking.k8s.io", "networkpolicies", everyWrite, false, nil},
		{finding.ChangesWalls, "change network policies", "cilium.io", "ciliumnetworkpolicies", everyWrite, false, nil},
		{finding.ChangesWalls, "change network policies", "cilium.io", "ciliumclusterwidenetworkpolicies", everyWrite, true, nil},
		{finding.ChangesWalls, "change network policies", "crd.projectcalico.org", "networkpolicies", everyWrite, false, nil},
		{finding.ChangesWalls, "change network policies", "crd.projectcalico.org", "globalnetworkpolicies", everyWrite, true, nil},
		{finding.ChangesWalls, "change network policies", "projectcalico.org", "networkpolicies", everyWrite, false, nil},
		{finding.ChangesWalls, "change network policies", "projectcalico.org", "globalnetworkpolicies", everyWrite, true, nil},
		{
			finding.ChangesWalls, "change network policies", "policy.networking.k8s.io",
			"adminnetworkpolicies baselineadminnetworkpolicies clusternetworkpolicies", everyWrite, true, nil,
		},
		{finding.ChangesWalls, "change the Namespace", "", "namespaces", "patch update", false, nil},
		{
			finding.ChangesWalls, "change admission webhooks", "admissionregistration.k8s.io",
			"mutatingwebhookconfigurations validatingwebhookconfigurations mutatingadmissionpolicies mutatingadmissionpolicybindings",
			changes, true, nil,
		},
	}
}

// ownAbilities are what no role of a Segregation has in its own component, beside abilities.
func ownAbilities() []ability {
	return []ability{
		{finding.ExceedsRole, "change RBAC", rbacGroup, "roles rolebindings", everyWrite, false, nil},
		{finding.ExceedsRole, "change quotas", "", "limitranges resourcequotas", everyWrite, false, nil},
		{finding.ExceedsRole, "write Secrets", "", "secrets", "create update", false, nil},
	}
}

// onBehalf are the rights to do something that leads to a secret while impersonating in the constrained way of
// Kubernetes 1.36.
func onBehalf(mode string) [][]Request {
	requests := oneOf("get list watch", "", "secrets")
	requests = append(requests, oneOf("create", "", "pods")...)
	requests = append(requests, oneOf("create", "", "pods/exec")...)
	for i := range requests {
		requests[i].Verb = "impersonate-on:" + mode + ":" + requests[i].Verb
	}
	return [][]Request{requests}
}

func oneOf(verbs, group, resource string) []Request {
	var requests []Request
	for verb := range strings.FieldsSeq(verbs) {
		requests = append(requests, request(verb, group, resource))
		requests[len(requests)-1].anyName = true
	}
	return requests
}

func request(verb, group, combined string) Request {
	resource, sub, _ := strings.Cut(combined, "/")
	return Request{Verb: verb, Group: group, Resource: resource, Subresource: sub}
}

// deed is one request of an ability.
type deed struct {
	*ability
	Request
	// number orders deeds as abilities are ordered.
	number int
}

// deeds finds deeds by the group and resource of a rule.
type deeds struct {
	all  []deed
	byOf map[groupResource][]int
}

type groupResource struct{ group, resource string }

func newDeeds() *deeds {
	d := &deeds{byOf: map[groupResource][]int{}}
	all := append(abilities(), ownAbilities()...)
	for i := range all {
		a := &all[i]
		for resource := range strings.FieldsSeq(a.resources) {
			for verb := range strings.FieldsSeq(a.verbs) {
				of := groupResource{a.group, resource}
				d.byOf[of] = append(d.byOf[of], len(d.all))
				d.all = append(d.all, deed{ability: a, Request: request(verb, a.group, resource), number: len(d.all)})
			}
		}
	}
	return d
}
