package plaintext_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/validators/pods/plaintext"
)

func TestURLsWithPasswords(t *testing.T) {
	for text, want := range map[string]bool{
		"postgres://app:Xk29fjs8Lq@db:5432/app":           true,
		"see amqp://guest:guest@queue and more":           true,
		"redis://:s3cr3t@cache":                           true,
		"postgres://$(USER):$(PASS)@db":                   false,
		"postgres://app:${DB_PASSWORD}@db":                false,
		"postgres://app:pre-${DB_PASSWORD}@db":            false,
		"postgres://app:<password>@db":                    false,
		"postgres://app:{password}@db":                    false,
		"postgres://app:__PASSWORD__@db":                  false,
		"postgres://USER:PASSWORD@db":                     false,
		"postgres://app:YOUR_PASSWORD@db":                 false,
		"postgres://app:%s@db":                            false,
		"postgres://app:{{ .Password }}@db":               false,
		"# postgres://app:Xk29fjs8Lq@db":                  false,
		"docker://registry:5000/app@sha256:0123456789abc": false,
		"https://auth.example.org/token":                  false,
	} {
		assert.Equal(t, want, plaintext.HasPassword(text), text)
	}
}

func TestTextsThatAreNoSecrets(t *testing.T) {
	for text, want := range map[string]bool{
		"Xk29fjs8Lq": false, "correct-horse": false, "@dm1nP4ss": false, "{\"key\": \"x\"}": false, "[a1, b2]": false,
		"15m": true, "3600": true, "PT15M": true, "P1DT12H": true, "/run/secrets/x": true, "~/.pgpass": true,
		"vault:secret/data/app#token": true, "op://vault/item": true, "$(X)": true, "{{ .x }}": true, "ENC(a)": true,
		"<token>": true, "[token]": true, "REPLACE_ME": true, "true": true, "": true, ",": true, "****": true,
		"@Microsoft.KeyVault(SecretUri=x)": true,
	} {
		assert.Equal(t, want, plaintext.IsHarmless(text), text)
	}
}

func TestNamesOfSecretsAreNoSecrets(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        bool
	}{
		{"TLS_SECRET", "web-tls", true},
		{"TALOS_CREDENTIALS_SECRET", "talos-operator-credentials", true},
		{"IMAGE_PULL_SECRET", "registry.example", true},
		{"DB_SECRET", "db-secret", true},
		{"DB_PASSWORD", "DB_PASSWORD", true},
		{"CLIENT_SECRET", "my-client-secret", false},
		{"JWT_SECRET", "keyboard-cat", false},
		{"SECRET", "keyboard-cat", false},
		{"TLS_SECRET", "Xk29fjs8Lq", false},
		{"DB_PASSWORD", "db-password", false},
	} {
		assert.Equal(t, test.want, plaintext.NamesSecret(test.name, test.value), "%s=%s", test.name, test.value)
	}
}

func TestVariablesThatBrowsersLoadAreNoSecrets(t *testing.T) {
	assert.True(t, plaintext.IsPublic("VITE_API_KEY"))
	assert.True(t, plaintext.IsPublic("NEXT_PUBLIC_API_KEY"))
	assert.False(t, plaintext.IsPublic("API_KEY"))
}
