package template

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // RSA-OAEP with SHA-1 is what some services encrypt with
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"

	"github.com/go-jose/go-jose/v4"
	"software.sslmate.com/src/go-pkcs12"
)

// privateKey reads a key in PEM: PKCS#1, PKCS#8 or SEC 1.
func privateKey(text string) (crypto.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("is no private key in PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	return x509.ParseECPrivateKey(block.Bytes)
}

// rsaDecrypt decrypts by a scheme: None, which changes nothing, or RSA-OAEP, with the hash SHA1, SHA256 or SHA512.
func rsaDecrypt(scheme, hashName, text, key string) (string, error) {
	switch scheme {
	case "None":
		return text, nil
	case "RSA-OAEP":
	default:
		return "", fmt.Errorf("scheme must be None or RSA-OAEP, is %q", scheme)
	}
	parsed, err := privateKey(key)
	if err != nil {
		return "", err
	}
	private, is := parsed.(*rsa.PrivateKey)
	if !is {
		return "", errors.New("the key is no RSA key")
	}
	plain, err := rsa.DecryptOAEP(hashOf(hashName), nil, private, []byte(text), nil)
	return string(plain), err
}

// hashOf is SHA-256 for every name but two, as in the operator.
func hashOf(name string) hash.Hash {
	switch name {
	case "SHA1":
		return sha1.New() //nolint:gosec // see the import
	case "SHA512":
		return sha512.New()
	}
	return sha256.New()
}

func jwkPublicKeyPEM(text string) (string, error) {
	key, err := jwk(text)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Key)
	return encodePEM(publicKeyType, der), err
}

func jwkPrivateKeyPEM(text string) (string, error) {
	key, err := jwk(text)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key.Key)
	return encodePEM(privateKeyType, der), err
}

func jwk(text string) (jose.JSONWebKey, error) {
	var key jose.JSONWebKey
	err := key.UnmarshalJSON([]byte(text))
	return key, err
}

func pkcs12Key(password, text string) (string, error) {
	key, _, _, err := pkcs12.DecodeChain([]byte(text), password)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return encodePEM(privateKeyType, der), err
}

// pkcs12Certificates are those of a PKCS#12 file: a chain in its order or, where they are no chain, as they are there.
func pkcs12Certificates(password, text string) (string, error) {
	_, certificate, authorities, err := pkcs12.DecodeChain([]byte(text), password)
	if err != nil {
		return "", err
	}
	found := encodePEM(certificateType, certificate.Raw) + encodeCertificates(authorities)
	if chain, err := chainOf(found); err == nil {
		return encodeCertificates(chain), nil
	}
	return found, nil
}

// pemToPKCS12 takes the first of the certificates only. The result is in base64.
func pemToPKCS12(certificate, key, password string) (string, error) {
	return toPKCS12(certificate, key, password, false)
}

// fullPEMToPKCS12 takes all certificates, the first of which is the key's. The result is in base64.
func fullPEMToPKCS12(certificates, key, password string) (string, error) {
	return toPKCS12(certificates, key, password, true)
}

func toPKCS12(text, key, password string, full bool) (string, error) {
	certificates, err := certificatesOf(text)
	if err != nil {
		return "", err
	}
	if len(certificates) == 0 {
		return "", errors.New("there is no certificate in PEM")
	}
	private, err := privateKey(key)
	if err != nil {
		return "", err
	}
	authorities := certificates[1:]
	if !full {
		authorities = nil
	}
	file, err := pkcs12.Modern.Encode(private, certificates[0], authorities, password)
	return base64.StdEncoding.EncodeToString(file), err
}

// trustStore makes a PKCS#12 file, in base64, of certificates without a key. Text behind the last of them is an error.
func trustStore(text, password string) (string, error) {
	if _, rest := blocks(text); len(bytes.TrimSpace(rest)) > 0 {
		return "", errors.New("there must be certificates in PEM and nothing else")
	}
	certificates, err := certificatesOf(text)
	if err != nil {
		return "", err
	}
	file, err := pkcs12.Modern.EncodeTrustStore(certificates, password)
	return base64.StdEncoding.EncodeToString(file), err
}
