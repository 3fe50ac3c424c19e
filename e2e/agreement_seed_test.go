package e2e

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"hash"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"cloison.dev/cloison/internal/emulator"
)

// madeFolder is the folder of the values that a file cannot hold.
const madeFolder = "/made"

// seedAgreement stores what the cases read. It returns the id of the secret that has versions.
func seedAgreement(t *testing.T, into *scaleway) (idOfVersions string) {
	t.Helper()
	text, err := os.ReadFile(agreementDir + "/scaleway.seed.yaml")
	require.NoError(t, err)
	seed, err := emulator.ReadSeed(text)
	require.NoError(t, err)
	require.NoError(t, into.Load(seed))
	idOfVersions = into.put(t, "/id", "versions", canary+"1", canary+"2", canary+"3")
	require.NoError(t, into.SetVersionStatus(idOfVersions, 3, emulator.Disabled))
	const pageOfTheOperator = 50
	for i := range pageOfTheOperator + 10 {
		into.put(t, "/many", fmt.Sprintf("secret-%02d", i), strconv.Itoa(i))
	}
	into.put(t, madeFolder, "empty", "")
	into.put(t, madeFolder, "bytes", "\x00\x01\xff\xfe\x80 \xc3(")
	into.put(t, madeFolder, "largest", strings.Repeat("0123456789abcdef", 64<<10/16))
	for name, value := range keysAndCertificates(t) {
		into.put(t, madeFolder, name, value)
	}
	return idOfVersions
}

// keysAndCertificates are made anew each time. Binary ones are in base64.
func keysAndCertificates(t *testing.T) map[string]string {
	t.Helper()
	root := issue(t, "root", newRSA(t), nil)
	middle := issue(t, "middle", newECDSA(t), root)
	leafKey := newRSA(t)
	leaf := issue(t, "leaf", leafKey, middle)
	other := issue(t, "other", newECDSA(t), root)
	ecKey := newECDSA(t)
	ec := issue(t, "ec", ecKey, middle)
	chain := leaf.pem + middle.pem + root.pem
	values := map[string]string{
		"root": root.pem, "leaf": leaf.pem, "chain": chain, "chain-unordered": root.pem + leaf.pem + middle.pem,
		"two-chains": leaf.pem + other.pem + middle.pem + root.pem, "ecdsa": ec.pem,
		"leaf-key": encode("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(leafKey)), "leaf-key-pkcs8": pkcs8(t,
			leafKey),
		"ecdsa-key": sec1(t, ecKey), "ecdsa-key-pkcs8": pkcs8(t, ecKey),
		"p12":           pfx(t, pkcs12.Modern, leafKey, leaf, "", middle, root),
		"p12-password":  pfx(t, pkcs12.Modern, leafKey, leaf, "password", middle, root),
		"p12-legacy":    pfx(t, pkcs12.LegacyDES, leafKey, leaf, "password"),
		"p12-unordered": pfx(t, pkcs12.Modern, leafKey, leaf, "", root, middle),
		"p12-ecdsa":     pfx(t, pkcs12.Modern, ecKey, ec, "", middle),
		"jwk":           jwk(t, leafKey), "jwk-public": jwk(t, leafKey.Public()),
		"jwk-ecdsa": jwk(t, ecKey), "jwk-ecdsa-public": jwk(t, ecKey.Public()),
		"encrypted-sha1":   oaep(t, sha1.New(), &leafKey.PublicKey),
		"encrypted-sha256": oaep(t, sha256.New(), &leafKey.PublicKey),
		"encrypted-sha512": oaep(t, sha512.New(), &leafKey.PublicKey),
	}
	values["bundle"] = values["leaf-key"] + chain + values["ecdsa-key"]
	return values
}

// issued is a certificate with its key.
type issued struct {
	*x509.Certificate
	key crypto.Signer
	pem string
}

// issue makes a certificate; without an issuer, one that is signed by itself.
func issue(t *testing.T, name string, key crypto.Signer, by *issued) *issued {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, SubjectKeyId: []byte(name),
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.Certificate, by.key
	} else {
		template.AuthorityKeyId = template.SubjectKeyId
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &issued{parsed, key, encode("CERTIFICATE", der)}
}

func newRSA(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	const bits = 2048
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return key
}

func newECDSA(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t *testing.T, key crypto.Signer) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return encode("PRIVATE KEY", der)
}

func sec1(t *testing.T, key *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	return encode("EC PRIVATE KEY", der)
}

func pfx(
	t *testing.T, by *pkcs12.Encoder, key crypto.Signer, of *issued, password string, authorities ...*issued,
) string {
	t.Helper()
	var more []*x509.Certificate
	for _, one := range authorities {
		more = append(more, one.Certificate)
	}
	file, err := by.Encode(key, of.Certificate, more, password)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(file)
}

func jwk(t *testing.T, key any) string {
	t.Helper()
	text, err := jose.JSONWebKey{Key: key}.MarshalJSON()
	require.NoError(t, err)
	return string(text)
}

func oaep(t *testing.T, by hash.Hash, key *rsa.PublicKey) string {
	t.Helper()
	text, err := rsa.EncryptOAEP(by, rand.Reader, key, []byte("decrypted"), nil)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(text)
}
