package pods

import (
	"strings"

	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/spelling"
)

// meantSecret finds the Secret that a misspelt name means: one of the component of a similar name, which nothing imports. It
// counts as imported from then on, so that one slip is one finding.
func (p *part) meantSecret(misspelt string) string {
	for _, secret := range p.secrets {
		if similar(secret.Name, misspelt) && !p.imports(secret) {
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
		if similar(key.Name, misspelt) && !p.used[[2]string{secret.Name, key.Name}] {
			p.used[[2]string{secret.Name, key.Name}] = true
			return key.Name
		}
	}
	return ""
}

const (
	// maxSlips is how many letters may be wrong, missing or too many in a misspelt name.
	maxSlips = 2
	// minSimilar is the length from which on names are similar in spite of slips.
	minSimilar = 5
)

// similar says whether one name may be a misspelling of another: but for case and separators they are the same, or a few
// letters differ.
func similar(a, b string) bool {
	a, b = simplified(a), simplified(b)
	if a == b {
		return true
	}
	if min(len(a), len(b)) < minSimilar || max(len(a), len(b))-min(len(a), len(b)) > maxSlips {
		return false
	}
	return spelling.Distance(a, b) <= maxSlips
}

func simplified(name string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(name))
}
