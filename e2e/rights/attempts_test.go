package rights_test

import (
	"net/http"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/validators/rbac/authorizer"
)

// collection is the path of the objects of a resource; an empty namespace means all of them.
func collection(r schema.GroupVersionResource, namespaced bool, namespace string) string {
	root := "/apis/" + r.Group + "/" + r.Version
	if r.Group == "" {
		root = "/api/" + r.Version
	}
	if namespaced && namespace != "" {
		root += "/namespaces/" + namespace
	}
	return root + "/" + r.Resource
}

// evil is the image that attempts put into pods: a pod with it could print the Secret. Fixtures have the image good.
const (
	evil = "evil.example.org/prints:secrets"
	good = "good.example.org/app:1"
)

// attempts are the requests that a right allows, on the fixture or, without names, on what is there.
func (s rightsSet) attempts(r right, live map[string]any) []call {
	all, name := collection(r.GroupVersionResource, r.namespaced, s.over), s.fixtureOf(r.served)
	one := all + "/" + name
	if r.sub != "" {
		one += "/" + r.sub
	}
	const dryRun = "?dryRun=All" // what is everybody's stays
	switch r.verb {
	case "get":
		return []call{{method: http.MethodGet, path: one}}
	case "list":
		return s.lists(r, all, "")
	case "watch":
		return s.lists(r, all, "&watch=1&resourceVersion=0&timeoutSeconds=1")
	case "create":
		if r.sub != "" {
			return []call{{method: http.MethodPost, path: one, body: bodyOf(r.served, name, s.over, evil)}}
		}
		// A server-side apply creates, too, where a rule names what it may create.
		body := bodyOf(r.served, name, s.over, evil)
		return []call{
			{method: http.MethodPost, path: all, body: bodyOf(r.served, name+"-made", s.over, evil)},
			{method: http.MethodPatch, path: one + "?fieldManager=a&force=true", body: body,
				patch: "application/apply-patch+yaml"},
		}
	case "update":
		c := call{method: http.MethodPut, path: one, body: live}
		if r.sub == "approval" {
			c.gains = "approves a certificate"
		}
		return []call{c}
	case "patch":
		return patches(one)
	case "delete":
		return []call{{method: http.MethodDelete, path: one + dryRun}, {method: http.MethodDelete, path: one}}
	case "deletecollection":
		calls := []call{{method: http.MethodDelete, path: all + dryRun}}
		if r.namespaced && r.Group != rbacv1.GroupName { // which would take its own rights away
			calls = append(calls, call{method: http.MethodDelete, path: all})
		}
		if r.namespaced && r.anywhere {
			calls = append(calls,
				call{method: http.MethodDelete, path: collection(r.GroupVersionResource, true, "") + dryRun})
		}
		return calls
	}
	return nil // looked up by the API server while it serves what everyAttack sends
}

// lists are a list of the other component and, where the right is everywhere, of all namespaces.
func (s rightsSet) lists(r right, all, more string) []call {
	if s.named {
		more += "&fieldSelector=metadata.name%3D" + s.fixtureOf(r.served)
	}
	calls := []call{{method: http.MethodGet, path: all + "?limit=500" + more}}
	if r.namespaced && r.anywhere {
		everywhere := collection(r.GroupVersionResource, true, "")
		calls = append(calls, call{method: http.MethodGet, path: everywhere + "?limit=500" + more})
	}
	return calls
}

// patches change nothing, a label, and the image of every kind of pod.
func patches(one string) []call {
	const merge, strategic = "application/merge-patch+json", "application/strategic-merge-patch+json"
	pod := map[string]any{"containers": []any{map[string]any{"name": "c", "image": evil}}}
	template := map[string]any{"template": map[string]any{"spec": pod}}
	label := map[string]any{"metadata": map[string]any{"labels": map[string]any{"tried": "yes"}}}
	spec := func(of any) any { return map[string]any{"spec": of} }
	return []call{
		{method: http.MethodPatch, path: one, patch: merge, body: map[string]any{}},
		{method: http.MethodPatch, path: one, patch: merge, body: label},
		{method: http.MethodPatch, path: one, patch: strategic, body: spec(pod)},
		{method: http.MethodPatch, path: one, patch: strategic, body: spec(template)},
		{method: http.MethodPatch, path: one, patch: strategic,
			body: spec(map[string]any{"jobTemplate": spec(template)})},
	}
}

