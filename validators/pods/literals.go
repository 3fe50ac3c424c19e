package pods

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/pods/plaintext"
)

// literal says why a text under a name is probably a secret; empty where it is not. Sure is only that a key which the
// component syncs is a secret if it is called one.
func (c *component) literal(name, value string) (reason string, severity finding.Severity) {
	if plaintext.IsHarmless(value) {
		return "", ""
	}
	if holder := c.holders()[name]; holder != "" {
		if plaintext.SoundsSecret(name) {
			return fmt.Sprintf("the component has a secret of that name: a key of Secret %q", holder), finding.Error
		}
		return fmt.Sprintf("Secret %q has a key of that name: one of the two is not needed", holder), finding.Warning
	}
	isName := c.hasSecret(value) || plaintext.NamesSecret(name, value)
	if plaintext.SoundsSecret(name) && !plaintext.IsPublic(name) && !isName &&
		!strings.ContainsAny(strings.TrimSpace(value), "/\n") {
		return "it is called a secret", finding.Warning
	}
	return "", ""
}

// arguments reports URLs with passwords on command lines.
func (j *judge) arguments(c *component, result *verdict.Result) {
	for _, of := range c.containers {
		for list, texts := range map[string][]string{"command": of.Command, "args": of.Args} {
			for i, text := range texts {
				if plaintext.HasPassword(text) {
					result.Add(about(of.workload.Object, finding.Finding{
						Code: finding.LiteralSecret, Severity: finding.Error, Field: of.Path.Child(list).Index(i),
						Message: fmt.Sprintf("the command line of container %q has a URL with a password, as text",
							of.Name),
						Fix: "import the URL into a variable from the synced Secret, write $(VARIABLE) in its place, " +
							"and change the password",
					}))
				}
			}
		}
	}
}

// configMaps reports entries of ConfigMaps whose text is a secret.
func (j *judge) configMaps(c *component, result *verdict.Result) {
	for _, name := range slices.Sorted(maps.Keys(c.configMaps)) {
		o := c.configMaps[name]
		result.Decide(verdict.Subject{Object: o.Object})
		for key, value := range o.Value.Data {
			f := finding.Finding{
				Code: finding.LiteralSecret, Severity: finding.Error, Field: fieldpath.Of("data", key),
				Message: fmt.Sprintf("the entry %q has a URL with a password, as text", key),
				Fix:     "remove the entry and import the synced Secret; if the text is the secret, change it",
			}
			if !plaintext.HasPassword(value) {
				reason, severity := c.literal(key, value)
				if reason == "" {
					continue
				}
				f.Severity, f.Message = severity, fmt.Sprintf("the entry %q is written as text, and %s", key, reason)
			}
			result.Add(about(o.Object, f))
		}
	}
}

// plainSecrets reports Secrets whose values are in the manifests.
func (j *judge) plainSecrets() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.Secrets {
		result.Decide(verdict.Subject{Object: o.Object})
		if o.Value.Type == corev1.SecretTypeServiceAccountToken {
			continue
		}
		field := fieldpath.Path{}
		isBytes := func(value []byte) bool { return plaintext.IsSecretValue(string(value)) }
		if slices.ContainsFunc(slices.Collect(maps.Values(o.Value.StringData)), plaintext.IsSecretValue) {
			field = fieldpath.Of("stringData")
		}
		if slices.ContainsFunc(slices.Collect(maps.Values(o.Value.Data)), isBytes) {
			field = fieldpath.Of("data")
		}
		if field.IsZero() {
			continue
		}
		result.Add(about(o.Object, finding.Finding{
			Code: finding.PlaintextSecret, Severity: finding.Error, Field: field,
			Message: "the values of the Secret stand in the manifests, in plain text or base64",
			Fix: "put them into Scaleway Secret Manager, let an ExternalSecret create the Secret, and change " +
				"the values",
		}))
	}
	return result
}

// plainTemplates reports templates of ExternalSecrets that hold a secret themselves, and take none from the store.
func (j *judge) plainTemplates() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.ExternalSecrets {
		template := o.Value.Spec.Target.Template
		if template == nil {
			continue
		}
		for key, text := range template.Data {
			at := fieldpath.Of("spec", "target", "template", "data", key)
			result.Decide(verdict.Subject{Object: o.Object, Field: at})
			what := ""
			switch {
			case plaintext.HasPassword(text):
				what = "has a URL with a password, as text"
			case !strings.Contains(text, "{{") && plaintext.SoundsSecret(key) && !plaintext.IsHarmless(text):
				what = "is written as text, and it is called a secret"
			default:
				continue
			}
			result.Add(about(o.Object, finding.Finding{
				Code: finding.LiteralSecret, Severity: finding.Error, Field: at,
				Message: fmt.Sprintf("the template of key %q %s", key, what),
				Fix:     "put it into Scaleway Secret Manager, write {{ .KEY }} for it, and change it",
			}))
		}
	}
	return result
}
