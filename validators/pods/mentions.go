package pods

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

// mentions reports custom objects that name what their component must not have: a Secret with the API key of a store,
// that of a group which has other readers, or what is of another component. What their operators do with it is mostly
// not known. Each is reported once an object and Secret.
func (j *judge) mentions() verdict.Result {
	var result verdict.Result
	copying := map[*objects.Object]bool{}
	for i := range j.graph.Copies {
		copying[j.graph.Copies[i].By] = true
	}
	imported := map[*objects.Object]map[secretflow.Ref]bool{}
	for i := range j.graph.Uses {
		use := &j.graph.Uses[i]
		if use.Workload.Custom {
			if imported[use.Workload.Object] == nil {
				imported[use.Workload.Object] = map[secretflow.Ref]bool{}
			}
			imported[use.Workload.Object][use.Secret] = true
		}
	}
	for i := range j.set.Custom {
		o := &j.set.Custom[i]
		reader := mentionReader{judge: j, by: o, own: j.scope.Of(o.Namespace), imported: imported[o.Object]}
		reader.isAboutOthers = !copying[o.Object] && !j.isHarmless(o)
		reader.read(o.Fields, fieldpath.Path{}, nil, o.Namespace)
		for _, f := range reader.found {
			result.Add(about(o.Object, f))
		}
	}
	return result
}

// isHarmless reports whether objects of a kind name other namespaces and move no secret: they route, watch or filter
// traffic, or say what is installed where, which is another finding. Facts: docs/facts.md, "Kinds that name other
// namespaces".
func (j *judge) isHarmless(o *objects.Custom) bool {
	kind := o.GroupKind()
	if strings.HasSuffix(kind.Group, "kyverno.io") {
		return !changesOthers(o)
	}
	if _, known := j.cluster.Kinds.Harmless(kind.Group, kind.Kind); known {
		return true
	}
	switch kind.Group {
	case "gateway.networking.k8s.io", "gateway.networking.x-k8s.io", "networking.istio.io", "security.istio.io",
		"telemetry.istio.io", "policy.linkerd.io", "traefik.io", "traefik.containo.us", "cilium.io",
		"crd.projectcalico.org", "projectcalico.org", "policy.networking.k8s.io", "crd.antrea.io",
		"autoscaling.k8s.io", "metrics.k8s.io", "snapshot.storage.k8s.io", "wgpolicyk8s.io", "monitoring.coreos.com",
		"operator.victoriametrics.com", "opentelemetry.io", "trust.cert-manager.io", "constraints.gatekeeper.sh",
		"templates.gatekeeper.sh", "config.gatekeeper.sh", "helm.cattle.io", "fleet.cattle.io":
		return true
	case "argoproj.io":
		return strings.HasPrefix(kind.Kind, "App")
	}
	return strings.HasSuffix(kind.Group, ".toolkit.fluxcd.io")
}

// changesOthers reports whether a policy of Kyverno makes or changes objects, rather than refusing them.
func changesOthers(o *objects.Custom) bool {
	if o.Kind == "GeneratingPolicy" || strings.Contains(o.Kind, "MutatingPolicy") {
		return true
	}
	spec, _ := o.Fields["spec"].(map[string]any)
	rules, _ := spec["rules"].([]any)
	return slices.ContainsFunc(rules, func(rule any) bool {
		fields, _ := rule.(map[string]any)
		return fields["generate"] != nil || fields["mutate"] != nil
	})
}

// mentionReader reads the texts of one custom object.
type mentionReader struct {
	*judge

	by  *objects.Custom
	own *scope.Component
	// imported are the Secrets that pods inside of the object import, which other checks judge.
	imported map[secretflow.Ref]bool
	// isAboutOthers is set where namespaces that the object names matter.
	isAboutOthers bool

	found []finding.Finding
	seen  map[string]bool
	// named is the first component that an object outside of all names.
	named *scope.Component
}

