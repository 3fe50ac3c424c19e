package rbac

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// readAPIKeys reports service accounts that may read, in their own namespace, the Secret with the API key of a store by
// its name. A right over all Secrets of the own namespace is left to whoever gave it; one elsewhere is a finding anyway.
func (j *judge) readAPIKeys() verdict.Result {
	var result verdict.Result
	keys := j.apiKeys()
	if len(keys) == 0 {
		return result
	}
	for _, b := range j.bindings {
		if b.ClusterWide || b.Role == nil || keys[b.Namespace] == nil || j.isGenerated(b) {
			continue
		}
		for i, subject := range b.Subjects {
			for _, p := range j.principals(subject, b.Namespace) {
				if !j.isOwn(b, p) || len(p.assignments) > 0 || j.syncsSecrets(p, b.Namespace) {
					continue
				}
				about := []verdict.Subject{j.grantee(b, i)}
				if f := j.apiKeyFinding(b, i, p, keys[b.Namespace]); f != nil {
					result.Add(verdict.Candidate{Finding: *f, Precedence: cause, Unless: about, Explains: about})
				}
			}
		}
	}
	return result
}

// syncsSecrets reports whether a principal is what syncs the secrets of a namespace, which reads the key to do its work.
func (j *judge) syncsSecrets(p principal, namespace string) bool {
	_, allowed := j.policy.Allowed(p.user, authorizer.Request{
		Verb: "patch", Group: wellknown.ExternalSecretsGroup, Resource: "externalsecrets", Subresource: "status",
		Namespace: namespace,
	})
	return allowed
}

// apiKeys are the names of the Secrets with the API keys of stores, by namespace, sorted.
func (j *judge) apiKeys() map[string][]string {
	found := map[string][]string{}
	add := func(ref secretflow.Ref) {
		if ref.Name != "" && ref.Namespace != "" && !slices.Contains(found[ref.Namespace], ref.Name) {
			found[ref.Namespace] = append(found[ref.Namespace], ref.Name)
		}
	}
	for _, store := range j.flow.Stores {
		add(store.AccessKeyIn)
		add(store.SecretKeyIn)
	}
	for component := range j.planned() {
		for _, group := range component.Plan.Groups {
			add(secretflow.Ref{Namespace: component.Namespace, Name: group.Credentials.Name})
		}
	}
	for _, names := range found {
		slices.Sort(names)
	}
	return found
}

// apiKeyFinding is about a subject of a binding that may read one of the Secrets with API keys; nil where it may not.
func (j *judge) apiKeyFinding(
	b *authorizer.Binding, subject int, p principal, keys []string,
) *finding.Finding {
	for _, g := range j.catalog.Grants(b.Role) {
		at := slices.IndexFunc(g.Names, func(name string) bool { return slices.Contains(keys, name) })
		if g.Code != finding.ReadsSecrets || at < 0 {
			continue
		}
		key := g.Names[at]
		o := j.written[b.Object]
		f := o.About(finding.Finding{
			Code: finding.ReadsAPIKey, Severity: finding.Error, Field: subjectPath(subject),
			Message: fmt.Sprintf("%s may read Secret %q, which holds the API key of a store; only what syncs secrets must "+
				"have it", p.text, key),
			Counterexample: fmt.Sprintf("%s → %s %s → %s → %s → Secret %s/%s",
				subjectText(b.Subjects[subject], b.Namespace), o, subjectPath(subject), roleText(b, g), grantText(g),
				b.Namespace, key),
			Fix: "take the name out of resourceNames",
		})
		return &f
	}
	return nil
}
