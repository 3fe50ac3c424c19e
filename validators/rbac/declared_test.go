package rbac_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/fn"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
)

const segregation = `
apiVersion: cloison.dev/v1alpha1
kind: Segregation
metadata: {name: shop, annotations: {config.kubernetes.io/local-config: "true"}}
spec:
  scaleway: {region: fr-par, projectID: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90}
  validation: {paths: "Off"}
  components:
    front:
      secrets: {keys: [TOKEN]}
      access:
        - {role: viewer, subjects: [{kind: Group, name: lookers}]}
        - {role: developer, subjects: [{kind: Group, name: front-team}, {kind: ServiceAccount, name: deployer, namespace: ci}]}
        - {role: secrets-admin, subjects: [{kind: User, name: jane}]}
    back:
      secrets: {keys: [TOKEN]}
      access:
        - {role: developer, subjects: [{kind: Group, name: back-team}]}
`

// expanded is a Segregation with what Cloison makes of it.
type expanded struct {
	objects []*objects.Object
	plans   []*plan.Plan
}

func expand(t *testing.T, segregation string) expanded {
	t.Helper()
	list := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- " +
		strings.ReplaceAll(strings.TrimSpace(segregation), "\n", "\n  ") + "\n"
	outcome := fn.Run([]byte(list))
	require.False(t, outcome.Failed(), "%v", outcome.Findings)
	var output struct {
		Items []yaml.Node `yaml:"items"`
	}
	require.NoError(t, yaml.Unmarshal(outcome.Output, &output))
	var text strings.Builder
	for i := range output.Items {
		item, err := yaml.String(&output.Items[i])
		require.NoError(t, err)
		text.WriteString("---\n" + item)
	}
	all, err := objects.Parse("", []byte(text.String()))
	require.NoError(t, err)
	return expanded{all, plansOf(t, all)}
}

// changed returns the objects with a text of one of them replaced; without the object where the text is empty.
func (e expanded) changed(t *testing.T, object, from, to string) []*objects.Object {
	t.Helper()
	var all []*objects.Object
	found := false
	for _, o := range e.objects {
		if o.String() != object {
			all = append(all, o)
			continue
		}
		found = true
		if from == "" {
			continue
		}
		node, err := o.Source.Node()
		require.NoError(t, err)
		text, err := yaml.String(node)
		require.NoError(t, err)
		require.Contains(t, text, from)
		replaced, err := objects.Parse("", []byte(strings.Replace(text, from, to, 1)))
		require.NoError(t, err)
		all = append(all, replaced...)
	}
	require.True(t, found, object)
	return all
}

