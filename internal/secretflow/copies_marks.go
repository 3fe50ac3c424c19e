package secretflow

import (
	"cmp"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
)

// Annotations by which well-known controllers copy Secrets between namespaces. Facts: docs/facts.md, "Controllers that
// copy Secrets".
const (
	reflector         = "reflector.v1.k8s.emberstack.com/"
	reflects          = reflector + "reflects"
	reflectionAllowed = reflector + "reflection-allowed"
	reflectionAuto    = reflector + "reflection-auto-enabled"

	replicator         = "replicator.v1.mittwald.de/"
	replicatesFrom     = replicator + "replicate-from"
	replicatesTo       = replicator + "replicate-to"
	replicatesMatching = replicator + "replicate-to-matching"
	replicationAllowed = replicator + "replication-allowed"

	// configSync is of kubed, now config-syncer.
	configSync = "kubed.appscode.com/sync"
)

// marked is a Secret with its annotations, as an object has them made.
type marked struct {
	by          *objects.Object
	at          fieldpath.Path
	annotations map[string]string
	secret      Ref
	// unsure is set where it is not known whether the Secret gets the annotations.
	unsure bool
}

var metadataAnnotations = fieldpath.Of("metadata", "annotations")

// readMarks reads the annotations that get onto Secrets by every way, and what they have copied.
func (c *copier) readMarks(set *objects.Set) {
	var found []marked
	for _, o := range set.Secrets {
		found = append(found, marked{
			by: o.Object, at: metadataAnnotations, annotations: o.Annotations, secret: Ref{o.Namespace, o.Name},
		})
	}
	for _, o := range set.ExternalSecrets {
		spec := &o.Value.Spec
		secret := Ref{o.Namespace, spec.TargetName(o.Name)}
		found = append(found, marksOf(o.Object, spec, fieldpath.Of("spec"), secret, metadataAnnotations,
			o.Annotations)...)
	}
	for _, o := range set.ClusterExternalSecrets {
		spec := o.Value.Spec.ExternalSecretSpec
		if spec == nil {
			continue
		}
		name := spec.TargetName(cmp.Or(o.Value.Spec.ExternalSecretName, o.Name))
		for _, namespace := range c.namespaces.Names() {
			answer := o.Value.Spec.MakesIn(c.namespaces.Of(namespace))
			if answer == ternary.No {
				continue
			}
			for _, m := range marksOf(o.Object, spec, fieldpath.Of("spec", "externalSecretSpec"), Ref{namespace, name},
				fieldpath.Of("spec", "externalSecretMetadata", "annotations"),
				o.Value.Spec.ExternalSecretMetadata.Annotations) {
				m.unsure = m.unsure || answer == ternary.Unknown
				found = append(found, m)
			}
		}
	}
	for _, o := range set.Ingresses {
		for _, tls := range o.Value.Spec.TLS {
			found = append(found, ofCertificateTemplate(o.Object, Ref{o.Namespace, tls.SecretName})...)
		}
	}
	for i := range set.Custom {
		found = append(found, c.marksOfCustom(&set.Custom[i])...)
	}
	sources := map[Ref]map[string]string{}
	for _, m := range found {
		if !m.unsure {
			sources[m.secret] = m.annotations
		}
	}
	for i := range found {
		c.readMark(&found[i], sources)
	}
}

// marksOf are the annotations that an ExternalSecret gives its Secret: those of its template or, where it has none, its
// own.
func marksOf(
	by *objects.Object, spec *eso.ExternalSecretSpec, path fieldpath.Path, secret Ref,
	ownPath fieldpath.Path, own map[string]string,
) []marked {
	if !spec.Target.Writes() {
		return nil
	}
	template := spec.Target.Template
	if template == nil {
		return []marked{{by: by, at: ownPath, annotations: own, secret: secret}}
	}
	at := path.Child("target", "template")
	found := []marked{{
		by: by, at: at.Child("metadata", "annotations"), annotations: template.Metadata.Annotations, secret: secret,
	}}
	for i, from := range template.TemplateFrom {
		if !strings.EqualFold(from.Target, "Annotations") {
			continue
		}
		m := marked{by: by, at: at.Child("templateFrom").Index(i), secret: secret, unsure: true}
		m.annotations = map[string]string{anyCopier: ""}
		if from.Literal != nil {
			m.annotations = annotationsIn(*from.Literal)
		}
		found = append(found, m)
	}
	return found
}

