// Package plaintext tells texts that are secrets from texts that stand for one. It sees names and values only.
package plaintext

import (
	"slices"
	"strings"
	"unicode"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/sops"
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

// isPlaceholder reports whether a text is replaced before it is used: a variable, a template, an encrypted text, or one
// that was removed.
func isPlaceholder(text string) bool {
	for _, start := range []string{"$", "%", "@Microsoft.KeyVault(", "ENC[", "ENC(", "{cipher}", "!vault"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	for _, part := range []string{"{{", "${", "$("} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") || bracketed().MatchString(text) ||
		strings.Trim(text, "*xX") == "" || isStandIn(text)
}

// bracketed matches names in brackets, as templates and documentation have them.
var bracketed = form.New(`^(\[[A-Za-z_. -]+\]|\{[A-Za-z_. -]+\}|__[A-Za-z_.-]+__)$`)

// isStandIn reports whether a text is a word, in capitals as in documentation, that tells what is to be written there.
func isStandIn(text string) bool {
	word := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, text)
	switch strings.TrimPrefix(word, "YOUR") {
	case "PASSWORD", "PASS", "PASSWD", "SECRET", "TOKEN", "KEY", "APIKEY", "REPLACEME", "CHANGEME", "PLACEHOLDER",
		"REDACTED", "TODO", "DUMMY":
		return true
	}
	return strings.HasPrefix(word, "YOUR") && word == strings.ToUpper(word)
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
	return isPlaceholder(value) || strings.Trim(value, "0123456789.smhd") == "" || !hasLetterOrDigit(value) ||
		strings.HasPrefix(value, "/") || strings.HasPrefix(value, "./") || strings.HasPrefix(value, "~/") ||
		reference().MatchString(value) || period().MatchString(value)
}

// period matches durations as ISO 8601 writes them.
var period = form.New(`^P(\d+[YMWD])*(T(\d+[HMS])+)?$`)

func hasLetterOrDigit(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// objectName matches names of objects that have more than one word.
var objectName = form.New(`^[a-z][a-z0-9]*([-.][a-z0-9]+)+$`)

// NamesSecret reports whether a text is probably the name of a Secret, or of the variable that has the secret: the name
// says that it is one of a certificate, of credentials or the like, and the text has the form of an object's name; or the
// text is the name itself.
func NamesSecret(name, value string) bool {
	value = strings.TrimSpace(value)
	if strings.EqualFold(name, value) {
		return true
	}
	words := wordsOf(name)
	if len(words) == 0 || words[len(words)-1] != "SECRET" || !objectName().MatchString(value) {
		return false
	}
	before := ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	// These words say what the secret is for, and not what is in a Secret.
	return !slices.Contains([]string{"", "CLIENT", "API", "APP", "JWT", "SESSION", "COOKIE", "COOKIES", "WEBHOOK", "HOOK",
		"SIGNING", "SIGNATURE", "SHARED", "CONSUMER", "OAUTH", "OAUTH2", "OIDC", "AUTH", "ACCESS", "HMAC", "ENCRYPTION",
		"MASTER", "ADMIN", "USER", "REFRESH", "TOTP", "CSRF", "NEXTAUTH", "CRON", "ROOT"}, before)
}

// IsPublic reports whether a name is that of a variable which tools build into the code that browsers load.
func IsPublic(name string) bool {
	for _, prefix := range []string{"NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "REACT_APP_", "VITE_", "GATSBY_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// SoundsSecret reports whether a name is that of a password, a token or a private key.
func SoundsSecret(name string) bool {
	words := wordsOf(name)
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

// wordsOf are the words of a name, in capitals.
func wordsOf(name string) []string {
	return strings.FieldsFunc(strings.ToUpper(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
}

// IsSecretValue reports whether a value of a Secret may be secret: it is neither a placeholder nor encrypted, and no
// certificate, which is public.
func IsSecretValue(value string) bool {
	value = strings.TrimSpace(value)
	certificate := strings.HasPrefix(value, "-----BEGIN CERTIFICATE-----") && !strings.Contains(value, "PRIVATE KEY")
	return value != "" && !isPlaceholder(value) && !certificate && !sops.IsFile(value)
}
