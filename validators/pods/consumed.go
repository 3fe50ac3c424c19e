package pods

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

// findUsed notes what containers import.
func (p *part) findUsed() {
	p.used = map[[2]string]bool{}
	for _, use := range p.uses {
		isFile := use.Via == secretflow.ViaVolume || use.Via == secretflow.ViaProjected
		if !isFile || use.Container != "" { // a volume that no container mounts is of no use
			p.used[[2]string{use.Secret.Name, use.Key}] = true
		}
	}
}

// judgeConsumption reports keys that an ExternalSecret of the component syncs and that nothing uses. Where the input has no
// workloads of the component, they are deployed by other means.
func (c *checker) judgeConsumption(p *part) {
	if !p.hasWorkloads() {
		return
	}
	touched := map[string]bool{}
	for key := range p.used {
		touched[key[0]] = true
	}
	for _, secret := range p.secrets {
		if p.used[[2]string{secret.Name, ""}] || c.isCredential(secret.Ref) != "" {
			continue
		}
		synced, unused := 0, []secretflow.Key{}
		for i, key := range secret.Keys {
			if key.By.Kind != "ExternalSecret" || i > 0 && secret.Keys[i-1].Name == key.Name {
				continue
			}
			synced++
			if !p.used[[2]string{secret.Name, key.Name}] {
				unused = append(unused, key)
			}
		}
		if len(unused) == 0 || c.usedOtherwise(p, secret) {
			continue
		}
		if len(unused) == synced && !touched[secret.Name] {
			c.unconsumedSecret(p, secret, unused[0].By)
			continue
		}
		for _, key := range unused {
			c.about(key.By, finding.Finding{
				Code: finding.KeyUnconsumed, Severity: finding.Warning, Field: key.Field,
				Message: fmt.Sprintf("the key %q of Secret %q is synced, and no workload of %s imports it",
					key.Name, secret.Name, objects.NamespaceText(p.Namespace)),
				Fix: "remove the key, or import it",
			})
		}
	}
}

func (c *checker) unconsumedSecret(p *part, secret *secretflow.Secret, by *objects.Object) {
	message := fmt.Sprintf("Secret %q is synced, and no workload of %s imports it", secret.Name, objects.NamespaceText(p.Namespace))
	if slices.ContainsFunc(p.uses, func(u secretflow.Use) bool { return u.Secret == secret.Ref }) {
		message += ": no container mounts the volume that has it"
	}
	c.about(by, finding.Finding{
		Code: finding.KeyUnconsumed, Severity: finding.Warning, Field: "spec.target.name", Message: message,
		Fix: "remove what syncs it, or import it",
	})
}

// usedOtherwise says whether something else may use a Secret: an object that names it, a controller that finds it by its
// labels or copies it, a program that is told its name.
func (c *checker) usedOtherwise(p *part, secret *secretflow.Secret) bool {
	if p.names == nil {
		p.names = c.namesIn(p)
	}
	if p.names[secret.Name] {
		return true
	}
	return slices.ContainsFunc(secret.Creators, c.marksForOthers)
}

// marksForOthers says whether an ExternalSecret gives its Secret labels or annotations by which a controller finds it.
func (c *checker) marksForOthers(by *objects.Object) bool {
	if c.specs == nil {
		c.specs = map[*objects.Object]*eso.ExternalSecretSpec{}
		for _, o := range c.set.ExternalSecrets {
			c.specs[o.Object] = &o.Value.Spec
		}
	}
	spec := c.specs[by]
	if spec == nil || spec.Target.Template == nil {
		return false
	}
	metadata := &spec.Target.Template.Metadata
	for _, marks := range []map[string]string{metadata.Labels, metadata.Annotations} {
		for name := range marks {
			prefix, _, _ := strings.Cut(name, "/")
			if !slices.Contains([]string{"app.kubernetes.io", "cloison.dev", "helm.sh", "kubernetes.io", "app"}, prefix) {
				return true
			}
		}
	}
	return false
}

// namesIn are the texts of the component's objects that may be names of Secrets: those of certificates of Ingresses, of
// service accounts, of Roles by which a program reads a Secret, of command lines, and everything in kinds that are not
// Kubernetes' own.
func (c *checker) namesIn(p *part) map[string]bool {
	names := map[string]bool{}
	for _, o := range p.ingresses {
		for _, tls := range o.Value.Spec.TLS {
			names[tls.SecretName] = true
		}
	}
	for _, o := range p.accounts {
		for _, ref := range o.Value.ImagePullSecrets {
			names[ref.Name] = true
		}
	}
	for _, o := range p.roles {
		for _, rule := range o.Value.Rules {
			for _, name := range rule.ResourceNames {
				names[name] = names[name] || o.Name != syncRuntime
			}
		}
	}
	for _, w := range p.workloads {
		for container := range w.Containers() {
			addWords(names, container.Command...)
			addWords(names, container.Args...)
			for i := range container.Env {
				addWords(names, container.Env[i].Value)
			}
		}
	}
	for _, o := range p.others {
		if !isCustom(o) && o.GroupKind().Group != "gateway.networking.k8s.io" && o.Kind != "PushSecret" {
			continue
		}
		if node, err := o.Source.Node(); err == nil {
			addTexts(names, node)
		}
	}
	return names
}

// addWords adds what has the form of an object's name.
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