// anyCopier stands for an annotation of a controller that is not known.
const anyCopier = "a controller that copies Secrets"

// annotationsIn are the annotations of copying controllers that a template writes, with what is not known for a value.
func annotationsIn(template string) map[string]string {
	found := map[string]string{}
	for line := range strings.Lines(template) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		name = strings.Trim(strings.TrimSuffix(name, ":"), `"'`)
		if isCopierMark(name) || strings.Contains(name, "{{") {
			found[name] = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return found
}

// IsMarkedForCopies reports whether one of the annotations is of a controller that copies Secrets and ConfigMaps.
func IsMarkedForCopies(annotations map[string]string) bool {
	for name := range annotations {
		if isCopierMark(name) {
			return true
		}
	}
	return false
}

// isCopierMark reports whether an annotation is one by which a controller copies Secrets, by its name.
func isCopierMark(name string) bool {
	return strings.HasPrefix(name, reflector) || strings.HasPrefix(name, replicator) || name == configSync ||
		isUnknownCopier(name)
}

// isUnknownCopier reports whether an annotation is probably one of a copying controller that is not known.
func isUnknownCopier(name string) bool {
	group, key, found := strings.Cut(strings.ToLower(name), "/")
	if name == anyCopier || strings.Contains(name, "{{") {
		return true
	}
	return found && !strings.HasPrefix(name, reflector) && !strings.HasPrefix(name, replicator) &&
		(strings.Contains(group, "replicator") || strings.Contains(group, "reflector") ||
			strings.HasPrefix(key, "replicate") || strings.HasPrefix(key, "sync-to-") || strings.HasPrefix(key, "copy-to"))
}

// certificateTemplate is the annotation of an Ingress or Gateway with what cert-manager puts on the Secrets that it
// makes for them.
const certificateTemplate = "cert-manager.io/secret-template"

func ofCertificateTemplate(o *objects.Object, secret Ref) []marked {
	text, has := o.Annotations[certificateTemplate]
	if !has || secret.Name == "" {
		return nil
	}
	var template struct {
		Annotations map[string]string `json:"annotations"`
	}
	m := marked{by: o, at: metadataAnnotations.Child(certificateTemplate), secret: secret}
	if json.Unmarshal([]byte(text), &template) != nil {
		m.unsure, template.Annotations = true, map[string]string{anyCopier: ""}
	}
	m.annotations = template.Annotations
	return []marked{m}
}

// marksOfCustom are the annotations of copying controllers anywhere in a custom object. On which Secret they get is
// known of some kinds; of others it may be any that the object makes.
func (c *copier) marksOfCustom(o *objects.Custom) []marked {
	made := c.graph.madeBy[o.Object]
	if o.GroupKind().Group == "gateway.networking.k8s.io" {
		var found []marked
		for _, ref := range certificateRefs(o) {
			found = append(found, ofCertificateTemplate(o.Object, ref.secret)...)
		}
		return found
	}
	var found []marked
	eachMap(o.Fields, fieldpath.Path{}, func(fields map[string]any, at fieldpath.Path) {
		annotations := map[string]string{}
		for name, value := range fields {
			if text, is := value.(string); is && isCopierMark(name) {
				annotations[name] = text
			}
		}
		if len(annotations) == 0 {
			return
		}
		m := marked{by: o.Object, at: at, annotations: annotations, secret: Ref{Namespace: o.Namespace}}
		place, sure := at.String(), false
		switch kindOf(o.GroupKind()) {
		case "SealedSecret.bitnami.com":
			sure = place == "spec.template.metadata.annotations"
		case "Certificate.cert-manager.io":
			sure = place == "spec.secretTemplate.annotations"
		case "VaultStaticSecret.secrets.hashicorp.com", "VaultDynamicSecret.secrets.hashicorp.com",
			"VaultPKISecret.secrets.hashicorp.com":
			sure = place == "spec.destination.annotations"
		case "OnePasswordItem.onepassword.com":
			sure = place == "metadata.annotations"
		}
		if len(made) == 1 {
			m.secret = made[0]
		}
		m.unsure = !sure || len(made) != 1
		isOwn := place == "metadata.annotations" && isCertificateMaker(o)
		if !isOwn {
			found = append(found, m)
		}
	})
	return found
}

// isCertificateMaker reports whether a kind keeps the annotations of its objects off the Secrets that it makes.
func isCertificateMaker(o *objects.Custom) bool {
	kind := kindOf(o.GroupKind())
	return kind == "SealedSecret.bitnami.com" || kind == "Certificate.cert-manager.io"
}

// eachMap visits every map inside of a value, itself first, in the order of their fields.
func eachMap(value any, at fieldpath.Path, visit func(map[string]any, fieldpath.Path)) {
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			eachMap(item, at.Index(i), visit)
		}
	case map[string]any:
		visit(value, at)
		for _, name := range slices.Sorted(maps.Keys(value)) {
			eachMap(value[name], at.Child(name), visit)
		}
	}
}

