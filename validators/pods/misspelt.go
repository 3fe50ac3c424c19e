package pods

import (
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
)

// meantSecret finds the Secret that a misspelt name means: one of the component of a similar name, which nothing imports. It
// counts as imported from then on, so that one slip is one finding.
func (p *part) meantSecret(misspelt string) string {
	for _, secret := range p.secrets {
		if phrase.Similar(secret.Name, misspelt) && !p.imports(secret) {
			p.used[[2]string{secret.Name, ""}] = true
			return secret.Name
		}
	}
	return ""
}

func (p *part) imports(secret *secretflow.Secret) bool {
	if p.used[[2]string{secret.Name, ""}] {
		return true
	}
	for _, key := range secret.Keys {
		if p.used[[2]string{secret.Name, key.Name}] {
			return true
		}
	}
	return false
}

// meantKey finds the key of a Secret that a misspelt name means, as meantSecret does.
func (p *part) meantKey(secret *secretflow.Secret, misspelt string) string {
	for _, key := range secret.Keys {
		if phrase.Similar(key.Name, misspelt) && !p.used[[2]string{secret.Name, key.Name}] {
			p.used[[2]string{secret.Name, key.Name}] = true
			return key.Name
		}
	}
	return ""
}
