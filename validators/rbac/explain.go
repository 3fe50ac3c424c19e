package rbac

import (
	"strconv"

	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/rbac/authorizer"
)

// Precedences of findings, so that one mistake is one finding. A subject of a binding that reaches another component
// explains all other findings about the subject; an unknown role, or a rule that was replaced, explains missing rights.
const (
	// variable is a name that is not known yet, so that nothing else about the binding means anything.
	variable = iota
	// cause is explained by no finding with a later precedence.
	cause
	undeclaredSubject
	runtimeSubject
	exceedingSubject
	runtimeUnbound
	danglingRole
	missingRights
	accountOfPod
	accountOfBinding
)

// whole is an object as a subject of findings.
func whole(o *objects.Object) verdict.Subject { return verdict.Subject{Object: o} }

// grantee is a subject of a binding as a subject of findings: what it may do by the binding.
func (j *judge) grantee(b *authorizer.Binding, i int) verdict.Subject {
	field := fieldpath.Of("subjects", strconv.Itoa(i)) // as subjectPath has it, for every subject of the input
	return verdict.Subject{Object: j.written[b.Object], Field: field}
}

// roleRef is the role of a binding as a subject of findings: whether it exists.
func (j *judge) roleRef(b *authorizer.Binding) verdict.Subject {
	return verdict.Subject{Object: j.written[b.Object], Field: fieldpath.Of("roleRef")}
}

// rules are what a role of the input grants as a subject of findings.
func (j *judge) rules(r *authorizer.Role) verdict.Subject {
	return verdict.Subject{Object: j.written[r.Object], Field: fieldpath.Of("rules")}
}

// existence of a service account, which has no object where nothing creates it, as a subject of findings.
func existence(account types.NamespacedName) verdict.Subject {
	return verdict.Subject{Question: "service account " + account.String()}
}

func subjectPath(i int) fieldpath.Path { return fieldpath.Of("subjects").Index(i) }

func rulePath(i int) fieldpath.Path { return fieldpath.Of("rules").Index(i) }
