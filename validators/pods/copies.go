package pods

import (
	"regexp"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
)

// Annotations that say into which namespaces the reflector copies: lists of regular expressions, all where there are none.
const (
	reflectionAllowed = "reflector.v1.k8s.emberstack.com/reflection-allowed"
	reflectionInto    = "reflector.v1.k8s.emberstack.com/reflection-allowed-namespaces"
	reflectionAutoTo  = "reflector.v1.k8s.emberstack.com/reflection-auto-namespaces"
)

// judgeCopiesOut reports Secrets of a component, those that an ExternalSecret makes included, that a controller copies into
// the namespaces of others. Without a Segregation it may be meant, as for the certificate of a domain.
func (c *checker) judgeCopiesOut() {
	for _, o := range c.set.Secrets {
		c.judgeCopyOut(o.Object, "metadata.annotations", o.Annotations)
	}
	for _, o := range c.set.ExternalSecrets {
		if template := o.Value.Spec.Target.Template; template != nil {
			c.judgeCopyOut(o.Object, "spec.target.template.metadata.annotations", template.Metadata.Annotations)
		}
	}
}

func (c *checker) judgeCopyOut(o *objects.Object, path string, annotations map[string]string) {
	from := c.scope.Of(o.Namespace)
	name, to := c.copiedTo(annotations, from)
	if from == nil || to == nil {
		return
	}
	severity := finding.Error
	if from.Plan == nil {
		severity = finding.Warning
	}
	c.about(o, finding.Finding{
		Code: finding.ForeignSecret, Severity: severity, Field: objects.Field(path, name),
		Message:        "a controller copies the Secret into other namespaces, that of component " + to.Name + " among them",
		Counterexample: "every pod of namespace " + to.Namespace + " may import the copy of " + o.String(),
		Fix:            "remove the annotation, and give each component a secret of its own",
	})
}

// copiedTo finds the first other component into whose namespace annotations have a controller copy a Secret, and the
// annotation; nil where there is none.
func (c *checker) copiedTo(annotations map[string]string, from *scope.Component) (string, *scope.Component) {
	reflected := annotations[reflectionAllowed] == "true" && annotations[reflectionAuto] == "true"
	for i := range c.scope.Components {
		to := &c.scope.Components[i]
		switch {
		case to == from:
		case annotations[replicatesTo] != "" && anyMatches(annotations[replicatesTo], to.Namespace):
			return replicatesTo, to
		case reflected && anyMatches(annotations[reflectionInto], to.Namespace) && anyMatches(annotations[reflectionAutoTo], to.Namespace):
			return reflectionAuto, to
		}
	}
	return "", nil
}

// anyMatches says whether one of a list of regular expressions matches a whole name. An empty list does.
func anyMatches(list, name string) bool {
	if strings.TrimSpace(list) == "" {
		return true
	}
	for pattern := range strings.SplitSeq(list, ",") {
		expression, err := regexp.Compile("^(?:" + strings.TrimSpace(pattern) + ")$")
		if err == nil && expression.MatchString(name) {
			return true
		}
	}
	return false
}
