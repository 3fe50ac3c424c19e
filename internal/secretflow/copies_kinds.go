package secretflow

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/ternary"
)

// readCustom adds what custom objects have copied. Facts: docs/facts.md, "Objects that copy Secrets".
func (c *copier) readCustom(o *objects.Custom) {
	switch kindOf(o.GroupKind()) {
	case "ClusterPolicy.kyverno.io", "Policy.kyverno.io":
		c.readKyverno(o)
	case "ClusterSecret.clustersecret.io", "ClusterSecret.clustersecret.com":
		c.readClusterSecret(o)
	case "HierarchyConfiguration.hnc.x-k8s.io":
		c.readHierarchy(o, decode[hierarchy](o.Object).Spec.Parent, o.Namespace, fieldpath.Of("spec", "parent"))
	case "SubnamespaceAnchor.hnc.x-k8s.io":
		c.readHierarchy(o, o.Namespace, o.Name, fieldpath.Of("metadata", "name"))
	case "SecretExport.secretgen.carvel.dev":
		c.readExport(o)
	case "SecretImport.secretgen.carvel.dev":
		c.add(Copy{
			By: o.Object, Field: fieldpath.Of("spec", "fromNamespace"), Controller: "secretgen-controller",
			From: Ref{decode[secretImport](o.Object).Spec.FromNamespace, o.Name}, Name: o.Name, Pulled: true,
			into: named(o.Namespace),
		})
	case "Object.kubernetes.crossplane.io", "Object.kubernetes.m.crossplane.io":
		c.readCrossplane(o)
	case "Gateway.gateway.networking.k8s.io", "ListenerSet.gateway.networking.k8s.io",
		"XListenerSet.gateway.networking.x-k8s.io":
		c.readGateway(o)
	case "ReferenceGrant.gateway.networking.k8s.io":
		c.readGrant(o)
	}
}

// kyvernoPolicy is what policies of Kyverno say about what they generate.
type kyvernoPolicy struct {
	Spec struct {
		Rules []struct {
			Match    kyvernoMatch     `json:"match"`
			Exclude  map[string]any   `json:"exclude"`
			Generate *kyvernoGenerate `json:"generate"`
		} `json:"rules"`
	} `json:"spec"`
}

type kyvernoMatch struct {
	kyvernoFilter

	Any []kyvernoFilter `json:"any"`
	All []kyvernoFilter `json:"all"`
}

type kyvernoFilter struct {
	Resources map[string]any `json:"resources"`
}

type kyvernoGenerate struct {
	Kind      string  `json:"kind"`
	Name      string  `json:"name"`
	Namespace string  `json:"namespace"`
	Clone     nameRef `json:"clone"`
	CloneList struct {
		Namespace string         `json:"namespace"`
		Kinds     []string       `json:"kinds"`
		Selector  map[string]any `json:"selector"`
	} `json:"cloneList"`
	ForEach []kyvernoGenerate `json:"foreach"`
}

func (c *copier) readKyverno(o *objects.Custom) {
	for i, rule := range decode[kyvernoPolicy](o.Object).Spec.Rules {
		if rule.Generate == nil {
			continue
		}
		every := ternary.Unknown
		if rule.Match.isEveryNamespace() && len(rule.Exclude) == 0 {
			every = ternary.Yes
		}
		at := fieldpath.Of("spec", "rules").Index(i).Child("generate")
		c.generate(o, rule.Generate, at, every)
		for k := range rule.Generate.ForEach {
			c.generate(o, &rule.Generate.ForEach[k], at.Child("foreach").Index(k), ternary.Unknown)
		}
	}
}

// isEveryNamespace reports whether a rule acts on every Namespace.
func (m kyvernoMatch) isEveryNamespace() bool {
	filters := slices.Concat(m.Any, m.All)
	if m.Resources != nil {
		filters = append(filters, m.kyvernoFilter)
	}
	return len(filters) == 1 && slices.ContainsFunc(filters, func(f kyvernoFilter) bool {
		kinds, _ := f.Resources["kinds"].([]any)
		return len(f.Resources) == 1 && slices.ContainsFunc(kinds, func(kind any) bool {
			return kind == "Namespace" || kind == "v1/Namespace"
		})
	})
}

// generate adds the copies of one rule. every is the answer for namespaces that stand as a variable.
func (c *copier) generate(o *objects.Custom, g *kyvernoGenerate, at fieldpath.Path, every ternary.Answer) {
	made := Copy{By: o.Object, Controller: "Kyverno", From: g.Clone.ref(), Name: cmp.Or(g.Name, g.Clone.Name)}
	made.Field = at.Child("clone")
	switch {
	case len(g.CloneList.Kinds) > 0:
		made.Field, made.Name = at.Child("cloneList"), ""
		made.From = Ref{Namespace: g.CloneList.Namespace}
		if !slices.ContainsFunc(g.CloneList.Kinds, isSecretKind) {
			return
		}
	case g.Clone.Name == "" || !isSecretKind(g.Kind):
		return
	}
	if isVariable(made.Name) {
		made.Name = ""
	}
	switch {
	case isVariable(g.Namespace):
		made.into = everywhere(every)
	case g.Namespace == "":
		made.into = everywhere(ternary.Unknown)
	default:
		made.into, made.To = named(g.Namespace), []string{g.Namespace}
	}
	if len(g.CloneList.Selector) > 0 {
		made.into = unsure(made.into)
	}
	if isVariable(made.From.Namespace) {
		made.From, made.Why = Ref{}, "the namespace that it copies from is a variable"
	}
	c.add(made)
}

