// Package plaintext tells texts that are secrets from texts that stand for one. It sees names and values only.
package plaintext

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/form"
)

// urlPassword matches URLs with a user and a password, which is the group.
var urlPassword = form.New(`[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"'<>]*:([^\s/@"'<>]+)@`)

// HasPassword reports whether a text has a URL with a password that is neither a reference to a variable nor a
// placeholder. Lines that start with # are comments.
func HasPassword(text string) bool {
	if !strings.Contains(text, "://") || !strings.Contains(text, "@") {
		return false
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, match := range urlPassword().FindAllStringSubmatchIndex(line, -1) {
			digest := strings.HasPrefix(line[match[1]:], "sha256:") // docker://image:tag@sha256:...
			if !digest && !isPlaceholder(line[match[2]:match[3]]) {
				return true
			}
		}
	}
	return false
}

// isPlaceholder reports whether a text is replaced before it is used: a variable, a template, or one that was removed.
func isPlaceholder(text string) bool {
	return strings.HasPrefix(text, "$") || strings.HasPrefix(text, "%") || strings.HasPrefix(text, "ENC[") ||
		strings.Contains(text, "{{") || strings.Trim(text, "*xX") == "" ||
		strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">")
}

// reference matches the start of texts that name a secret of a vault, or a thing of a cloud.
var reference = form.New(`^[a-z][a-z0-9+.-]*:`)

// IsHarmless reports whether a text cannot be a secret, whatever it is called.
func IsHarmless(value string) bool {
	value = strings.TrimSpace(value)
	switch strings.ToLower(value) {
	case "", "true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled":
		return true
	}
	return isPlaceholder(value) || strings.Contains(value, "$(") || strings.Trim(value, "0123456789.smhd") == "" ||
		strings.HasPrefix(value, "/") || strings.HasPrefix(value, "./") || reference().MatchString(value)
}

// SoundsSecret reports whether a name is that of a password, a token or a private key.
func SoundsSecret(name string) bool {
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

// IsSecretValue reports whether a value of a Secret may be secret: it is neither a placeholder nor a certificate, which
// is public.
func IsSecretValue(value string) bool {
	value = strings.TrimSpace(value)
	certificate := strings.HasPrefix(value, "-----BEGIN CERTIFICATE-----") && !strings.Contains(value, "PRIVATE KEY")
	return value != "" && !isPlaceholder(value) && !certificate
}
