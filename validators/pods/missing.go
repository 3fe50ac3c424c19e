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
)

// tokenName is what Kubernetes called the Secrets with the tokens of service accounts.
var tokenName = form.New(`-token-[a-z0-9]{5}$`)

// missing reports a Secret that nothing creates. Where nothing at all of the namespace's Secrets is in the input, somebody
// may create them by other means.
func (c *checker) missing(p *part, use *secretflow.Use) {
	if tokenName().MatchString(use.Secret.Name) || c.copied[use.Secret.Name] {
		return
	}
	f := nothingCreates(use)
	f.Counterexample += ": the pod does not start" + p.alsoImportedBy(use, true)
	if elsewhere := c.elsewhere[use.Secret.Name]; len(elsewhere) > 0 {
		f.Message += fmt.Sprintf("; the one in namespace %q cannot be imported from another namespace", elsewhere[0])
	} else if meant := p.meantSecret(use.Secret.Name); meant != "" {
		f.Fix = fmt.Sprintf("write %q, if that is meant, or add what creates it", meant)
	} else if known := p.secretNames(); known != "" {
		f.Fix += "; the namespace has " + known
	}
	if len(p.secrets) == 0 && (p.Plan == nil || len(p.Plan.Groups) == 0) {
		f.Severity, f.Undecided = finding.Warning, true
		f.Message += "; the input creates no Secret in this namespace, so whether it is created by other means is not known"
		f.Fix = "let the input create it, or accept the finding with a reason"
	} else if maker := c.maker(p); maker != nil {
		f.Severity, f.Undecided = finding.Warning, true
		f.Message += fmt.Sprintf("; %s may create Secrets here, so whether it creates this one is not known", maker)
		f.Fix += "; if it is created so, accept the finding with a reason"
	}
	c.about(use.Workload.Object, f)
}

// maker is a workload of the namespace whose Role lets it create Secrets of any name, as installers do that make a first
// password or certificate. A Segregation says where every Secret comes from: with one there is none.
func (c *checker) maker(p *part) *objects.Workload {
	if p.Plan != nil {
		return nil
	}
	makers := map[string]bool{}
	for _, role := range p.roles {
		makers[role.Name] = slices.ContainsFunc(role.Value.Rules, func(r rbacv1.PolicyRule) bool {
			return slices.Contains(r.APIGroups, "") && slices.Contains(r.Resources, "secrets") &&
				slices.Contains(r.Verbs, "create") && len(r.ResourceNames) == 0
		})
	}
	accounts := map[string]bool{}
	for i := range c.set.RoleBindings {
		b := &c.set.RoleBindings[i]
		if b.Namespace != p.Namespace || b.Value.RoleRef.Kind != "Role" || !makers[b.Value.RoleRef.Name] {
			continue
		}
		for _, subject := range b.Value.Subjects {
			if subject.Kind == rbacv1.ServiceAccountKind && (subject.Namespace == "" || subject.Namespace == p.Namespace) {
				accounts[subject.Name] = true
			}
		}
	}
	for _, w := range p.workloads {
		if accounts[w.Pod.Spec.ServiceAccountName] {
			return w
		}
	}
	return nil
}

// nothingCreates is the finding about a use of a Secret that nothing in the input creates.
func nothingCreates(use *secretflow.Use) finding.Finding {
	return finding.Finding{
		Code: finding.SecretMissing, Severity: finding.Error, Field: nameField(use),
		Message:        "nothing in the input creates Secret " + objects.Path(use.Secret.Namespace, use.Secret.Name),
		Counterexample: pathOf(use),
		Fix:            "correct the name, or add what creates it",
	}
}

// judgePull reports a Secret for pulling images that nothing creates, where the input creates others of the namespace: they
// are not created by other means then.
func (c *checker) judgePull(p *part, use *secretflow.Use) {
	if c.graph.Lookup(use.Secret) != nil || c.copied[use.Secret.Name] || p.group(use.Secret.Name) != nil {
		return
	}
	var known []string
	for _, s := range p.secrets {
		if hasKey(s, corev1.DockerConfigJsonKey) {
			known = append(known, s.Name)
		}
	}
	if len(known) == 0 {
		return
	}
	f := nothingCreates(use)
	f.Severity = finding.Warning
	f.Counterexample += ": the kubelet pulls without it, and a private image is not pulled"
	f.Fix += "; for pulling images the namespace has " + shorten(known)
	o := use.Workload.Object
	if use.Account != nil {
		o = use.Account
	}
	c.about(o, f)
}
