package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/e2e/cluster"
)

// rolesSpec gives every role to somebody of its own, in each of two components.
const rolesSpec = `
components:
  left:
    secrets: {keys: [TOKEN]}
    access:
      - role: viewer
        subjects:
          - {kind: Group, name: left-viewers}
          - {kind: User, name: vera@example.com}
          - {kind: ServiceAccount, name: dashboard}
          - {kind: ServiceAccount, name: dashboard, namespace: monitoring}
      - {role: developer, subjects: [{kind: Group, name: left-developers}]}
      - {role: secrets-admin, subjects: [{kind: Group, name: left-secrets-admins}]}
  right:
    secrets: {keys: [TOKEN]}
    access:
      - {role: viewer, subjects: [{kind: Group, name: right-viewers}]}
      - {role: developer, subjects: [{kind: Group, name: right-developers}]}
      - {role: secrets-admin, subjects: [{kind: Group, name: right-secrets-admins}]}
`

// grant lists verbs and what they are allowed on, separated by spaces.
type grant struct{ verbs, resources string }

const (
	reading = "get list watch"
	writing = "create delete deletecollection patch update"

	workloads = "configmaps persistentvolumeclaims pods services daemonsets.apps deployments.apps replicasets.apps " +
		"statefulsets.apps horizontalpodautoscalers.autoscaling cronjobs.batch jobs.batch ingresses.networking.k8s.io " +
		"poddisruptionbudgets.policy"
	scales       = "deployments.apps/scale statefulsets.apps/scale"
	observations = "controllerrevisions.apps endpoints events limitranges resourcequotas serviceaccounts endpointslices.discovery.k8s.io " +
		"events.events.k8s.io networkpolicies.networking.k8s.io"
	stores = "externalsecrets.external-secrets.io secretstores.external-secrets.io"
)

// What each role may do in the namespace of its component, by what the API server
// serves. docs/generated.md says it in words.
var (
	viewer = []grant{
		{reading, workloads}, {reading, observations}, {reading, stores},
		{"get", scales}, {"get", "pods/log pods/status"},
	}
	developer    = append([]grant{{writing, workloads}, {"patch update", scales}}, viewer...)
	secretsAdmin = []grant{{reading, "secrets events"}, {reading, stores}, {writing, stores}}
)

// TestRoles asks for each role about everything that the API server serves, in
// the own namespace, in that of the other component, in kube-system and
// cluster-wide, of any object and of the one with a name that a rule could single
// out. What everybody may who is authenticated is left out.
func TestRoles(t *testing.T) {
	expandAndApply(t, "roles", rolesSpec)
	everybody := everybodysPermissions(t)
	for _, test := range []struct {
		name    string
		subject cluster.Subject
		want    []grant
	}{
		{"viewer of left", cluster.User("jane", "left-viewers"), viewer},
		{"developer of left", cluster.User("jane", "left-developers"), developer},
		{"secrets-admin of left", cluster.User("jane", "left-secrets-admins"), secretsAdmin},
		{"default service account of left", cluster.ServiceAccount("roles-left", "default"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, place := range []struct {
				namespace, name string
				want            []grant
			}{
				{"roles-left", "", test.want},
				{"roles-left", "left-secrets", test.want},
				{"roles-right", "", nil},
				{"roles-right", "right-secrets", nil},
				{"kube-system", "", nil},
				{"", "", nil},
			} {
				got := without(shared.Permissions(t, test.subject, place.namespace, place.name), everybody)
				require.Equalf(t, permissions(place.want), got, "in namespace %q on an object named %q",
					place.namespace, place.name)
			}
		})
	}
}

// TestSubjects holds each way to name a subject of a role against what the role
// may do, in both components.
func TestSubjects(t *testing.T) {
	expandAndApply(t, "roles", rolesSpec)
	everybody := everybodysPermissions(t)
	for _, test := range []struct {
		name        string
		subject     cluster.Subject
		left, right []grant
	}{
		{"user", cluster.User("vera@example.com"), viewer, nil},
		{"service account of the component", cluster.ServiceAccount("roles-left", "dashboard"), viewer, nil},
		{"service account of a foreign namespace", cluster.ServiceAccount("monitoring", "dashboard"), viewer, nil},
		{"service account of that name elsewhere", cluster.ServiceAccount("roles-right", "dashboard"), nil, nil},
		{"user with the name of a group", cluster.User("left-viewers"), nil, nil},
		{"developer of the other component", cluster.User("joe", "right-developers"), nil, developer},
		{"secrets-admin of the other component", cluster.User("joe", "right-secrets-admins"), nil, secretsAdmin},
		{"default service account of the other component", cluster.ServiceAccount("roles-right", "default"), nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for namespace, want := range map[string][]grant{"roles-left": test.left, "roles-right": test.right} {
				got := without(shared.Permissions(t, test.subject, namespace, ""), everybody)
				require.Equalf(t, permissions(want), got, "in namespace %q", namespace)
			}
		})
	}
}