// read visits a value. keys are the names of the fields around it, namespace is the one that stands beside it.
func (r *mentionReader) read(value any, at fieldpath.Path, keys []string, namespace string) {
	switch value := value.(type) {
	case string:
		r.text(value, at, keys, namespace)
	case []any:
		for i, item := range value {
			r.read(item, at.Index(i), keys, namespace)
		}
	case map[string]any:
		if beside, is := value["namespace"].(string); is && beside != "" {
			namespace = beside
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if len(keys) == 0 && slices.Contains([]string{"apiVersion", "kind", "status"}, key) ||
				len(keys) == 1 && keys[0] == "metadata" && key != "annotations" || isOfTools(key) {
				continue
			}
			inner := append(slices.Clone(keys), key)
			if len(keys) > 0 && isAboutNamespaces(keys) {
				r.namespace(key, at.Child(key))
			}
			if isReference(value) {
				inner = append(slices.Clone(keys), "secretRef", key)
			}
			r.read(value[key], at.Child(key), inner, namespace)
		}
	}
}

// isOfTools reports whether an annotation is what a tool notes for itself.
func isOfTools(key string) bool {
	return strings.HasPrefix(key, "meta.helm.sh/") || strings.HasPrefix(key, "kubectl.kubernetes.io/") ||
		strings.HasPrefix(key, "argocd.argoproj.io/")
}

// isReference reports whether a map refers to a Secret by its form: by its kind, or a name with a key.
func isReference(fields map[string]any) bool {
	kind, hasKind := fields["kind"].(string)
	_, hasName := fields["name"].(string)
	_, hasKey := fields["key"].(string)
	return hasName && (kind == "Secret" || !hasKind && hasKey)
}

// nearest is how many fields around a text say what it is about.
const nearest = 3

// isAbout reports whether one of the nearest fields has one of the words in its name.
func isAbout(keys []string, words ...string) bool {
	for _, key := range keys[max(0, len(keys)-nearest):] {
		key = strings.ToLower(key)
		for _, word := range words {
			if strings.Contains(key, word) {
				return true
			}
		}
	}
	return false
}

func isAboutNamespaces(keys []string) bool {
	last := keys[len(keys)-1]
	return isAbout(keys, "namespace") || last == "ns" || strings.HasSuffix(last, "Ns") || strings.HasSuffix(last, "NS")
}

func (r *mentionReader) text(value string, at fieldpath.Path, keys []string, namespace string) {
	if len(keys) == 0 {
		return
	}
	if isAbout(keys, "secret", "credential", "certificateref", "password", "token", "keyref") {
		r.secret(secretflow.Ref{Namespace: namespace, Name: value}, at, keys)
	}
	first, name, isPath := strings.Cut(value, "/")
	switch {
	case isPath && name != "" && !strings.ContainsAny(name, "/ :") &&
		isAbout(keys, "secret", "credential", "namespace", "ref", "source", "from", "copy", "certificate", "auth"):
		r.secret(secretflow.Ref{Namespace: first, Name: name}, at, keys)
		r.namespace(first, at)
	case isAboutNamespaces(keys):
		r.namespace(value, at)
	case strings.ContainsAny(value, " \n(/\"'"):
		r.expression(value, at)
	}
}

