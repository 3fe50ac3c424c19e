package rbac

import (
	"fmt"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// trusted lists the namespaces whose service accounts have rights over components, and are trusted with them: each
// once, at the first binding.
func (j *judge) trusted() verdict.Result {
	var result verdict.Result
	known := map[string]bool{}
	for _, b := range j.bindings {
		for i, subject := range b.Subjects {
			namespace := namespaceOf(subject, b.Namespace)
			if known[namespace] || j.realms.Of(namespace) != nil || !j.isTrusted(namespace) {
				continue
			}
			p := principal{user: authorizer.UserOf(subject, b.Namespace)}
			if b.Role == nil || !b.ClusterWide && b.Namespace == namespace || j.partition(b, p).isEmpty() {
				continue
			}
			known[namespace] = true
			result.Add(verdict.Candidate{Precedence: cause, Finding: j.trustedFinding(b, i, namespace)})
		}
	}
	return result
}

func (j *judge) trustedFinding(b *authorizer.Binding, subject int, namespace string) finding.Finding {
	count := map[*authorizer.Binding]bool{}
	for _, h := range j.holdings[namespace] {
		if h.ClusterWide || h.Namespace != namespace {
			count[h.Binding] = true
		}
	}
	return j.written[b.Object].About(finding.Finding{
		Code: finding.TrustedRights, Severity: finding.Info, Field: subjectPath(subject),
		Message: fmt.Sprintf("assumed: the service accounts of %s may have their rights over other namespaces (%s, by %s), "+
			"because they are trusted: %s", objects.NamespaceText(namespace),
			subjectText(b.Subjects[subject], b.Namespace), phrase.Count(len(count), "binding"), j.trust(namespace)),
		Fix: "nothing, if this is what runs there",
	})
}
