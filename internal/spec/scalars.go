package spec

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// Parse reads d. Format: Go's notation (1h30m), more than zero.
func (d Duration) Parse() (time.Duration, error) {
	span, err := time.ParseDuration(string(d))
	if err != nil || span <= 0 {
		return 0, fmt.Errorf("%s must be a span of time above zero, such as 30s, 15m or 1h30m (h is the largest unit)", phrase.Quote(string(d)))
	}
	return span, nil
}

// quantityForm is narrower than Kubernetes' own parser, which takes "-" and "Ki" for zero and works for seconds on
// 1e-50000000.
var quantityForm = form.New(`^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9][0-9]?|[numkMGTPE]|[KMGTPE]i)?$`)

// longestQuantity is the greatest length of a quantity; no real one comes near.
const longestQuantity = 64

// Parse reads q. Format: Kubernetes' quantities, not below zero.
func (q Quantity) Parse() (resource.Quantity, error) {
	if len(q) <= longestQuantity && quantityForm.Matches(string(q)) {
		if amount, err := resource.ParseQuantity(string(q)); err == nil && amount.Sign() >= 0 {
			return amount, nil
		}
	}
	return resource.Quantity{}, fmt.Errorf("%s must be a quantity of at least zero, such as 10, 500m or 20Gi", phrase.Quote(string(q)))
}

// PortRange is a parsed Port. First equals Last for a single port.
type PortRange struct {
	Protocol    corev1.Protocol
	First, Last int32
}

var portForm = form.New(`^([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?(?:/(TCP|UDP|SCTP))?$`)

// Parse reads p. Format: NUMBER[-NUMBER][/PROTOCOL].
func (p Port) Parse() (PortRange, error) {
	parts := portForm().FindStringSubmatch(string(p))
	if parts == nil {
		return PortRange{}, p.wrong()
	}
	first, last := portNumber(parts[1]), portNumber(parts[1])
	if parts[2] != "" {
		last = portNumber(parts[2])
	}
	if first < 1 || last > 65535 || first > last {
		return PortRange{}, p.wrong()
	}
	protocol := corev1.Protocol(parts[3])
	if protocol == "" {
		protocol = corev1.ProtocolTCP
	}
	return PortRange{Protocol: protocol, First: first, Last: last}, nil
}

func (p Port) wrong() error {
	return fmt.Errorf(`%s must be a port from 1 to 65535 (443), with a protocol ("53/UDP", "132/SCTP") or a range ("8000-8010")`, phrase.Quote(string(p)))
}

// portNumber converts at most five digits.
func portNumber(digits string) int32 {
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		return 0 // no port: the caller has matched the digits
	}
	return int32(n)
}

// LatestEnabled is the newest revision that is enabled.
const LatestEnabled = syntax.LatestEnabled

// Valid reports whether r is a revision number or latest_enabled.
func (r Revision) Valid() bool { return syntax.Revision.Matches(string(r)) }

// SecretName is the Scaleway secret that key is read from by default: lower case, with dashes for underscores. It is
// not split at changes of case: apiKey is apikey.
func SecretName(key string) string {
	return strings.ReplaceAll(strings.ToLower(key), "_", "-")
}