// everyAttack is tried with the rights of every set: each leads to the Secret where it is answered.
func (s rightsSet) everyAttack() []call {
	in := "/api/v1/namespaces/" + s.over
	rbac := "/apis/rbac.authorization.k8s.io/v1"
	inRBAC := rbac + "/namespaces/" + s.over
	const merge = "application/merge-patch+json"
	me := []any{map[string]any{"kind": "ServiceAccount", "name": s.name, "namespace": holders}}
	admin := map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
	named := map[string]any{"name": s.name + "-more"}
	role := map[string]any{"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": reader}
	every := map[string]any{"clusterRoleSelectors": []any{map[string]any{"matchLabels": map[string]any{}}}}
	own := map[string]any{"metadata": map[string]any{"name": s.name}, "rules": listsSecrets()}
	const binds, escalates = "binds a role to itself", "writes more rights into its own role"
	return []call{
		{method: http.MethodGet, path: in + "/secrets"},
		{method: http.MethodGet, path: in + "/secrets/" + fixture},
		{method: http.MethodPatch, path: in + "/secrets/" + fixture, body: map[string]any{}, patch: merge},
		{method: http.MethodDelete, path: in + "/secrets/" + fixture + "?dryRun=All"},
		{method: http.MethodDelete, path: in + "/secrets?dryRun=All"},
		{method: http.MethodGet, path: in + "/secrets", as: "system:serviceaccount:" + s.over + ":" + reader},
		{method: http.MethodPost, path: inRBAC + "/rolebindings", gains: binds,
			body: map[string]any{"metadata": named, "roleRef": admin, "subjects": me}},
		{method: http.MethodPost, path: rbac + "/clusterrolebindings", gains: binds,
			body: map[string]any{"metadata": named, "roleRef": admin, "subjects": me}},
		{method: http.MethodPost, path: inRBAC + "/rolebindings", gains: binds,
			body: map[string]any{"metadata": named, "roleRef": role, "subjects": me}},
		{method: http.MethodPatch, path: inRBAC + "/rolebindings/" + reader, gains: binds, patch: merge,
			body: map[string]any{"subjects": me}},
		{method: http.MethodPost, path: rbac + "/clusterroles", gains: "gathers every role in one",
			body: map[string]any{"metadata": named, "aggregationRule": every}},
		{method: http.MethodPut, path: inRBAC + "/roles/" + s.name, body: own, gains: escalates},
		{method: http.MethodPut, path: rbac + "/clusterroles/" + s.name, body: own, gains: escalates},
		{method: http.MethodPatch, path: inRBAC + "/roles/" + s.name, body: own, patch: merge, gains: escalates},
		{method: http.MethodPatch, path: rbac + "/clusterroles/" + s.name, body: own, patch: merge, gains: escalates},
		{method: http.MethodPost, path: in + "/pods", body: bodyOf(pods, s.name, s.over, evil), gains: "runs a pod"},
	}
}

func listsSecrets() []any {
	return []any{map[string]any{"apiGroups": []any{""}, "resources": []any{"secrets"}, "verbs": []any{"list"}}}
}

var pods = served{
	GroupVersionResource: schema.GroupVersionResource{Version: "v1", Resource: "pods"}, kind: "Pod", apiVersion: "v1",
	namespaced: true,
}

// powers are rights over the other component that lead to its Secret, whatever the objects say: verbs, API group and
// resources.
const powers = `
get list watch patch delete deletecollection : : secrets
create patch update : : pods replicationcontrollers
create patch update : apps : deployments daemonsets statefulsets replicasets
create : batch : jobs cronjobs
patch update : batch : cronjobs
create get : : pods/exec pods/attach pods/portforward
create get : : pods/proxy services/proxy
patch update : : pods/ephemeralcontainers
create : : serviceaccounts/token persistentvolumes
impersonate : : serviceaccounts users
create get : : nodes/proxy
create patch update : external-secrets.io : secretstores externalsecrets clustersecretstores clusterexternalsecrets
create patch update : external-secrets.io : pushsecrets clusterpushsecrets
create patch update delete deletecollection : networking.k8s.io : networkpolicies
patch update : : namespaces pods/status
create patch update : admissionregistration.k8s.io : mutatingwebhookconfigurations validatingwebhookconfigurations
create patch update : admissionregistration.k8s.io : mutatingadmissionpolicies mutatingadmissionpolicybindings
create patch update : apiextensions.k8s.io : customresourcedefinitions
create patch update : apiregistration.k8s.io : apiservices
`

// hasPower is a power that the rules in force give on the fixture; empty where there is none.
func hasPower(rules []authorizationv1.ResourceRule) string {
	for line := range strings.Lines(strings.TrimSpace(powers)) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		group := strings.TrimSpace(fields[1])
		for resource := range strings.FieldsSeq(fields[2]) {
			for verb := range strings.FieldsSeq(fields[0]) {
				request := authorizer.ResourceRequest(verb, group, resource)
				request.Name = fixture
				for _, rule := range rules {
					if authorizer.RuleAllows(policyRule(rule), request) {
						return request.String()
					}
				}
			}
		}
	}
	return ""
}

func policyRule(r authorizationv1.ResourceRule) *rbacv1.PolicyRule {
	return &rbacv1.PolicyRule{
		Verbs: r.Verbs, APIGroups: r.APIGroups, Resources: r.Resources, ResourceNames: r.ResourceNames,
	}
}