// isSecretKind reports whether a kind, with or without its version, is that of Secrets.
func isSecretKind(kind string) bool {
	return kind == "*" || kind == "Secret" || strings.HasSuffix(kind, "/Secret") || isVariable(kind)
}

// isVariable reports whether a text has a variable of a template.
func isVariable(text string) bool { return strings.Contains(text, "{{") }

// clusterSecret has its fields beside the metadata.
type clusterSecret struct {
	MatchNamespace  []string          `json:"matchNamespace"`
	AvoidNamespaces []string          `json:"avoidNamespaces"`
	MatchLabels     map[string]string `json:"matchLabels"`
	Data            struct {
		ValueFrom struct {
			SecretKeyRef nameRef `json:"secretKeyRef"`
		} `json:"valueFrom"`
	} `json:"data"`
}

func (c *copier) readClusterSecret(o *objects.Custom) {
	spec := decode[clusterSecret](o.Object)
	into := func(name string) ternary.Answer {
		answer := ternary.Of(len(spec.MatchNamespace)+len(spec.MatchLabels) == 0 || startsLike(spec.MatchNamespace, name))
		if len(spec.MatchLabels) > 0 {
			selector := &metav1.LabelSelector{MatchLabels: spec.MatchLabels}
			answer = ternary.Or(answer, c.namespaces.Of(name).IsSelected(selector))
		}
		return ternary.And(answer, ternary.Of(!startsLike(spec.AvoidNamespaces, name)))
	}
	c.add(Copy{
		By: o.Object, Field: fieldpath.Of("data", "valueFrom", "secretKeyRef"), Controller: "ClusterSecret",
		From: spec.Data.ValueFrom.SecretKeyRef.ref(), Name: o.Name, into: into,
		To: append(slices.Clone(spec.MatchNamespace), withLabels(labels.Set(spec.MatchLabels).String())...),
	})
}

// startsLike reports whether a name starts with what one of the expressions matches.
func startsLike(expressions []string, name string) bool {
	return slices.ContainsFunc(expressions, func(expression string) bool {
		matches, err := regexp.MatchString("^(?:"+expression+")", name)
		return err == nil && matches
	})
}

type hierarchy struct {
	Spec struct {
		Parent string `json:"parent"`
	} `json:"spec"`
}

// readHierarchy adds that a namespace is below another: of the parent, what the cluster's HNCConfiguration says is
// copied into it; without that its Roles and RoleBindings are.
func (c *copier) readHierarchy(o *objects.Custom, parent, child string, field fieldpath.Path) {
	if parent == "" {
		return
	}
	c.add(Copy{
		By: o.Object, Field: field, Controller: "the Hierarchical Namespace Controller", From: Ref{Namespace: parent},
		Why: "which kinds are copied is in a HNCConfiguration: RoleBindings are, so that who has rights in the parent " +
			"has them in the child too, and Secrets may be", into: unsure(named(child)),
		To: []string{child},
	})
	c.add(Copy{
		By: o.Object, Field: field, Controller: "the Hierarchical Namespace Controller", From: Ref{Namespace: child},
		Why: "RoleBindings of a parent are copied into its children, so that who has rights in the parent has them in " +
			"the child too", into: unsure(named(parent)),
		To: []string{parent},
	})
}

type secretExport struct {
	Spec struct {
		ToNamespace  string   `json:"toNamespace"`
		ToNamespaces []string `json:"toNamespaces"`
		Selector     []any    `json:"dangerousToNamespacesSelector"`
	} `json:"spec"`
}

type secretImport struct {
	Spec struct {
		FromNamespace string `json:"fromNamespace"`
	} `json:"spec"`
}

// readExport adds that a Secret may be imported elsewhere.
func (c *copier) readExport(o *objects.Custom) {
	spec := &decode[secretExport](o.Object).Spec
	to := slices.DeleteFunc(append(slices.Clone(spec.ToNamespaces), spec.ToNamespace), func(n string) bool { return n == "" })
	if len(spec.Selector) > 0 {
		to = append(to, "those of a selector")
	}
	if len(to) == 0 {
		return
	}
	c.add(Copy{
		By: o.Object, Field: fieldpath.Of("spec"), Controller: "secretgen-controller", From: Ref{o.Namespace, o.Name}, To: to,
		into: func(name string) ternary.Answer {
			answer := ternary.Of(slices.Contains(to, name) || slices.Contains(to, "*"))
			if len(spec.Selector) > 0 {
				answer = ternary.Or(answer, ternary.Unknown)
			}
			return answer
		},
	})
}

