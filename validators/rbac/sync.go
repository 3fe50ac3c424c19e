package rbac

import (
	"fmt"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
)

// syncName is the name of every object of a component's sync runtime.
const syncName = "cloison-sync"

// isSync says whether a name is that of the component's sync runtime.
func (c *check) isSync(component *scope.Component, name string) bool {
	return name == syncName && component.Sync != nil && component.Sync.Engine == spec.EngineCloison && len(component.Plan.Groups) > 0
}

// syncRuntime holds the rights of a component's sync runtime against what it needs: the Secrets of the component, each by
// name, and no more.
func (c *check) syncRuntime(component *scope.Component) {
	if !c.isSync(component, syncName) || c.syncObjectsMissing(component) {
		return
	}
	c.syncAccount(component)
	role := c.policy.roles[place{component.Namespace, syncName}]
	if role != nil {
		c.syncRole(component, role)
	}
	b := c.policy.binding(component.Namespace, syncName)
	if b != nil {
		c.syncBinding(component, b)
	}
	key := subjectKey(syncSubject(component), "")
	for _, at := range slices.Concat(c.policy.cluster[key], c.policy.local[place{component.Namespace, key}]) {
		c.syncElsewhere(component, role, at)
	}
}

func syncSubject(component *scope.Component) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: component.Namespace, Name: syncName}
}

// syncObjectsMissing reports the objects of the runtime that the input does not have. It says whether it has none, not even
// the Deployment, whose absence is a finding of its own.
func (c *check) syncObjectsMissing(component *scope.Component) bool {
	at := place{component.Namespace, syncName}
	has := func(kind string) bool {
		if kind == "ServiceAccount" {
			return c.accounts[at] != nil // pods name it all the same
		}
		return c.names().known[place{at.namespace, resourceOf(kind) + "/" + at.name}]
	}
	needed := []finding.Object{
		{APIVersion: "v1", Kind: "ServiceAccount"},
		{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: kindRole},
		{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
	}
	absent := slices.DeleteFunc(slices.Clone(needed), func(o finding.Object) bool { return has(o.Kind) })
	if len(absent) == len(needed) && !has("Deployment") {
		return true
	}
	if b := c.policy.binding(at.namespace, at.name); b != nil {
		c.unknownRoles[b] = true // that its role is missing is said here
	}
	for _, o := range absent {
		o.Namespace, o.Name = component.Namespace, syncName
		c.report(finding.Finding{
			Code: finding.SyncRuntime, Severity: finding.Error, Object: o,
			Message: fmt.Sprintf("the sync runtime of %s must have the %s, which the input does not have; without it Secrets are not filled",
				describe(component), o.Kind),
			Fix: "restore the object as Cloison generates it",
		})
	}
	return false
}

// syncAccount holds the service account against what it must be: only pods that ask for its token have it.
func (c *check) syncAccount(component *scope.Component) {
	account := c.accounts[place{component.Namespace, syncName}]
	if account == nil || isFalse(account.Value.AutomountServiceAccountToken) {
		return
	}
	c.report(account.About(finding.Finding{
		Code: finding.SyncRuntime, Severity: finding.Warning, Field: "automountServiceAccountToken",
		Message: "it must be false, so that only a pod that asks for it holds the token of the sync runtime",
		Fix:     "restore the ServiceAccount as Cloison generates it",
	}))
}

// syncContract has the rules that the runtime needs. create and patch of one name let it write that Secret and no other;
// get, list and watch of one name are allowed with a field selector for it.
func syncContract(component *scope.Component) []rbacv1.PolicyRule {
	var targets, secrets []string
	for _, group := range component.Plan.Groups {
		targets = append(targets, group.Target)
		secrets = append(secrets, group.Target, group.Credentials.Name)
	}
	rules := readRules(`
create patch : core : secrets
read : core : secrets
read : external-secrets.io : externalsecrets secretstores
get patch update : external-secrets.io : externalsecrets/status secretstores/status
create patch : core : events
create : coordination.k8s.io : leases
get patch update : coordination.k8s.io : leases : ` + syncName)
	rules[0].ResourceNames, rules[1].ResourceNames = targets, secrets
	if component.Sync.Restart {
		rules = append(rules, readRules("patch read : apps : daemonsets deployments statefulsets")...)
	}
	return rules
}

func (c *check) syncRole(component *scope.Component, role *role) {
	result := compare(role.rules, syncContract(component))
	f := finding.Finding{Code: finding.SyncRuntime, Severity: finding.Error, Fix: "restore the Role as Cloison generates it"}
	for i, extra := range result.extra {
		if len(extra) == 0 {
			continue
		}
		f.Field = objects.Index("rules", i)
		f.Message = fmt.Sprintf("the rule allows the sync runtime of %s %s, which it does not need and must not have",
			describe(component), rightsText(extra))
		c.report(role.object.About(f))
	}
	if len(result.lacking) > 0 && !result.exceeds() {
		f.Field = "rules"
		f.Message = fmt.Sprintf("the Role must allow the sync runtime of %s %s; without it Secrets are not filled",
			describe(component), rightsText(result.lacking))
		c.report(role.object.About(f))
	}
}

func (c *check) syncBinding(component *scope.Component, b *binding) {
	f := finding.Finding{Code: finding.SyncRuntime, Severity: finding.Error, Fix: "restore the RoleBinding as Cloison generates it"}
	want := subjectKey(syncSubject(component), "")
	present, foreign := false, false
	for i, subject := range b.subjects {
		if subjectKey(subject, b.namespace) == want {
			present = true
			continue
		}
		foreign = true
		if at := (bound{b, i}); !c.reported[at] {
			c.reported[at] = true
			f.Field = objects.Index("subjects", i)
			f.Message = fmt.Sprintf("%s must not have the rights of the sync runtime of %s, which reads and writes its Secrets",
				subjectText(subject, b.namespace), describe(component))
			c.report(b.object.About(f))
		}
	}
	switch {
	case !present && foreign:
		return // said already: one has been put in the place of the other
	case !present:
		f.Field = "subjects"
		f.Message = fmt.Sprintf("the service account %q of %s must be a subject; without it Secrets are not filled", syncName, describe(component))
	case b.ref.Kind != kindRole || b.ref.Name != syncName:
		f.Field = "roleRef.name"
		f.Message = fmt.Sprintf("%s must be Role %s/%s", b.refText(), component.Namespace, syncName)
	default:
		return
	}
	c.report(b.object.About(f))
}

// syncElsewhere reports other bindings of the runtime's service account that lead to secrets.
func (c *check) syncElsewhere(component *scope.Component, own *role, at bound) {
	isOwn := !at.cluster && at.object != nil && at.object.Name == syncName || at.role == own
	if at.object == nil || at.role == nil || isOwn || c.reported[at] {
		return
	}
	var more []grant
	for _, g := range c.deeds.grantsOf(at.role) {
		if (!g.cluster || at.cluster) && c.useful(component.Namespace, g) == yes {
			more = append(more, g)
		}
	}
	if len(more) == 0 {
		return
	}
	c.reported[at] = true
	c.report(at.object.About(finding.Finding{
		Code: finding.SyncRuntime, Severity: finding.Error, Field: objects.Index("subjects", at.subject),
		Message: fmt.Sprintf("the sync runtime of %s may %s; it must have no rights but those of its Role", describe(component), deedsText(at.role, more)),
		Fix:     "remove the subject from the binding",
	}))
}
