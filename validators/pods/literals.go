package pods

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// password finds URLs with a user and a password.
var password = form.New(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"'<>]*:([^\s/@"'<>]+)@`)

// hasPassword says whether a text has a URL with a password that is neither a reference to a variable nor a placeholder.
// Lines that start with # are comments.
func hasPassword(text string) bool {
	if !strings.Contains(text, "://") || !strings.Contains(text, "@") {
		return false
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, match := range password().FindAllStringSubmatchIndex(line, -1) {
			digest := strings.HasPrefix(line[match[1]:], "sha256:") // docker://image:tag@sha256:...
			if !digest && !isPlaceholder(line[match[2]:match[3]]) {
				return true
			}
		}
	}
	return false
}

// isPlaceholder says whether something else is put in the place of a text: a variable, a template, or what was removed.
func isPlaceholder(text string) bool {
	return strings.HasPrefix(text, "$") || strings.HasPrefix(text, "%") || strings.HasPrefix(text, "ENC[") ||
		strings.Contains(text, "{{") || strings.Trim(text, "*xX") == "" ||
		strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">")
}

// reference starts texts that name a secret of a vault, or a thing of a cloud.
var reference = form.New(`^[a-z][a-z0-9+.-]*:`)

// isHarmless says whether a text is none that could be a secret, whatever it is called.
func isHarmless(value string) bool {
	value = strings.TrimSpace(value)
	switch strings.ToLower(value) {
	case "", "true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled":
		return true
	}
	return isPlaceholder(value) || strings.Contains(value, "$(") || strings.Trim(value, "0123456789.smhd") == "" ||
		strings.HasPrefix(value, "/") || strings.HasPrefix(value, "./") || reference().MatchString(value)
}

// soundsSecret says whether a variable is called a password, a token or a key that must not be known.
func soundsSecret(name string) bool {
	words := strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	if len(words) == 0 {
		return false
	}
	switch last := words[len(words)-1]; last {
	case "PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "SECRET", "APIKEY", "PASS":
		return true
	case "KEY":
		kinds := []string{"API", "SECRET", "PRIVATE", "ACCESS", "ENCRYPTION", "SIGNING"}
		return len(words) > 1 && slices.Contains(kinds, words[len(words)-2])
	}
	return false
}

// keyHolder is the Secret of the component that has a key; empty where none has.
func (p *part) keyHolder(key string) string {
	if p.holders == nil {
		p.holders = map[string]string{}
		for _, secret := range p.secrets {
			for _, k := range secret.Keys {
				if p.holders[k.Name] == "" {
					p.holders[k.Name] = secret.Name
				}
			}
		}
		if p.Plan != nil {
			for _, g := range p.Plan.Groups {
				for _, e := range slices.Concat(g.Entries, g.Optional) {
					if p.holders[e.Key] == "" {
						p.holders[e.Key] = g.Target
					}
				}
			}
		}
	}
	return p.holders[key]
}

// isSecretName says whether a text is the name of a Secret, for a program that reads it by itself.
func (p *part) isSecretName(text string) bool {
	byName := func(s *secretflow.Secret, name string) int { return strings.Compare(s.Name, name) }
	_, found := slices.BinarySearchFunc(p.secrets, text, byName)
	return found
}

// judgePlainSecrets reports Secrets whose values stand in the manifests.
func (c *checker) judgePlainSecrets() {
	for _, o := range c.set.Secrets {
		if o.Value.Type == corev1.SecretTypeServiceAccountToken {
			continue
		}
		field := ""
		for _, value := range o.Value.StringData {
			if isSecretValue(value) {
				field = "stringData"
			}
		}
		for _, value := range o.Value.Data {
			if isSecretValue(string(value)) {
				field = "data"
			}
		}
		if field == "" {
			continue
		}
		c.about(o.Object, finding.Finding{
			Code: finding.PlaintextSecret, Severity: finding.Error, Field: field,
			Message: "the values of the Secret stand in the manifests, in plain text or base64",
			Fix:     "put them into Scaleway Secret Manager, let an ExternalSecret create the Secret, and change the values",
		})
	}
}

// isSecretValue says whether a value may be one: not what stands for another, and not a certificate, which is public.
func isSecretValue(value string) bool {
	value = strings.TrimSpace(value)
	certificate := strings.HasPrefix(value, "-----BEGIN CERTIFICATE-----") && !strings.Contains(value, "PRIVATE KEY")
	return value != "" && !isPlaceholder(value) && !certificate
}

// Annotations by which well-known controllers copy Secrets between namespaces.
//
// Source: github.com/emberstack/kubernetes-reflector, github.com/mittwald/kubernetes-replicator.
const (
	reflects       = "reflector.v1.k8s.emberstack.com/reflects"
	replicatesFrom = "replicator.v1.mittwald.de/replicate-from"
	replicatesTo   = "replicator.v1.mittwald.de/replicate-to"
	reflectionAuto = "reflector.v1.k8s.emberstack.com/reflection-auto-enabled"
)

// judgeCopies reports Secrets that a controller copies from one component to another.
func (c *checker) judgeCopies() {
	for _, o := range c.set.Secrets {
		to := c.scope.Of(o.Namespace)
		if to == nil {
			continue
		}
		for _, name := range []string{reflects, replicatesFrom} {
			namespace, secret, found := strings.Cut(o.Annotations[name], "/")
			from := c.scope.Of(namespace)
			if found && from != nil && from != to {
				c.about(o.Object, finding.Finding{
					Code: finding.ForeignSecret, Severity: finding.Error, Field: objects.Field("metadata.annotations", name),
					Message:        "the Secret is a copy of one of component " + from.Name + ", " + namespace + "/" + secret,
					Counterexample: "every pod of the namespace may import " + o.String() + ", with the values of the other component",
					Fix:            "remove the annotation, and give each component a secret of its own",
				})
			}
		}
	}
}

// isCopied says whether a controller copies a Secret into other namespaces.
func isCopied(o *objects.Object) bool {
	return o.Annotations[reflectionAuto] == "true" || o.Annotations[replicatesTo] != ""
}