func TestEveryChangeOfARoleIsNoticedOnce(t *testing.T) {
	e := expand(t, segregation)
	require.Empty(t, texts(findings(t, e.objects, e.plans)))
	for _, test := range []struct{ name, object, from, to, want string }{
		{"a resource added", "Role shop-front/front-viewer", "- configmaps", "- configmaps\n  - secrets",
			`error CLS-R010 Role shop-front/front-viewer rules[0]: the rule allows get secrets, list secrets and ` +
				`watch secrets; the role viewer of component "front" (namespace "shop-front") must not`},
		{"a verb added", "Role shop-front/front-viewer", "verbs:\n  - get", "verbs:\n  - create\n  - get",
			`error CLS-R010 Role shop-front/front-viewer rules[0]: the rule allows create configmaps, create ` +
				`persistentvolumeclaims, create pods and create services; the role viewer of component "front" ` +
				`(namespace "shop-front") must not`},
		{"every verb", "Role shop-front/front-developer", "verbs:\n  - create", "verbs:\n  - '*'\n  - create",
			`error CLS-R010 Role shop-front/front-developer rules[0]: the rule allows * configmaps, * ` +
				`persistentvolumeclaims, * pods and * services; the role developer of component "front" ` +
				`(namespace "shop-front") must not`},
		{"a harmless subresource added", "Role shop-front/front-viewer", "- pods/log",
			"- pods/log\n  - services/status",
			`error CLS-R010 Role shop-front/front-viewer rules[6]: the rule allows get services/status, list ` +
				`services/status and watch services/status; the role viewer of component "front" ` +
				`(namespace "shop-front") must not`},
		{"a rule added", "Role shop-back/back-developer", "rules:",
			"rules:\n- {apiGroups: [''], resources: [pods/exec], verbs: [create]}",
			`error CLS-R010 Role shop-back/back-developer rules[0]: the rule allows create pods/exec; the role ` +
				`developer of component "back" (namespace "shop-back") must not`},
		{"a resource removed", "Role shop-front/front-secrets-admin", "  - secretstores\n", "",
			`warning CLS-R011 Role shop-front/front-secrets-admin rules: the Role does not allow get ` +
				`secretstores.external-secrets.io, list secretstores.external-secrets.io, watch ` +
				`secretstores.external-secrets.io, create secretstores.external-secrets.io and 4 more; the ` +
				`Segregation gives the role secrets-admin in component "front" (namespace "shop-front") to user ` +
				`"jane", which must have its rights`},
		{"a rule narrowed to a name", "Role shop-front/front-secrets-admin", "- secrets\n",
			"- secrets\n  resourceNames: [x]\n",
			`warning CLS-R011 Role shop-front/front-secrets-admin rules: the Role does not allow get secrets, list ` +
				`secrets and watch secrets; the Segregation gives the role secrets-admin in component "front" ` +
				`(namespace "shop-front") to user "jane", which must have its rights`},
		{"a group replaced", "Role shop-front/front-viewer", "- batch", "- batchx",
			`error CLS-R010 Role shop-front/front-viewer rules[3]: the rule allows get cronjobs.batchx, list ` +
				`cronjobs.batchx, watch cronjobs.batchx, get jobs.batchx and 2 more; the role viewer of component ` +
				`"front" (namespace "shop-front") must not`},
		{"a Role deleted", "Role shop-front/front-developer", "", "",
			`warning (undecided) CLS-R012 RoleBinding shop-front/front-developer roleRef.name: Role ` +
				`shop-front/front-developer is not in the input, so what it allows group "front-team" is not known`},
		{"a RoleBinding deleted", "RoleBinding shop-front/front-developer", "", "",
			`warning CLS-R011 RoleBinding shop-front/front-developer: there is no such RoleBinding; the Segregation ` +
				`gives the role developer in component "front" (namespace "shop-front") to group "front-team" and ` +
				`service account "ci/deployer", which must have its rights`},
		{"a subject removed", "RoleBinding shop-front/front-developer",
			"- apiGroup: rbac.authorization.k8s.io\n  kind: Group\n  name: front-team\n", "",
			`warning CLS-R011 RoleBinding shop-front/front-developer subjects: the Segregation gives the role ` +
				`developer in component "front" (namespace "shop-front") to group ` +
				`"front-team", which must have its rights`},
		{"a subject added", "RoleBinding shop-front/front-viewer", "subjects:",
			"subjects:\n- {kind: Group, name: guests}",
			`error CLS-R010 RoleBinding shop-front/front-viewer subjects[0]: group "guests" has the role viewer in ` +
				`component "front" (namespace "shop-front"), which the Segregation does not give; it must be declared`},
		{"a service account of the component added", "RoleBinding shop-front/front-secrets-admin", "subjects:",
			"subjects:\n- {kind: ServiceAccount, name: default}",
			`error CLS-R010 RoleBinding shop-front/front-secrets-admin subjects[0]: service account ` +
				`"shop-front/default" has the role secrets-admin in component "front" (namespace "shop-front"), ` +
				`which the Segregation does not give; it must be declared`},
		{"a service account of another component added", "RoleBinding shop-front/front-developer", "subjects:",
			"subjects:\n- {kind: ServiceAccount, name: default, namespace: shop-back}",
			`error CLS-R002 RoleBinding shop-front/front-developer subjects[0]: service account "shop-back/default" ` +
				`of component "back" may run pods (create, patch, update pods; create, patch, update ` +
				`daemonsets.apps; ...) in component "front" (namespace "shop-front"); it must have no such right there`},
		{"the team of another component added", "RoleBinding shop-front/front-developer", "subjects:",
			"subjects:\n- {kind: Group, name: back-team}",
			`error CLS-R002 RoleBinding shop-front/front-developer subjects[0]: group "back-team" (developer in ` +
				`component "back" (namespace "shop-back")) may run pods (create, patch, update pods; create, patch, ` +
				`update daemonsets.apps; ...) in component "front" (namespace "shop-front"); it ` +
				`must have no such right there`},
		{"another role bound", "RoleBinding shop-front/front-developer", "kind: Role\n  name: front-developer",
			"kind: ClusterRole\n  name: edit",
			`error CLS-R010 RoleBinding shop-front/front-developer subjects[0]: group "front-team" (developer in ` +
				`component "front" (namespace "shop-front")) may read Secrets (get, list, watch, patch, ` +
				`deletecollection, delete secrets), run pods (create, patch, update replicationcontrollers), enter pods ` +
				`(create, get pods/exec; create, get pods/attach; ...), mint tokens of service accounts (create ` +
				`serviceaccounts/token), make Secrets with tokens of service accounts and read them (create secrets), ` +
				`impersonate (impersonate serviceaccounts), change NetworkPolicies (create, delete, deletecollection, ` +
				`patch, update networkpolicies.networking.k8s.io) and write Secrets ` +
				`(create, update secrets) in component "front" (namespace "shop-front"); it ` +
				`must have no more than its role`},
		{"a lesser role bound", "RoleBinding shop-front/front-developer", "name: front-developer\nsubjects",
			"name: front-viewer\nsubjects",
			`warning CLS-R011 RoleBinding shop-front/front-developer roleRef.name: Role "front-viewer" is not the ` +
				`role; the Segregation gives the role developer in component "front" (namespace "shop-front") to ` +
				`group "front-team" and service account "ci/deployer", which must have its rights`},
		{"a kind that there is not", "RoleBinding shop-front/front-developer", "kind: Role\n", "kind: Rolex\n",
			`error CLS-R017 RoleBinding shop-front/front-developer roleRef.kind: the API server refuses the ` +
				`RoleBinding: "Rolex" must be Role or ClusterRole`},
		{"the default service account deleted", "ServiceAccount shop-front/default", "", "",
			`warning CLS-R014 ServiceAccount shop-front/default: pods of component "front" (namespace "shop-front") ` +
				`that name no service account hold a token of the API server; the ServiceAccount "default" must have ` +
				`automountServiceAccountToken: false`},
		{"its token mounted", "ServiceAccount shop-front/default", "automountServiceAccountToken: false",
			"automountServiceAccountToken: true",
			`warning CLS-R014 ServiceAccount shop-front/default automountServiceAccountToken: pods of component ` +
				`"front" (namespace "shop-front") that name no service account hold a token of the API server; the ` +
				`ServiceAccount "default" must have automountServiceAccountToken: false`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := texts(findings(t, e.changed(t, test.object, test.from, test.to), e.plans))
			if strings.HasPrefix(test.name, "another role bound") {
				require.Len(t, got, 2, "one for each subject")
				got = got[:1]
			}
			assert.Equal(t, []string{test.want}, got)
		})
	}
}

