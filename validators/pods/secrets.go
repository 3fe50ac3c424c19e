package pods

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

// tokenName matches what Kubernetes called the Secrets with the tokens of service accounts.
var tokenName = form.New(`-token-[a-z0-9]{5}$`)

// secrets reports Secrets that nothing creates, each once.
func (j *judge) secrets(c *component, result *verdict.Result) {
	undecided := map[string]bool{}
	for _, r := range firsts(c.references, func(r *reference) (string, bool) {
		return r.Secret.Name, imported(r) && j.isMissing(r)
	}) {
		f := j.missingSecret(c, r)
		undecided[r.Secret.Name] = f.Undecided
		candidate := verdict.Candidate{
			Finding: r.Workload.About(f), Precedence: consequence, Unless: []verdict.Subject{existence(r.Secret)},
		}
		if r.meant != "" {
			candidate.Explains = []verdict.Subject{consumptionOf(r.Secret.Namespace, r.meant, "")}
		}
		result.Add(candidate)
	}
	for i := range c.references {
		if r := &c.references[i]; !undecided[r.Secret.Name] {
			result.Decide(r.written())
		}
	}
}

// missingSecret is the finding about a Secret that nothing creates. A Segregation says where every Secret of its
// components comes from; without one, or where it declares none, the Secret may be created by other means.
func (j *judge) missingSecret(c *component, r *reference) finding.Finding {
	f := missingSecret(r.Use)
	f.Counterexample += ": the pod does not start" + c.alsoImportedBy(r.Use, true)
	if elsewhere := j.createdIn[r.Secret.Name]; len(elsewhere) > 0 {
		f.Message += fmt.Sprintf("; the one in namespace %q cannot be imported from another namespace", elsewhere[0])
	} else if r.meant != "" {
		f.Fix = fmt.Sprintf("write %q, if that is meant, or add what creates it", r.meant)
	} else if known := c.secretNames(); known != "" {
		f.Fix += "; the namespace has " + known
	}
	elsewhere := j.createdIn[r.Secret.Name]
	switch maker := j.maker(c); {
	case j.set.Unread:
		f.Message = "assumed: " + f.Message + ", so it is in what could not be read, or the pod does not start"
	case c.Plan != nil && (len(c.secrets) > 0 || len(c.Plan.Groups) > 0):
		return f
	case maker != nil:
		f.Message = "assumed: " + f.Message + fmt.Sprintf("; %s may create Secrets here", maker)
	case r.meant != "" || len(elsewhere) > 0:
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = "not decided: " + f.Message + "; whether it is created by other means is not known"
		return f
	default:
		f.Message = "assumed: " + f.Message + ", so it is created by other means, or the pod does not start"
	}
	f.Severity, f.Counterexample = finding.Info, routeOf(r.Use)
	f.Fix = "let the input create it, or check it against a Segregation that says where Secrets come from"
	return f
}

func (c *component) secretNames() string {
	var names []string
	for _, s := range c.secrets[:min(len(c.secrets), maxNames+1)] {
		names = append(names, s.Name)
	}
	return shorten(names)
}

// maker is a workload of the namespace whose Role lets it create Secrets of any name, as installers do that make a
// first password or certificate. A Segregation says where every Secret comes from: with one there is none.
func (j *judge) maker(c *component) *objects.Workload {
	if c.Plan != nil {
		return nil
	}
	makers := map[string]bool{}
	for _, role := range c.roles {
		makers[role.Name] = slices.ContainsFunc(role.Value.Rules, createsSecrets)
	}
	accounts := map[string]bool{}
	for i := range j.set.RoleBindings {
		b := &j.set.RoleBindings[i]
		if b.Namespace != c.Namespace || b.Value.RoleRef.Kind != "Role" || !makers[b.Value.RoleRef.Name] {
			continue
		}
		for _, subject := range b.Value.Subjects {
			if subject.Kind == rbacv1.ServiceAccountKind &&
				(subject.Namespace == "" || subject.Namespace == c.Namespace) {
				accounts[subject.Name] = true
			}
		}
	}
	for _, w := range c.workloads {
		if accounts[w.Pod.Spec.ServiceAccountName] {
			return w
		}
	}
	return nil
}

// createsSecrets reports whether a rule lets a subject create Secrets of any name.
func createsSecrets(r rbacv1.PolicyRule) bool {
	return slices.Contains(r.APIGroups, "") && slices.Contains(r.Resources, "secrets") &&
		slices.Contains(r.Verbs, "create") && len(r.ResourceNames) == 0
}

// pullSecrets reports Secrets for pulling images that nothing creates, where the input creates others of the namespace:
// they are not created by other means then.
func (j *judge) pullSecrets(c *component, result *verdict.Result) {
	var known []string
	for _, s := range c.secrets {
		if hasKey(s, corev1.DockerConfigJsonKey) {
			known = append(known, s.Name)
		}
	}
	if len(known) == 0 {
		return
	}
	for _, r := range firsts(c.references, func(r *reference) (string, bool) {
		missing := !r.Workload.Custom && r.secret == nil && r.group == nil
		return r.Secret.Name, r.Via == secretflow.ViaImagePullSecret && missing
	}) {
		f := missingSecret(r.Use)
		f.Severity = finding.Warning
		f.Counterexample += ": the kubelet pulls without it, and a private image is not pulled"
		f.Fix += "; for pulling images the namespace has " + shorten(known)
		result.Add(about(r.written().Object, f))
	}
}