// readMark adds the copies that the annotations of one Secret have made.
func (c *copier) readMark(m *marked, sources map[Ref]map[string]string) {
	c.readReflector(m, sources)
	c.readReplicator(m, sources)
	if value, has := m.annotations[configSync]; has {
		if value == "true" {
			value = "" // what kubed took before it knew selectors
		}
		c.push(m, configSync, "config-syncer", withLabels(value), c.matching(value))
	}
	for _, name := range slices.Sorted(maps.Keys(m.annotations)) {
		if isUnknownCopier(name) {
			c.push(m, name, anyCopier, []string{"not known which"}, everywhere(ternary.Unknown))
		}
	}
}

// push adds the copies that a controller makes of the Secret in other namespaces.
func (c *copier) push(
	m *marked, annotation, controller string, to []string, into func(string) ternary.Answer,
) {
	made := Copy{
		By: m.by, Field: m.at.Child(annotation), Controller: controller, From: m.secret, Name: m.secret.Name, To: to, into: into,
	}
	if _, has := m.annotations[annotation]; !has || annotation == anyCopier {
		made.Field = m.at
	}
	if m.unsure || strings.Contains(m.annotations[annotation], "{{") {
		made.into, made.Why = unsure(into), "whether the Secret gets the annotation is not known"
	}
	if isUnknownCopier(annotation) {
		made.Why = "what copies it where is not known"
	}
	c.add(made)
}

// pull adds that the Secret itself is a copy. permits says whether the source does so; nil where it is not known.
func (c *copier) pull(m *marked, annotation, controller string, permits ternary.Answer) {
	namespace, name, found := strings.Cut(strings.TrimSpace(m.annotations[annotation]), "/")
	if !found || permits == ternary.No {
		return
	}
	made := Copy{
		By: m.by, Field: m.at.Child(annotation), Controller: controller, From: Ref{namespace, name},
		Name: m.secret.Name, Pulled: true, into: named(m.secret.Namespace),
	}
	if m.unsure || permits == ternary.Unknown {
		made.into = unsure(made.into)
		made.Why = "no annotation of the source allows it, and the controller may be told to do without"
	}
	c.add(made)
}

func (c *copier) readReflector(m *marked, sources map[Ref]map[string]string) {
	permits := ternary.Yes
	namespace, name, _ := strings.Cut(strings.TrimSpace(m.annotations[reflects]), "/")
	if source, known := sources[Ref{namespace, name}]; known {
		permits = ternary.And(isReflectorTrue(source[reflectionAllowed]),
			c.reflectsInto(source, "allowed")(m.secret.Namespace))
	}
	c.pull(m, reflects, "the reflector", permits)
	switched := ternary.And(isReflectorTrue(m.annotations[reflectionAllowed]),
		isReflectorTrue(m.annotations[reflectionAuto]))
	if switched == ternary.No {
		return
	}
	allowed, auto := c.reflectsInto(m.annotations, "allowed"), c.reflectsInto(m.annotations, "auto")
	c.push(m, reflectionAuto, "the reflector", reflectedTo(m.annotations), func(namespace string) ternary.Answer {
		return ternary.And(switched, allowed(namespace), auto(namespace))
	})
}

// reflectedTo are the namespaces that the reflector fills by itself, as they are written: where it is not told which,
// those that are allowed.
func reflectedTo(annotations map[string]string) []string {
	for _, which := range []string{"auto", "allowed"} {
		name := reflector + "reflection-" + which + "-namespaces"
		if to := append(listed(annotations[name]), withLabels(annotations[name+"-selector"])...); len(to) > 0 {
			return to
		}
	}
	return nil
}

// listed are the expressions of a list.
func listed(list string) []string {
	var all []string
	for expression := range strings.SplitSeq(list, ",") {
		if expression = strings.TrimSpace(expression); expression != "" {
			all = append(all, expression)
		}
	}
	return all
}