func TestBindingsBesideTheGeneratedOnes(t *testing.T) {
	e := expand(t, segregation)
	const team = `{kind: Group, name: front-team}`
	for _, test := range []struct {
		name, manifests string
		want            []string
	}{
		{"a role by hand that says the same", binding("shop-front", "again", "Role", "front-developer", team), nil},
		{"view in the own namespace", binding("shop-front", "look", "ClusterRole", "view", team), nil},
		{"view everywhere", binding("", "look", "ClusterRole", "view", team), nil},
		{"secrets-admin for the developers, undeclared", binding("shop-front", "more", "Role", "front-secrets-admin",
			team), []string{"error CLS-R010"}},
		{"edit in the own namespace", binding("shop-front", "more", "ClusterRole", "edit", team),
			[]string{"error CLS-R010"}},
		{"edit in another's", binding("shop-back", "more", "ClusterRole", "edit", team), []string{"error CLS-R001"}},
		{"edit everywhere", binding("", "more", "ClusterRole", "edit", team), []string{"error CLS-R001"}},
		{"quotas", role("shop-front", "r", `apiGroups: [""], resources: [resourcequotas], verbs: [delete]`) +
			binding("shop-front", "more", "Role", "r", team), []string{"error CLS-R010"}},
		{"a role that is not known, in the own namespace", binding("shop-front", "more", "ClusterRole", "theirs", team),
			[]string{"warning (undecided) CLS-R012"}},
		{"a role that is not known, everywhere", binding("", "more", "ClusterRole", "theirs", team),
			[]string{"warning (undecided) CLS-R012"}},
		{"edit for a group of nobody's", binding("shop-front", "more", "ClusterRole", "edit",
			`{kind: Group, name: platform}`), nil},
		{"a pipeline's service accounts in its group", binding("shop-back", "more", "ClusterRole", "edit",
			`{kind: Group, name: "system:serviceaccounts:ci"}`), []string{"error CLS-R001"}},
		{"the component's own service account", binding("shop-front", "more", "ClusterRole", "edit",
			`{kind: ServiceAccount, name: default}`), nil},
		{"the API key of the own store", role("shop-front", "r", `apiGroups: [""], resources: [secrets], verbs: [get], `+
			`resourceNames: [other, scw-front-credentials]`) + binding("shop-front", "more", "Role", "r",
			`{kind: ServiceAccount, name: default}`), []string{"error CLS-R021"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			more, err := objects.Parse("", []byte(test.manifests))
			require.NoError(t, err)
			assert.Equal(t, test.want, codesOf(texts(findings(t, append(more, e.objects...), e.plans))))
		})
	}
}