// secret judges a reference to a Secret.
func (r *mentionReader) secret(ref secretflow.Ref, at fieldpath.Path, keys []string) {
	c := r.byNamespace[ref.Namespace]
	if c == nil || r.imported[ref] || r.makes(ref) {
		return
	}
	switch apiKey, group := r.apiKey(ref), c.group(ref.Name); {
	case apiKey != "" && r.isMounted(keys):
		r.report(ref.Name, finding.Finding{
			Code: finding.ForeignSecret, Severity: finding.Error, Field: at,
			Message:        fmt.Sprintf("Secret %q holds %s, which no pod may import", ref.Name, apiKey),
			Counterexample: r.by.String() + ", its pods mount Secret " + objects.Path(ref.Namespace, ref.Name),
			Fix:            "remove the reference",
			Lead: finding.NewLead(finding.OfComponent.In(r.by.Namespace),
				finding.OfSecret.Named(ref.Namespace, ref.Name)),
		})
	case apiKey != "":
		r.report(ref.Name, finding.Finding{
			Code: finding.SecretMentioned, Severity: finding.Warning, Undecided: true, Field: at,
			Message: fmt.Sprintf("not decided: Secret %q holds %s, and what its operator does with it is not known",
				ref.Name, apiKey),
			Fix: "remove the reference: the operator gets a secret of its own",
		})
	case group != nil && group.Readers != nil && r.own == c.Component && !slices.Contains(group.Readers, r.by.Name):
		r.report(ref.Name, finding.Finding{
			Code: finding.SecretMentioned, Severity: finding.Warning, Undecided: true, Field: at,
			Message: fmt.Sprintf("not decided: Secret %q is that of a group whose readers do not name %q, and what its "+
				"operator does with it is not known", ref.Name, r.by.Name),
			Fix: "remove the reference, or add the name to readers",
		})
	}
}

// isMounted reports whether the pods that the operator makes mount a Secret of the field: those of the Prometheus
// operator do.
func (r *mentionReader) isMounted(keys []string) bool {
	return r.by.GroupKind().Group == "monitoring.coreos.com" && len(keys) == 2 && keys[1] == "secrets"
}

// makes reports whether the object itself creates a Secret.
func (r *mentionReader) makes(ref secretflow.Ref) bool {
	secret := r.graph.Secrets[ref]
	return secret != nil && slices.Contains(secret.Creators, r.by.Object)
}

// namespace judges that the object names a namespace.
func (r *mentionReader) namespace(name string, at fieldpath.Path) {
	other := r.scope.Of(name)
	if !r.isAboutOthers || name == "" || other == nil || other == r.own {
		return
	}
	if r.own == nil { // what is outside of the components may be about any, and joins them where it names two
		if r.named == nil {
			r.named = other
		}
		if r.named == other {
			return
		}
	}
	own := r.own
	if own == nil {
		own = r.named
	}
	r.report("", finding.Finding{
		Code: finding.SecretMentioned, Severity: finding.Warning, Undecided: true, Field: at,
		Message: fmt.Sprintf("not decided: the object names namespace %q of component %s, and what its operator takes "+
			"from there to component %s is not known", name, other.Name, own.Name),
		Fix: "let it name only its own namespace, or say in the Cluster that the kind is harmless",
	})
}

// expression judges a program or template: whether it is about Secrets and has the name of a namespace in quotes or as
// a part of a path.
func (r *mentionReader) expression(text string, at fieldpath.Path) {
	if !r.isAboutOthers || !strings.Contains(strings.ToLower(text), "secret") {
		return
	}
	words := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune("\"'/` ?\n", c) })
	for i, word := range words {
		other := r.scope.Of(word)
		isNamed := strings.Contains(text, `"`+word+`"`) || strings.Contains(text, "'"+word+"'") ||
			i > 0 && words[i-1] == "namespaces"
		if other == nil || other == r.own || !isNamed {
			continue
		}
		r.report("", finding.Finding{
			Code: finding.SecretMentioned, Severity: finding.Warning, Undecided: true, Field: at,
			Message: fmt.Sprintf("not decided: the text is about Secrets and namespace %q of component %s, and what comes "+
				"of it is not known", word, other.Name),
			Fix: "let it name only its own namespace, or say in the Cluster that the kind is harmless",
		})
	}
}

// report notes a finding, once for a subject.
func (r *mentionReader) report(subject string, f finding.Finding) {
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	if !r.seen[subject] {
		r.seen[subject] = true
		r.found = append(r.found, f)
	}
}
