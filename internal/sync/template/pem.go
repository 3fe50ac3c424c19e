package template

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
)

const (
	certificateType = "CERTIFICATE"
	privateKeyType  = "PRIVATE KEY"
	publicKeyType   = "PUBLIC KEY"
)

func encodePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// blocks lists the PEM blocks of a text, and what follows the last.
func blocks(text string) (found []*pem.Block, rest []byte) {
	rest = []byte(text)
	for {
		block, after := pem.Decode(rest)
		if block == nil {
			return found, rest
		}
		found, rest = append(found, block), after
	}
}

// filterPEM keeps the blocks of a type, whatever its case. A text that has none, and something else, is an error.
func filterPEM(kind, text string) (string, error) {
	var kept strings.Builder
	found, rest := blocks(text)
	for _, block := range found {
		if strings.EqualFold(block.Type, kind) {
			if err := pem.Encode(&kept, block); err != nil {
				return "", err
			}
		}
	}
	if kept.Len() == 0 && len(rest) > 0 {
		return "", errors.New("there is no PEM block of this type")
	}
	return kept.String(), nil
}

// filterCertChain keeps of a chain, in any order, the leaf, the intermediate or the root certificates.
func filterCertChain(kind, text string) (string, error) {
	chain, err := chainOf(text)
	if err != nil {
		return "", err
	}
	var kept []*x509.Certificate
	switch kind {
	case "leaf":
		if leaf := chain[0]; !isRoot(leaf) {
			kept = chain[:1]
		}
	case "intermediate":
		kept = chain[1:]
		if end := slices.IndexFunc(kept, isRoot); end >= 0 {
			kept = kept[:end]
		}
	case "root":
		if isRoot(chain[len(chain)-1]) {
			kept = chain[len(chain)-1:]
		}
	}
	return encodeCertificates(kept), nil
}

func encodeCertificates(all []*x509.Certificate) string {
	var text strings.Builder
	for _, certificate := range all {
		text.WriteString(encodePEM(certificateType, certificate.Raw))
	}
	return text.String()
}

// isRoot reports whether a certificate says that it is signed by itself, or says nothing.
func isRoot(c *x509.Certificate) bool {
	return c.AuthorityKeyId == nil || bytes.Equal(c.AuthorityKeyId, c.SubjectKeyId)
}

func certificatesOf(text string) ([]*x509.Certificate, error) {
	found, _ := blocks(text)
	all := make([]*x509.Certificate, 0, len(found))
	for _, block := range found {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		all = append(all, certificate)
	}
	return all, nil
}

// chainOf puts certificates in order, from the one leaf to the root. Those that are not part of the chain are left out.
func chainOf(text string) ([]*x509.Certificate, error) {
	all, err := certificatesOf(text)
	if err != nil {
		return nil, err
	}
	signer := make(map[*x509.Certificate]*x509.Certificate, len(all))
	signs := map[*x509.Certificate]bool{}
	for i, one := range all {
		for j, other := range all {
			if i != j && bytes.Equal(one.AuthorityKeyId, other.SubjectKeyId) {
				signer[one], signs[other] = other, true
				break
			}
		}
	}
	leaves := slices.DeleteFunc(slices.Clone(all), func(c *x509.Certificate) bool { return signs[c] })
	if len(leaves) != 1 {
		return nil, errors.New("there must be one leaf certificate, with the chain that signs it")
	}
	var chain []*x509.Certificate
	for at := leaves[0]; at != nil; at = signer[at] {
		if slices.Contains(chain, at) {
			return nil, errors.New("the certificates sign each other in a circle")
		}
		chain = append(chain, at)
	}
	return chain, nil
}
