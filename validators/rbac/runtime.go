package rbac

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac/authorizer"
	"cloison.dev/cloison/validators/rbac/contract"
	"cloison.dev/cloison/validators/rbac/privilege"
)

// syncRuntime is the sync runtime of a component. Its Role and RoleBinding are nil where the input does not have them.
type syncRuntime struct {
	*judge

	component *scope.Component
	identity  authorizer.Identity
	role      *authorizer.Role
	binding   *authorizer.Binding
}

// syncRuntimes compares the rights of every sync runtime with its contract: the Secrets of its component, each by name,
// and no more.
func (j *judge) syncRuntimes() verdict.Result {
	var result verdict.Result
	for component := range j.planned() {
		if !hasRuntime(component) {
			continue
		}
		subject := rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Name: wellknown.RuntimeName}
		identity, _ := authorizer.IdentityOf(subject, component.Namespace)
		r := syncRuntime{
			judge: j, component: component, identity: identity,
			role:    j.policy.Role(component.Namespace, wellknown.RuntimeName),
			binding: j.bindingNamed(component.Namespace, wellknown.RuntimeName),
		}
		if r.isAbsent() {
			continue
		}
		r.missingObjects(&result)
		r.account(&result)
		r.rights(&result)
		r.ownBinding(&result)
		r.otherBindings(&result)
	}
	return result
}

// hasRuntime reports whether a component of a Segregation must have a sync runtime.
func hasRuntime(component *scope.Component) bool {
	return component.Sync != nil && component.Sync.Engine == spec.EngineCloison && len(component.Plan.Groups) > 0
}

// runtimeFinding is about an object of a runtime.
func runtimeFinding(severity finding.Severity, kind string) finding.Finding {
	return finding.Finding{
		Code: finding.SyncRuntime, Severity: severity, Fix: fmt.Sprintf("restore the %s as Cloison generates it", kind),
	}
}

// serviceAccount is nil where the input does not have it.
func (r syncRuntime) serviceAccount() *objects.Typed[corev1.ServiceAccount] {
	return r.accounts[types.NamespacedName{Namespace: r.component.Namespace, Name: wellknown.RuntimeName}]
}

func (r syncRuntime) has(kind string) bool {
	if kind == rbacv1.ServiceAccountKind {
		return r.serviceAccount() != nil // pods name it in any case
	}
	return r.names().hasObject(r.component.Namespace, kind, wellknown.RuntimeName)
}

// requiredObjects of a runtime, beside the Deployment, whose absence is a finding of another family.
func requiredObjects() []finding.Object {
	return []finding.Object{
		{APIVersion: "v1", Kind: rbacv1.ServiceAccountKind},
		{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: authorizer.RoleKind},
		{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: authorizer.RoleBindingKind},
	}
}

// isAbsent reports whether the input has nothing of the runtime, which is a finding about the Deployment.
func (r syncRuntime) isAbsent() bool {
	exists := func(o finding.Object) bool { return r.has(o.Kind) }
	return !r.has("Deployment") && !slices.ContainsFunc(requiredObjects(), exists)
}

// missingObjects reports the objects of the runtime that the input does not have.
func (r syncRuntime) missingObjects(result *verdict.Result) {
	for _, o := range requiredObjects() {
		if r.has(o.Kind) {
			continue
		}
		f := runtimeFinding(finding.Error, "object")
		f.Object, f.Object.Namespace, f.Object.Name = o, r.component.Namespace, wellknown.RuntimeName
		f.Message = fmt.Sprintf("the sync runtime of %s must have the %s, which the input does not have; "+
			"without it Secrets are not filled", describe(r.component), o.Kind)
		result.Add(verdict.Candidate{Precedence: cause, Finding: f, Explains: r.ownRef()})
	}
}

// ownRef is the role that the runtime's binding refers to, as a subject of findings; none without a binding.
func (r syncRuntime) ownRef() []verdict.Subject {
	if r.binding == nil {
		return nil
	}
	return []verdict.Subject{r.roleRef(r.binding)}
}

// account judges the service account: it must mount its token only into pods that ask for it.
func (r syncRuntime) account(result *verdict.Result) {
	account := r.serviceAccount()
	if account == nil {
		return
	}
	result.Decide(whole(account.Object))
	if isFalse(account.Value.AutomountServiceAccountToken) {
		return
	}
	f := runtimeFinding(finding.Warning, "ServiceAccount")
	f.Field = fieldpath.Of("automountServiceAccountToken")
	f.Message = "it must be false, so that only a pod that asks for it holds the token of the sync runtime"
	result.Add(verdict.Candidate{Precedence: cause, Finding: account.About(f)})
}

func (r syncRuntime) contract() *contract.Contract {
	var targets, secrets []string
	for _, group := range r.component.Plan.Groups {
		targets = append(targets, group.Target)
		secrets = append(secrets, group.Target, group.Credentials.Name)
	}
	return contract.Runtime(targets, secrets, r.component.Sync.Restart)
}