func TestAccessByHandIsAsGood(t *testing.T) {
	e := expand(t, segregation)
	var all []*objects.Object
	for _, o := range e.objects {
		if o.Namespace != "shop-back" || o.Kind != "Role" && o.Kind != "RoleBinding" {
			all = append(all, o)
			continue
		}
		node, err := o.Source.Node()
		require.NoError(t, err)
		text, err := yaml.String(node)
		require.NoError(t, err)
		renamed, err := objects.Parse("", []byte(strings.ReplaceAll(text, "back-developer", "people")))
		require.NoError(t, err)
		all = append(all, renamed...)
	}
	assert.Empty(t, texts(findings(t, all, e.plans)))
}

func TestSubjectsOfSeveralComponents(t *testing.T) {
	three := func(a, b, c string) string {
		return strings.Split(segregation, "    front:")[0] + "    a: {access: [" + a + "]}\n    b: {access: [" + b +
			"]}\n    c: {access: [" + c + "]}\n"
	}
	const viewer, developer, admin = `{role: viewer, subjects: [{kind: Group, name: team}]}`,
		`{role: developer, subjects: [{kind: Group, name: team}]}`,
		`{role: secrets-admin, subjects: [{kind: Group, name: team}]}`
	for _, test := range []struct {
		name, a, b, c string
		want          []string
	}{
		{"in one", developer, "", "", nil},
		{"two roles in one", developer + ", " + admin, "", "", nil},
		{"viewer in the others", developer, viewer, viewer, nil},
		{"in two of three", developer, viewer, admin, []string{
			`warning CLS-R015 Segregation shop spec.components.c.access: group "team" is developer in component "a" ` +
				`and secrets-admin in component "c"; it reaches the secrets of all of them, which must be kept apart`,
		}},
		{"in all of them: it runs the whole", developer, developer, developer, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := expand(t, three(test.a, test.b, test.c))
			assert.Equal(t, test.want, texts(findings(t, e.objects, e.plans)))
		})
	}
}

func TestFindingsOfRolesHaveAPlaceAndAFix(t *testing.T) {
	e := expand(t, segregation)
	for _, f := range findings(t, e.changed(t, "Role shop-front/front-viewer", "- configmaps",
		"- configmaps\n  - secrets"), e.plans) {
		assert.NotZero(t, f.Line)
		assert.NotEmpty(t, f.Fix)
		assert.Equal(t, finding.ExceedsRole, f.Code)
	}
}
