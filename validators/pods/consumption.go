package pods

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// consumption reports keys that an ExternalSecret of the component syncs and that nothing uses.
func (j *judge) consumption(c *component, result *verdict.Result) {
	if !c.hasWorkloads() {
		return
	}
	imported := c.imports()
	touched := map[string]bool{}
	for key := range imported {
		touched[key.secret] = true
	}
	for _, secret := range c.secrets {
		if imported[secretKey{secret.Name, ""}] || j.apiKey(secret.Ref) != "" {
			continue
		}
		synced, unused := 0, []secretflow.Key{}
		for i, key := range secret.Keys {
			if key.By.Kind != eso.ExternalSecretKind || i > 0 && secret.Keys[i-1].Name == key.Name {
				continue
			}
			synced++
			result.Decide(verdict.Subject{Object: key.By, Field: key.Field})
			if !imported[secretKey{secret.Name, key.Name}] {
				unused = append(unused, key)
			}
		}
		switch {
		case len(unused) == 0 || j.isUsedOtherwise(c, secret):
		case len(unused) == synced && !touched[secret.Name]:
			result.Add(unconsumedSecret(c, secret, unused[0].By))
		default:
			for _, key := range unused {
				result.Add(unconsumedKey(c, secret, key))
			}
		}
	}
}

func unconsumedKey(c *component, secret *secretflow.Secret, key secretflow.Key) verdict.Candidate {
	return verdict.Candidate{
		Finding: key.By.About(finding.Finding{
			Code: finding.KeyUnconsumed, Severity: finding.Warning, Field: key.Field,
			Message: fmt.Sprintf("the key %q of Secret %q is synced, and no workload of %s imports it",
				key.Name, secret.Name, objects.NamespaceText(c.Namespace)),
			Fix: "remove the key, or import it",
		}),
		Precedence: remainder, Unless: []verdict.Subject{
			consumptionOf(c.Namespace, secret.Name, ""), consumptionOf(c.Namespace, secret.Name, key.Name),
		},
	}
}

func unconsumedSecret(c *component, secret *secretflow.Secret, by *objects.Object) verdict.Candidate {
	message := fmt.Sprintf("Secret %q is synced, and no workload of %s imports it", secret.Name,
		objects.NamespaceText(c.Namespace))
	if slices.ContainsFunc(c.uses, func(u secretflow.Use) bool { return u.Secret == secret.Ref }) {
		message += ": no container mounts the volume that has it"
	}
	return verdict.Candidate{
		Finding: by.About(finding.Finding{
			Code: finding.KeyUnconsumed, Severity: finding.Warning, Field: fieldpath.Of("spec", "target", "name"),
			Message: message,
			Fix:     "remove what syncs it, or import it",
		}),
		Precedence: remainder, Unless: []verdict.Subject{consumptionOf(c.Namespace, secret.Name, "")},
	}
}

// isUsedOtherwise reports whether something else may use a Secret: an object that names it, a controller that finds it
// by its labels or copies it, a program that is given its name.
func (j *judge) isUsedOtherwise(c *component, secret *secretflow.Secret) bool {
	return c.mentioned()[secret.Name] || j.copied[secret.Ref] || slices.ContainsFunc(secret.Creators, j.marksForOthers)
}

// marksForOthers reports whether an ExternalSecret gives its Secret labels or annotations by which a controller finds
// it.
func (j *judge) marksForOthers(by *objects.Object) bool {
	spec := j.specs()[by]
	if spec == nil || spec.Target.Template == nil {
		return false
	}
	metadata := &spec.Target.Template.Metadata
	own := []string{"app.kubernetes.io", wellknown.Group, "helm.sh", "kubernetes.io", "app"}
	for _, marks := range []map[string]string{metadata.Labels, metadata.Annotations} {
		for name := range marks {
			if prefix, _, _ := strings.Cut(name, "/"); !slices.Contains(own, prefix) {
				return true
			}
		}
	}
	return false
}

// listMentioned collects the texts of the component's objects that may be names of Secrets: of Ingresses, service
// accounts, Roles by which a program reads a Secret and command lines, and every text of kinds that are not Kubernetes'
// own.
func (c *component) listMentioned() map[string]bool {
	names := map[string]bool{}
	for _, o := range c.ingresses {
		for _, tls := range o.Value.Spec.TLS {
			names[tls.SecretName] = true
		}
	}
	for _, o := range c.accounts {
		for _, ref := range o.Value.ImagePullSecrets {
			names[ref.Name] = true
		}
	}
	for _, o := range c.roles {
		if o.Name == wellknown.RuntimeName {
			continue // it reads the Secrets to write them
		}
		for _, rule := range o.Value.Rules {
			for _, name := range rule.ResourceNames {
				names[name] = true
			}
		}
	}
	for _, of := range c.containers {
		addWords(names, of.Command...)
		addWords(names, of.Args...)
		for i := range of.Env {
			addWords(names, of.Env[i].Value)
		}
	}
	for _, o := range c.all {
		if !isCustom(o) && o.Kind != eso.PushSecretKind {
			continue
		}
		if node, err := o.Source.Node(); err == nil {
			addTexts(names, node)
		}
	}
	return names
}

// addWords adds the words of texts that have the form of an object's name.
func addWords(names map[string]bool, texts ...string) {
	for _, text := range texts {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool {
			return r != '-' && r != '.' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
		}) {
			names[word] = true
		}
	}
}

func addTexts(texts map[string]bool, node *yaml.Node) {
	if node.Kind == yaml.ScalarNode {
		texts[node.Value] = true
	}
	for _, child := range node.Content {
		addTexts(texts, child)
	}
}