// crossplaneObject is an Object of Crossplane's provider-kubernetes.
type crossplaneObject struct {
	Spec struct {
		References []struct {
			PatchesFrom struct {
				Kind      string `json:"kind"`
				Namespace string `json:"namespace"`
				Name      string `json:"name"`
			} `json:"patchesFrom"`
		} `json:"references"`
		ForProvider struct {
			Manifest struct {
				Kind     string  `json:"kind"`
				Metadata nameRef `json:"metadata"`
			} `json:"manifest"`
		} `json:"forProvider"`
	} `json:"spec"`
}

func (c *copier) readCrossplane(o *objects.Custom) {
	spec := &decode[crossplaneObject](o.Object).Spec
	for i, reference := range spec.References {
		from := reference.PatchesFrom
		if from.Kind != "Secret" {
			continue
		}
		made := Copy{
			By: o.Object, Field: fieldpath.Of("spec", "references").Index(i).Child("patchesFrom"),
			Controller: "Crossplane", From: Ref{from.Namespace, from.Name},
			into: named(cmp.Or(spec.ForProvider.Manifest.Metadata.Namespace, o.Namespace)),
			To:   []string{cmp.Or(spec.ForProvider.Manifest.Metadata.Namespace, o.Namespace)},
		}
		if spec.ForProvider.Manifest.Kind == "Secret" {
			made.Name = spec.ForProvider.Manifest.Metadata.Name
		}
		c.add(made)
	}
}

// certificateRef is a Secret that a Gateway serves, at a field.
type certificateRef struct {
	secret Ref
	at     fieldpath.Path
}

// certificateRefs are the Secrets that a Gateway or a set of listeners names, wherever it does.
func certificateRefs(o *objects.Custom) []certificateRef {
	var found []certificateRef
	eachMap(o.Fields, fieldpath.Path{}, func(fields map[string]any, at fieldpath.Path) {
		list, _ := fields["certificateRefs"].([]any)
		if one, is := fields["clientCertificateRef"].(map[string]any); is {
			list = append(slices.Clone(list), one)
		}
		for i, item := range list {
			ref, _ := item.(map[string]any)
			kind, hasKind := ref["kind"].(string)
			name, _ := ref["name"].(string)
			if name == "" || hasKind && kind != "Secret" {
				continue
			}
			namespace, _ := ref["namespace"].(string)
			secret := Ref{cmp.Or(namespace, o.Namespace), name}
			found = append(found, certificateRef{secret, at.Child("certificateRefs").Index(i)})
		}
	})
	return found
}

// readGateway adds the Secrets of other namespaces that a Gateway serves. Whether its proxy, which has them, runs in
// its own namespace depends on the class.
func (c *copier) readGateway(o *objects.Custom) {
	for _, ref := range certificateRefs(o) {
		c.add(Copy{
			By: o.Object, Field: ref.at, Controller: "a controller of Gateways", From: ref.secret, Pulled: true,
			Why:  "whether the proxy that gets it runs in the namespace of the Gateway is a matter of its class",
			into: unsure(named(o.Namespace)),
		})
	}
}

type referenceGrant struct {
	Spec struct {
		From []struct {
			Kind      string `json:"kind"`
			Namespace string `json:"namespace"`
		} `json:"from"`
		To []struct {
			Group string `json:"group"`
			Kind  string `json:"kind"`
			Name  string `json:"name"`
		} `json:"to"`
	} `json:"spec"`
}

// readGrant adds that objects of other namespaces may refer to Secrets.
func (c *copier) readGrant(o *objects.Custom) {
	spec := &decode[referenceGrant](o.Object).Spec
	for i, to := range spec.To {
		if to.Kind != "Secret" || to.Group != "" && to.Group != "core" {
			continue
		}
		for _, from := range spec.From {
			c.add(Copy{
				By: o.Object, Field: fieldpath.Of("spec", "to").Index(i), Controller: "a controller of Gateways",
				From: Ref{o.Namespace, to.Name}, into: unsure(named(from.Namespace)), To: []string{from.Namespace},
				Why: "it is offered to every " + from.Kind + " there, and whether the proxy that gets it runs there is " +
					"a matter of its class",
			})
		}
	}
}

// readIngresses adds the Secrets of other namespaces that annotations of Ingresses name for their controller.
func (c *copier) readIngresses(set *objects.Set) {
	for _, o := range set.Ingresses {
		for name, value := range o.Annotations {
			namespace, secret, found := strings.Cut(value, "/")
			if !found || !strings.Contains(name, "secret") || strings.ContainsAny(value, " \n{") {
				continue
			}
			c.add(Copy{
				By: o.Object, Field: metadataAnnotations.Child(name), Controller: "the Ingress controller",
				From: Ref{namespace, secret}, Pulled: true,
				Why:  "what the controller lets the Ingress do with it depends on its settings",
				into: unsure(named(o.Namespace)),
			})
		}
	}
}
