package pods

import (
	"regexp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/verdict"
)

// Annotations by which well-known controllers copy Secrets between namespaces. The last three are lists of regular
// expressions for namespaces; an empty one of the reflector's matches all. Facts: docs/facts.md, "Controllers that copy
// Secrets".
const (
	reflects          = "reflector.v1.k8s.emberstack.com/reflects"
	reflectionAllowed = "reflector.v1.k8s.emberstack.com/reflection-allowed"
	reflectionAuto    = "reflector.v1.k8s.emberstack.com/reflection-auto-enabled"
	replicatesFrom    = "replicator.v1.mittwald.de/replicate-from"

	reflectionInto   = "reflector.v1.k8s.emberstack.com/reflection-allowed-namespaces"
	reflectionAutoTo = "reflector.v1.k8s.emberstack.com/reflection-auto-namespaces"
	replicatesTo     = "replicator.v1.mittwald.de/replicate-to"
)

// isCopied reports whether a controller copies a Secret into other namespaces.
func isCopied(o *objects.Object) bool {
	return o.Annotations[reflectionAuto] == "true" || o.Annotations[replicatesTo] != ""
}

// copies reports Secrets that a controller copies from one component to another.
func (j *judge) copies() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.Secrets {
		to := j.scope.Of(o.Namespace)
		if to == nil {
			continue
		}
		for _, name := range []string{reflects, replicatesFrom} {
			namespace, secret, found := strings.Cut(o.Annotations[name], "/")
			from := j.scope.Of(namespace)
			if found && from != nil && from != to {
				result.Add(about(o.Object, finding.Finding{
					Code: finding.ForeignSecret, Severity: finding.Error,
					Field:   fieldpath.Of("metadata", "annotations", name),
					Message: "the Secret is a copy of one of component " + from.Name + ", " + namespace + "/" + secret,
					Counterexample: "every pod of the namespace may import " + o.String() + ", with the values of " +
						"the other component",
					Fix: "remove the annotation, and give each component a secret of its own",
				}))
			}
		}
	}
	return result
}

// copiesOut reports Secrets of a component, those that an ExternalSecret makes included, that a controller copies into
// the namespaces of others. Without a Segregation it may be meant, as for the certificate of a domain.
func (j *judge) copiesOut() verdict.Result {
	var result verdict.Result
	lists := lists{}
	for _, o := range j.set.Secrets {
		j.copyOut(&result, o.Object, fieldpath.Of("metadata", "annotations"), o.Annotations, lists)
	}
	for _, o := range j.set.ExternalSecrets {
		if template := o.Value.Spec.Target.Template; template != nil {
			annotations := fieldpath.Of("spec", "target", "template", "metadata", "annotations")
			j.copyOut(&result, o.Object, annotations, template.Metadata.Annotations, lists)
		}
	}
	return result
}

func (j *judge) copyOut(
	result *verdict.Result, o *objects.Object, at fieldpath.Path, annotations map[string]string, read lists,
) {
	from := j.scope.Of(o.Namespace)
	name, to := j.copiedTo(annotations, from, read)
	if from == nil || to == nil {
		return
	}
	severity := finding.Error
	if from.Plan == nil {
		severity = finding.Warning
	}
	result.Add(about(o, finding.Finding{
		Code: finding.ForeignSecret, Severity: severity, Field: at.Child(name),
		Message: "a controller copies the Secret into other namespaces, that of component " + to.Name +
			" among them",
		Counterexample: "every pod of namespace " + to.Namespace + " may import the copy of " + o.String(),
		Fix:            "remove the annotation, and give each component a secret of its own",
	}))
}

// copiedTo finds the first other component into whose namespace annotations have a controller copy a Secret, and the
// annotation; nil where there is none.
func (j *judge) copiedTo(
	annotations map[string]string, from *scope.Component, read lists,
) (string, *scope.Component) {
	reflected := annotations[reflectionAllowed] == "true" && annotations[reflectionAuto] == "true"
	replicated := annotations[replicatesTo]
	if !reflected && replicated == "" {
		return "", nil
	}
	replicates := read.of(replicated)
	allowed, automatic := read.of(annotations[reflectionInto]), read.of(annotations[reflectionAutoTo])
	for i := range j.scope.Components {
		to := &j.scope.Components[i]
		switch {
		case to == from:
		case replicated != "" && replicates.match(to.Namespace):
			return replicatesTo, to
		case reflected && allowed.match(to.Namespace) && automatic.match(to.Namespace):
			return reflectionAuto, to
		}
	}
	return "", nil
}

// lists has what was read of lists, by their text: many Secrets have the same.
type lists map[string]*names

func (l lists) of(list string) *names {
	if l[list] == nil {
		read := namesOf(list)
		l[list] = &read
	}
	return l[list]
}

// names is a list of regular expressions for whole names. An empty list has every name.
type names struct {
	any         bool
	expressions []*regexp.Regexp
	// known has the answers so far.
	known map[string]bool
}

// namesOf reads a list with commas between. What is no regular expression matches nothing.
func namesOf(list string) names {
	if strings.TrimSpace(list) == "" {
		return names{any: true}
	}
	read := names{known: map[string]bool{}}
	for pattern := range strings.SplitSeq(list, ",") {
		if expression, err := regexp.Compile("^(?:" + strings.TrimSpace(pattern) + ")$"); err == nil {
			read.expressions = append(read.expressions, expression)
		}
	}
	return read
}

func (n *names) match(name string) bool {
	if n.any {
		return true
	}
	matches, known := n.known[name]
	if !known {
		matches = slices.ContainsFunc(n.expressions, func(e *regexp.Regexp) bool { return e.MatchString(name) })
		n.known[name] = matches
	}
	return matches
}
