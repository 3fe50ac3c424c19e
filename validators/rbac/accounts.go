package rbac

import (
	"cmp"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

const (
	defaultAccount = "default"
	mountField     = "automountServiceAccountToken"
)

// unknownAccountsOfPods warns of service accounts that pods of components name and that nothing creates.
func (j *judge) unknownAccountsOfPods() verdict.Result {
	var result verdict.Result
	for _, w := range j.set.Workloads {
		at := types.NamespacedName{Namespace: w.Namespace, Name: accountOfPods(w)}
		about := []verdict.Subject{existence(at)}
		result.Decide(about...)
		component := j.lacksAccount(at)
		if component == nil {
			continue
		}
		f := w.About(finding.Finding{
			Code: finding.UnknownServiceAccount, Severity: finding.Warning,
			Field: w.SpecPath().Child("serviceAccountName"),
			Message: fmt.Sprintf("there is no service account %q in %s; no pod is created until it exists",
				at.Name, describe(component)),
			Fix: "add the ServiceAccount, or correct its name",
		})
		result.Add(verdict.Candidate{Precedence: accountOfPod, Finding: f, Unless: about, Explains: about})
	}
	return result
}

// unknownAccountsOfBindings warns of service accounts of components that bindings name and that nothing creates.
func (j *judge) unknownAccountsOfBindings() verdict.Result {
	var result verdict.Result
	for _, b := range j.bindings {
		for i, subject := range b.Subjects {
			at := types.NamespacedName{Namespace: cmp.Or(subject.Namespace, b.Namespace), Name: subject.Name}
			if subject.Kind != rbacv1.ServiceAccountKind {
				continue
			}
			result.Decide(existence(at))
			component := j.lacksAccount(at)
			if component == nil || j.isAssigned(subject, b.Namespace) {
				continue
			}
			f := j.written[b.Object].About(finding.Finding{
				Code: finding.UnknownServiceAccount, Severity: finding.Warning,
				Field: subjectPath(i).Child("name"),
				Message: fmt.Sprintf("there is no service account %q in %s, and no pod uses one; "+
					"whoever creates it gets the rights of %s", at.Name, describe(component), refText(b)),
				Fix: "correct the name or the namespace, add the ServiceAccount, or remove the subject",
			})
			result.Add(verdict.Candidate{
				Precedence: accountOfBinding, Finding: f,
				Unless: []verdict.Subject{existence(at), j.grantee(b, i)}, Explains: []verdict.Subject{existence(at)},
			})
		}
	}
	return result
}

// lacksAccount is the component that lacks a service account; nil where it exists, or is no component's. That of the
// sync runtime is judged with the rest of the runtime.
func (j *judge) lacksAccount(at types.NamespacedName) *scope.Component {
	component := j.scope.Of(at.Namespace)
	if component == nil || component.Plan == nil && !j.staffed[at.Namespace] || at.Name == defaultAccount || at.Name == "" || j.accounts[at] != nil ||
		at.Name == wellknown.RuntimeName && hasRuntime(component) {
		return nil
	}
	return component
}

// accountOfPods is the service account that the pods of a workload run as.
func accountOfPods(w *objects.Workload) string {
	return cmp.Or(w.Pod.Spec.ServiceAccountName, w.Pod.Spec.DeprecatedServiceAccount, defaultAccount)
}

// defaultTokens warns of pods that get the token of the default service account: once for each component, at the
// service account or, where the input has none, at the component's first workload. Without a Segregation it reports
// only components that have such a pod.
func (j *judge) defaultTokens() verdict.Result {
	var result verdict.Result
	pods := j.podsWithDefaultToken()
	for i := range j.scope.Components {
		component := &j.scope.Components[i]
		at := types.NamespacedName{Namespace: component.Namespace, Name: defaultAccount}
		account, pod := j.accounts[at], pods[at.Namespace]
		result.Decide(existence(at))
		if account != nil && isFalse(account.Value.AutomountServiceAccountToken) ||
			component.Plan == nil && pod == nil {
			continue
		}
		f := finding.Finding{
			Code: finding.TokenMounted, Severity: finding.Warning,
			Message: fmt.Sprintf("pods of %s that name no service account hold a token of the API server; "+
				"the ServiceAccount %q must have automountServiceAccountToken: false", describe(component),
				defaultAccount),
			Fix: "set it there, and give pods that need a token a service account of their own",
		}
		switch {
		case account != nil:
			f.Field = fieldpath.Of(mountField)
			f = account.About(f)
		case component.Plan == nil:
			f.Field = pod.SpecPath().Child(mountField)
			f = pod.About(f)
		default:
			f.Object = finding.Object{
				APIVersion: "v1", Kind: rbacv1.ServiceAccountKind, Namespace: component.Namespace, Name: defaultAccount,
			}
		}
		result.Add(verdict.Candidate{Precedence: cause, Finding: f})
	}
	return result
}

// podsWithDefaultToken is the first workload of each namespace whose pods mount the token of the default service
// account.
func (j *judge) podsWithDefaultToken() map[string]*objects.Workload {
	found := map[string]*objects.Workload{}
	for _, w := range j.set.Workloads {
		if found[w.Namespace] == nil && accountOfPods(w) == defaultAccount &&
			w.Pod.Spec.AutomountServiceAccountToken == nil {
			found[w.Namespace] = w
		}
	}
	return found
}

func isFalse(value *bool) bool { return value != nil && !*value }
