// Package sops knows what SOPS and git-crypt encrypt in a repository, and what can be read of it without a key. It
// decrypts nothing. Facts: docs/facts.md, "Files that SOPS and git-crypt encrypt".
package sops

import (
	"bytes"
	"strings"

	"cloison.dev/cloison/internal/form"
)

// Encrypted is the error for a text of which nothing can be read without a key.
type Encrypted struct {
	// By is the program that has encrypted it.
	By string
	// Fix is how to decrypt it before it is checked.
	Fix string
}

func (e *Encrypted) Error() string { return "it is encrypted by " + e.By + "; " + e.Fix }

// ByGitCrypt is the error for a file of git-crypt.
func ByGitCrypt() error {
	return &Encrypted{By: "git-crypt", Fix: "unlock the repository first, with: git-crypt unlock"}
}

// AsAWhole is the error for a document of SOPS whose kind is encrypted too.
func AsAWhole() error {
	return &Encrypted{By: "SOPS as a whole, apiVersion and kind included", Fix: Fix}
}

// Fix is how to check what SOPS has encrypted.
const Fix = "decrypt it first, as in: sops decrypt FILE | cloison check -"

// MetadataField is the field that SOPS adds to what it encrypts.
const MetadataField = "sops"

// valueStart is how every value that SOPS has encrypted starts.
const valueStart = "ENC[AES256_GCM,"

// IsValue reports whether a text is a value that SOPS has encrypted.
func IsValue(text string) bool {
	return strings.HasPrefix(text, valueStart) && strings.HasSuffix(strings.TrimSpace(text), "]")
}

// gitCryptHeader is how every file that git-crypt has encrypted starts.
var gitCryptHeader = []byte("\x00GITCRYPT\x00")

// IsGitCrypt reports whether a file is encrypted by git-crypt.
func IsGitCrypt(file []byte) bool { return bytes.HasPrefix(file, gitCryptHeader) }

// fileMark finds the checksum in a file of SOPS: in YAML and INI, in JSON, which files of any other form become, and in
// a list of variables.
var fileMark = form.New(`(?m)^\s*mac(: |\s*= )"?ENC\[|"mac":\s*"ENC\[|^sops_mac=ENC\[`)

// IsFile reports whether a text is a whole file that SOPS or git-crypt has encrypted, in whatever form.
func IsFile(text string) bool {
	return strings.Contains(text, valueStart) && fileMark().MatchString(text) || IsGitCrypt([]byte(text))
}

const (
	// variablePrefix is that of the variables which SOPS adds to a list of variables.
	variablePrefix = "sops_"
	// variableMark is the one among them that is always there.
	variableMark = "sops_mac"
)

// RemoveVariables removes from a list of variables those that SOPS has added to it: what decrypts the list removes
// them. A list that is not encrypted stays as it is.
func RemoveVariables[T any](variables map[string]T) {
	if _, encrypted := variables[variableMark]; !encrypted {
		return
	}
	for name := range variables {
		if strings.HasPrefix(name, variablePrefix) {
			delete(variables, name)
		}
	}
}
