package spec

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// Parse reads d. Format: Go's notation (1h30m), more than zero.
func (d Duration) Parse() (time.Duration, error) {
	span, err := time.ParseDuration(string(d))
	if err != nil || span <= 0 {
		return 0, mustBe(string(d), syntax.Duration)
	}
	return span, nil
}

// Parse reads q. Format: Kubernetes' quantities, not below zero.
func (q Quantity) Parse() (resource.Quantity, error) {
	if syntax.Quantity.Matches(string(q)) {
		if amount, err := resource.ParseQuantity(string(q)); err == nil {
			return amount, nil
		}
	}
	return resource.Quantity{}, mustBe(string(q), syntax.Quantity)
}

// PortRange is a parsed Port. First equals Last for a single port.
type PortRange struct {
	Protocol    corev1.Protocol
	First, Last int32
}

// Parse reads p. Format: NUMBER[-NUMBER][/PROTOCOL], where TCP is the default protocol.
func (p Port) Parse() (PortRange, error) {
	if !syntax.Port.Matches(string(p)) {
		return PortRange{}, mustBe(string(p), syntax.Port)
	}
	numbers, protocol, _ := strings.Cut(string(p), "/")
	first, last, _ := strings.Cut(numbers, "-")
	parsed := PortRange{
		Protocol: corev1.Protocol(cmp.Or(protocol, string(corev1.ProtocolTCP))),
		First:    portNumber(first), Last: portNumber(cmp.Or(last, first)),
	}
	return parsed, nil
}

// portNumber converts the digits of a port that the grammar accepts.
func portNumber(digits string) int32 {
	n, _ := strconv.ParseInt(digits, 10, 32) // the grammar bounds it
	return int32(n)
}

// mustBe is the error for a text that is not of a grammar.
func mustBe(text string, of syntax.Grammar) error {
	return fmt.Errorf("%s must be %s", phrase.Quote(text), of.Must)
}

// LatestEnabled is the newest revision that is enabled.
const LatestEnabled = syntax.LatestEnabled

// Valid reports whether r is a revision number or latest_enabled.
func (r Revision) Valid() bool { return syntax.Revision.Matches(string(r)) }
