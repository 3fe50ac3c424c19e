package template_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/sync/template"
)

// authority is a certificate with its key, in PEM too.
type authority struct {
	*x509.Certificate
	key    *ecdsa.PrivateKey
	pem    string
	keyPEM string
}

// issue makes a certificate that by signs; of nil it signs itself.
func issue(t *testing.T, name string, by *authority) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), SubjectKeyId: []byte(name),
	}
	signer, signed := shape, key
	if by != nil {
		signer, signed = by.Certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, signer, key.Public(), signed)
	require.NoError(t, err)
	made, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return &authority{
		Certificate: made, key: key,
		pem:    string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		keyPEM: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
	}
}

func execute(t *testing.T, text string, values map[string]string) string {
	t.Helper()
	made, err := template.Execute(text, values)
	require.NoError(t, err, text)
	return string(made)
}

func TestCertificatesAreFilteredByTheirPlaceInTheChain(t *testing.T) {
	root := issue(t, "root", nil)
	middle := issue(t, "middle", root)
	leaf := issue(t, "leaf", middle)
	values := map[string]string{
		"ALL":   root.pem + leaf.keyPEM + leaf.pem + middle.pem,
		"CHAIN": middle.pem + root.pem + leaf.pem,
	}
	assert.Equal(t, leaf.keyPEM, execute(t, `{{ .ALL | filterPEM "private key" }}`, values))
	assert.Equal(t, leaf.pem, execute(t, `{{ .CHAIN | filterCertChain "leaf" }}`, values))
	assert.Equal(t, middle.pem, execute(t, `{{ .CHAIN | filterCertChain "intermediate" }}`, values))
	assert.Equal(t, root.pem, execute(t, `{{ .CHAIN | filterCertChain "root" }}`, values))
	assert.Empty(t, execute(t, `{{ .ROOT | filterCertChain "leaf" }}`, map[string]string{"ROOT": root.pem}))

	other := issue(t, "other", nil)
	_, err := template.Execute(`{{ .TWO | filterCertChain "leaf" }}`, map[string]string{"TWO": leaf.pem + other.pem})
	require.Error(t, err)
	_, err = template.Execute(`{{ .JUNK | filterPEM "CERTIFICATE" }}`, map[string]string{"JUNK": "junk"})
	require.Error(t, err)
}

func TestPKCS12FilesAreMadeAndRead(t *testing.T) {
	root := issue(t, "root", nil)
	leaf := issue(t, "leaf", root)
	values := map[string]string{"CERTS": leaf.pem + root.pem, "KEY": leaf.keyPEM}
	for _, test := range []struct{ make, certificates string }{
		{`fullPemToPkcs12Pass .CERTS .KEY "pass"`, leaf.pem + root.pem},
		{`pemToPkcs12Pass .CERTS .KEY "pass"`, leaf.pem},
	} {
		assert.Equal(
			t,
			leaf.keyPEM,
			execute(t, `{{ `+test.make+` | b64dec | pkcs12keyPass "pass" }}`, values),
			test.make,
		)
		assert.Equal(
			t,
			test.certificates,
			execute(t, `{{ `+test.make+` | b64dec | pkcs12certPass "pass" }}`, values),
			test.make,
		)
	}
	assert.Equal(t, leaf.keyPEM, execute(t, `{{ fullPemToPkcs12 .CERTS .KEY | b64dec | pkcs12key }}`, values))
	assert.Equal(t, leaf.pem, execute(t, `{{ pemToPkcs12 .CERTS .KEY | b64dec | pkcs12cert }}`, values))
	assert.NotEmpty(t, execute(t, `{{ pemTruststoreToPKCS12 .CERTS | b64dec }}`, values))
	_, err := template.Execute(`{{ fullPemToPkcs12Pass .CERTS .KEY "pass" | b64dec | pkcs12keyPass "other" }}`, values)
	require.Error(t, err)
	_, err = template.Execute(`{{ pemToPkcs12 "" .KEY }}`, values)
	require.Error(t, err, "what has no certificate is no panic")
	_, err = template.Execute(`{{ pemTruststoreToPKCS12 "text" }}`, values)
	require.Error(t, err, "a trust store of no certificate")
	assert.NotEmpty(t, execute(t, `{{ printf "%s\n\n" .CERTS | pemTruststoreToPKCS12 }}`, values))
}

func TestKeysAreReadFromJWKAndDecryptRSA(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	jwk, err := (&jose.JSONWebKey{Key: key}).MarshalJSON()
	require.NoError(t, err)
	public, err := (&jose.JSONWebKey{Key: key.Public()}).MarshalJSON()
	require.NoError(t, err)
	values := map[string]string{"JWK": string(jwk), "PUBLIC": string(public)}

	block, _ := pem.Decode([]byte(execute(t, `{{ jwkPrivateKeyPem .JWK }}`, values)))
	read, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	assert.True(t, key.Equal(read.(crypto.PrivateKey)))
	block, _ = pem.Decode([]byte(execute(t, `{{ jwkPublicKeyPem .PUBLIC }}`, values)))
	assert.Equal(t, "PUBLIC KEY", block.Type)

	sealed, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, &key.PublicKey, []byte("plain"), nil)
	require.NoError(t, err)
	values["SEALED"] = base64.StdEncoding.EncodeToString(sealed)
	values["KEY"] = string(
		pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
	)
	assert.Equal(t, "plain", execute(t, `{{ rsaDecrypt "RSA-OAEP" "SHA256" (.SEALED | b64dec) .KEY }}`, values))
	assert.Equal(t, "as it is", execute(t, `{{ rsaDecrypt "None" "" "as it is" "" }}`, values))
	for _, wrong := range []string{
		`{{ rsaDecrypt "RSA-OAEP" "SHA1" (.SEALED | b64dec) .KEY }}`, `{{ rsaDecrypt "ROT13" "" "x" .KEY }}`,
		`{{ rsaDecrypt "RSA-OAEP" "SHA256" "x" "no key" }}`, `{{ jwkPublicKeyPem "{}" }}`,
	} {
		_, err := template.Execute(wrong, values)
		require.Error(t, err, wrong)
	}
}
