package spec_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/spec"
)

func TestDurations(t *testing.T) {
	for text, want := range map[spec.Duration]time.Duration{
		"30s": 30 * time.Second, "1h30m": 90 * time.Minute, "1.5h": 90 * time.Minute, "250ms": 250 * time.Millisecond,
	} {
		got, err := text.Parse()
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []spec.Duration{"", "0", "0s", "-1h", "1d", "1", "1 h", "h", "1H", "9999999h"} {
		_, err := text.Parse()
		assert.ErrorContains(t, err, "must be a span of time above zero", text)
	}
}

func TestQuantities(t *testing.T) {
	for text, want := range map[spec.Quantity]string{
		"10": "10", "0": "0", "500m": "500m", "0.5": "500m", ".5": "500m", "20Gi": "20Gi", "1024Mi": "1Gi",
		"1e3": "1e3", "2k": "2k",
	} {
		got, err := text.Parse()
		require.NoError(t, err, text)
		assert.Equal(t, want, got.String(), text)
	}
	for _, text := range []spec.Quantity{
		"", "-", "Ki", "-1", "ten", "1 Gi", "1Gb", "1gi", "0x10", "1_000", "1e", "1e1000000000", "1e-1000000000", "1,5",
		"Inf", "NaN",
	} {
		_, err := text.Parse()
		assert.ErrorContains(t, err, "must be a quantity of at least zero", text)
	}
}

func TestPorts(t *testing.T) {
	for text, want := range map[spec.Port]spec.PortRange{
		"443":             {Protocol: corev1.ProtocolTCP, First: 443, Last: 443},
		"443/TCP":         {Protocol: corev1.ProtocolTCP, First: 443, Last: 443},
		"53/UDP":          {Protocol: corev1.ProtocolUDP, First: 53, Last: 53},
		"8000-8010":       {Protocol: corev1.ProtocolTCP, First: 8000, Last: 8010},
		"1-65535/SCTP":    {Protocol: corev1.ProtocolSCTP, First: 1, Last: 65535},
		"8000-8000":       {Protocol: corev1.ProtocolTCP, First: 8000, Last: 8000},
		"65534-65535/UDP": {Protocol: corev1.ProtocolUDP, First: 65534, Last: 65535},
	} {
		got, err := text.Parse()
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []spec.Port{"", "0", "65536", "99999", "100000", "-1", "1-", "-", "2-1", "1-65536", "0-1",
		"0443", "1-010", "http", "53/udp", "53/ICMP", "53/", "1.5", " 1", "1,2", "1-2-3"} {
		_, err := text.Parse()
		assert.ErrorContains(t, err, "must be a port from 1 to 65535", text)
	}
}

func TestRevisions(t *testing.T) {
	for _, text := range []spec.Revision{"1", "12", "999999999", "latest_enabled"} {
		assert.True(t, text.Valid(), text)
	}
	for _, text := range []spec.Revision{"", "0", "-1", "01", "1.0", "latest", "Latest_Enabled", "1000000000"} {
		assert.False(t, text.Valid(), text)
	}
}

func TestSecretNames(t *testing.T) {
	for key, want := range map[string]string{
		"API_TOKEN_SECRET": "api-token-secret", "apiKey": "apikey", "A": "a", "a.b_C": "a.b-c", "_X": "-x",
		"already-kebab": "already-kebab",
	} {
		assert.Equal(t, want, spec.SecretNamesKebab.Of(key))
		assert.Equal(t, key, spec.SecretNamesAsIs.Of(key))
	}
	assert.Equal(t, "api_token", spec.SecretNamesLower.Of("API_TOKEN"))
}