// isReflectorTrue reads a switch as the reflector does: true in any case, with spaces around it.
func isReflectorTrue(value string) ternary.Answer {
	if strings.Contains(value, "{{") {
		return ternary.Unknown
	}
	return ternary.Of(strings.EqualFold(strings.TrimSpace(value), "true"))
}

// reflectsInto are the namespaces that the annotations of the reflector allow, or that it fills by itself: those of a
// list of regular expressions or of a selector; all where there is neither.
func (c *copier) reflectsInto(annotations map[string]string, which string) func(string) ternary.Answer {
	list := annotations[reflector+"reflection-"+which+"-namespaces"]
	selector, hasSelector := annotations[reflector+"reflection-"+which+"-namespaces-selector"]
	byName := c.byExpressions(list, ternary.Unknown)
	switch {
	case strings.TrimSpace(list) == "" && !hasSelector:
		return everywhere(ternary.Yes)
	case !hasSelector:
		return byName
	case strings.TrimSpace(list) == "":
		return c.matching(selector)
	}
	byLabel := c.matching(selector)
	return func(namespace string) ternary.Answer { return ternary.Or(byName(namespace), byLabel(namespace)) }
}

func (c *copier) readReplicator(m *marked, sources map[Ref]map[string]string) {
	if from, has := m.annotations[replicatesFrom]; has {
		permits := ternary.Yes
		namespace, name, _ := strings.Cut(strings.TrimSpace(from), "/")
		if source, known := sources[Ref{namespace, name}]; known {
			permits = c.replicatorPermits(source, m.secret.Namespace)
		}
		c.pull(m, replicatesFrom, "the replicator", permits)
		return // it pushes nothing then
	}
	if list := m.annotations[replicatesTo]; len(listed(list)) > 0 {
		c.push(m, replicatesTo, "the replicator", listed(list), c.byExpressions(list, ternary.No))
	}
	if selector, has := m.annotations[replicatesMatching]; has {
		c.push(m, replicatesMatching, "the replicator", withLabels(selector), c.matching(selector))
	}
}

// replicatorPermits answers whether the annotations of a source allow copies in a namespace. With --allow-all the
// replicator asks for none.
func (c *copier) replicatorPermits(source map[string]string, namespace string) ternary.Answer {
	allowed, err := strconv.ParseBool(source[replicationAllowed])
	list := source[replicationAllowed+"-namespaces"]
	if err == nil && allowed && c.byExpressions(list, ternary.No)(namespace) != ternary.No {
		return ternary.Yes
	}
	return ternary.Unknown
}

// byExpressions are the namespaces whose whole name one of the regular expressions of a list matches; other is the
// answer for an expression that is none of Go's.
func (c *copier) byExpressions(list string, other ternary.Answer) func(string) ternary.Answer {
	if strings.Contains(list, "{{") {
		return everywhere(ternary.Unknown)
	}
	if known, has := c.expressions[list]; has {
		return known
	}
	var expressions []*regexp.Regexp
	rest := ternary.No
	for pattern := range strings.SplitSeq(list, ",") {
		expression, err := regexp.Compile("^(?:" + strings.TrimSpace(pattern) + ")$")
		if err != nil {
			rest = ternary.Or(rest, other)
			continue
		}
		expressions = append(expressions, expression)
	}
	answers := map[string]ternary.Answer{} // many Secrets have the same list
	answer := func(namespace string) ternary.Answer {
		known, has := answers[namespace]
		if !has {
			matches := func(e *regexp.Regexp) bool { return e.MatchString(namespace) }
			known = ternary.Or(rest, ternary.Of(slices.ContainsFunc(expressions, matches)))
			answers[namespace] = known
		}
		return known
	}
	c.expressions[list] = answer
	return answer
}

// matching are the namespaces that a selector matches, written as kubectl takes it. An empty one matches all.
func (c *copier) matching(selector string) func(string) ternary.Answer {
	if strings.Contains(selector, "{{") {
		return everywhere(ternary.Unknown)
	}
	parsed, err := metav1.ParseToLabelSelector(strings.TrimSpace(selector))
	if err != nil {
		return everywhere(ternary.Unknown)
	}
	return c.selected(func(n eso.Namespace) ternary.Answer { return n.IsSelected(parsed) })
}