// ways into a pod, a Secret or somebody else's rights. They must be among what
// TestRoles asks for; none of them is any role's but those of secrets-admin.
const (
	waysToSecrets = "get secrets, list secrets, watch secrets"
	waysAround    = "create secrets, update secrets, patch secrets, delete secrets, deletecollection secrets, " +
		"create pods/exec, get pods/exec, create pods/attach, get pods/attach, create " +
		"pods/portforward, get pods/portforward, " +
		"update pods/ephemeralcontainers, patch pods/ephemeralcontainers, create pods/proxy, get pods/proxy, " +
		"create services/proxy, get services/proxy, create nodes/proxy, get nodes/proxy, create " +
		"pods/eviction, create pods/binding, " +
		"create serviceaccounts/token, create serviceaccounts, update serviceaccounts, " +
		"impersonate users, impersonate groups, impersonate serviceaccounts, " +
		"bind roles.rbac.authorization.k8s.io, escalate roles.rbac.authorization.k8s.io, " +
		"bind clusterroles.rbac.authorization.k8s.io, escalate clusterroles.rbac.authorization.k8s.io, " +
		"get roles.rbac.authorization.k8s.io, create roles.rbac.authorization.k8s.io, " +
		"create rolebindings.rbac.authorization.k8s.io, create clusterrolebindings.rbac.authorization.k8s.io, " +
		"create networkpolicies.networking.k8s.io, delete networkpolicies.networking.k8s.io, " +
		"create resourcequotas, delete resourcequotas, create limitranges, delete limitranges, " +
		"patch namespaces, create namespaces, * *.*, " +
		"create clustersecretstores.external-secrets.io, create clusterexternalsecrets.external-secrets.io, " +
		"create pushsecrets.external-secrets.io"
	waysOfStores = "create secretstores.external-secrets.io, create externalsecrets.external-secrets.io"
	waysToRun    = "create pods, create deployments.apps, create jobs.batch, patch statefulsets.apps"
)

// TestNoWayAround names, one by one, what the roles must never allow, so that a
// mistake in the tables above cannot hide one.
func TestNoWayAround(t *testing.T) {
	expandAndApply(t, "roles", rolesSpec)
	for _, test := range []struct {
		name    string
		subject cluster.Subject
		never   string
	}{
		{"viewer", cluster.User("jane", "left-viewers"), waysAround + ", " + waysToSecrets + ", " + waysOfStores +
			", " + waysToRun},
		{"developer", cluster.User("jane", "left-developers"), waysAround + ", " + waysToSecrets + ", " + waysOfStores},
		{"secrets-admin", cluster.User("jane", "left-secrets-admins"), waysAround + ", " + waysToRun},
	} {
		t.Run(test.name, func(t *testing.T) {
			for way := range strings.SplitSeq(test.never, ", ") {
				verb, resource, _ := strings.Cut(way, " ")
				require.Falsef(t, shared.Can(t, test.subject, verb, resource, "roles-left", ""), "%s", way)
				require.Falsef(t, shared.Can(t, test.subject, verb, resource, "roles-left", "left-secrets"),
					"%s left-secrets", way)
			}
		})
	}
	admin := cluster.User("root", "system:masters")
	everything := shared.Permissions(t, admin, "", "")
	for way := range strings.SplitSeq(strings.Join([]string{waysAround, waysToSecrets, waysOfStores, waysToRun}, ", "),
		", ") {
		require.Contains(t, everything, way, "TestRoles does not ask for it")
	}
}

// everybodysPermissions are those of any user who is authenticated.
func everybodysPermissions(t *testing.T) []string {
	t.Helper()
	everybody := shared.Permissions(t, cluster.User("nobody-in-particular"), "", "")
	require.Contains(t, everybody, "create selfsubjectaccessreviews.authorization.k8s.io")
	require.NotContains(t, everybody, "get pods")
	return everybody
}

// permissions writes grants out as cluster.Permissions does.
func permissions(grants []grant) []string {
	var all []string
	for _, grant := range grants {
		for verb := range strings.FieldsSeq(grant.verbs) {
			for resource := range strings.FieldsSeq(grant.resources) {
				all = append(all, verb+" "+resource)
			}
		}
	}
	slices.Sort(all)
	return all
}

// without returns nil where nothing is left, as permissions does.
func without(all, some []string) []string {
	var left []string
	for _, one := range all {
		if !slices.Contains(some, one) {
			left = append(left, one)
		}
	}
	return left
}