// rights compares the Role with its contract.
func (r syncRuntime) rights(result *verdict.Result) {
	if r.role == nil {
		return
	}
	about, o := []verdict.Subject{r.rules(r.role)}, r.written[r.role.Object]
	result.Decide(about...)
	comparison := r.contract().Compare(r.role.Rules)
	f := runtimeFinding(finding.Error, authorizer.RoleKind)
	for i, extra := range comparison.Extra {
		if len(extra) == 0 {
			continue
		}
		f.Field = rulePath(i)
		f.Message = fmt.Sprintf("the rule allows the sync runtime of %s %s, which it does not need and must not have",
			describe(r.component), rightsText(extra))
		result.Add(verdict.Candidate{Precedence: cause, Finding: o.About(f), Explains: about})
	}
	if len(comparison.Lacking) > 0 {
		f.Field = fieldpath.Of("rules")
		f.Message = fmt.Sprintf("the Role must allow the sync runtime of %s %s; without it Secrets are not filled",
			describe(r.component), rightsText(comparison.Lacking))
		result.Add(verdict.Candidate{Precedence: missingRights, Finding: o.About(f), Unless: about})
	}
}

// ownBinding judges the binding, which must have the one subject and the role of the runtime.
func (r syncRuntime) ownBinding(result *verdict.Result) {
	if r.binding == nil {
		return
	}
	isBound, others := r.otherSubjects(result)
	ref := r.binding.RoleRef
	f := runtimeFinding(finding.Error, authorizer.RoleBindingKind)
	switch {
	case !isBound: // by mistake for another one, where there is one
		f.Field = fieldpath.Of("subjects")
		f.Message = fmt.Sprintf("the service account %q of %s must be a subject; without it Secrets are not filled",
			wellknown.RuntimeName, describe(r.component))
	case ref.Kind != authorizer.RoleKind || ref.Name != wellknown.RuntimeName:
		f.Field = fieldpath.Of("roleRef", "name")
		f.Message = fmt.Sprintf("%s must be Role %s/%s", refText(r.binding), r.component.Namespace,
			wellknown.RuntimeName)
		others = nil
	default:
		return
	}
	f = r.written[r.binding.Object].About(f)
	result.Add(verdict.Candidate{Precedence: runtimeUnbound, Finding: f, Unless: others, Explains: r.ownRef()})
}

// otherSubjects reports subjects of the binding that are not the service account, and returns them. isBound is true
// where the service account is a subject.
func (r syncRuntime) otherSubjects(result *verdict.Result) (isBound bool, others []verdict.Subject) {
	f := runtimeFinding(finding.Error, authorizer.RoleBindingKind)
	for i, subject := range r.binding.Subjects {
		about := r.grantee(r.binding, i)
		result.Decide(about)
		if identity, _ := authorizer.IdentityOf(subject, r.binding.Namespace); identity == r.identity {
			isBound = true
			continue
		}
		others = append(others, about)
		f.Field = subjectPath(i)
		f.Message = fmt.Sprintf("%s must not have the rights of the sync runtime of %s, which "+
			"reads and writes its Secrets",
			subjectText(subject, r.binding.Namespace), describe(r.component))
		result.Add(verdict.Candidate{
			Precedence: runtimeSubject, Finding: r.written[r.binding.Object].About(f),
			Unless: []verdict.Subject{about}, Explains: append(r.ownRef(), about),
		})
	}
	return isBound, others
}

// otherBindings reports other bindings of the runtime's service account that lead to secrets.
func (r syncRuntime) otherBindings(result *verdict.Result) {
	for _, g := range r.policy.Grants(r.identity, r.component.Namespace) {
		isOwn := !g.ClusterWide && g.Object != nil && g.Object.GetName() == wellknown.RuntimeName || g.Role == r.role
		if g.Object == nil || g.Role == nil || isOwn {
			continue
		}
		about := []verdict.Subject{r.grantee(g.Binding, g.Index)}
		result.Decide(about...)
		more := r.furtherGrants(g.Binding)
		if len(more) == 0 {
			continue
		}
		f := runtimeFinding(finding.Error, "")
		f.Fix = "remove the subject from the binding"
		f.Field = subjectPath(g.Index)
		f.Message = fmt.Sprintf("the sync runtime of %s may %s; it must have no rights but those of its Role",
			describe(r.component), grantsText(g.Role, more))
		result.Add(verdict.Candidate{
			Precedence: runtimeSubject, Finding: r.written[g.Object].About(f), Unless: about, Explains: about,
		})
	}
}

// furtherGrants are those of a binding that lead to secrets in the component's own namespace.
func (r syncRuntime) furtherGrants(b *authorizer.Binding) []privilege.Grant {
	var more []privilege.Grant
	for _, g := range r.catalog.Grants(b.Role) {
		if (!g.ClusterWide || b.ClusterWide) && r.effective(r.component.Namespace, g) == ternary.Yes {
			more = append(more, g)
		}
	}
	return more
}
