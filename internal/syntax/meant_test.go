package syntax_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/syntax"
)

func TestFixesAreOfTheForm(t *testing.T) {
	for name, test := range map[string]struct {
		grammar syntax.Grammar
		// fixes by the text that was written.
		fixes map[string]string
	}{
		"Duration": {syntax.Duration, map[string]string{
			"1d": `write "24h"`, "1.5 days": `write "36h"`, "2w": `write "336h"`, "1H": `write "1h"`, "30": `write "30s"`,
			"5min": `write "5m"`, "1h 30m": `write "1h30m"`, "1 hour 10 sec": `write "1h0m10s"`, "PT1H30M": `write "1h30m"`,
			"P1DT12H": `write "36h"`, "1,5h": `write "1h30m"`, "90 seconds": `write "1m30s"`, "0": "", "-1h": "", "daily": "",
			"1y": "", "1h-": "", "": "",
		}},
		"Quantity": {syntax.Quantity, map[string]string{
			"8GB": `write "8G" or "8Gi"`, "512mb": `write "512M" or "512Mi"`, "8GiB": `write "8Gi"`, "8gi": `write "8Gi"`,
			"1K": `write "1k" or "1Ki"`, "8 Gi": `write "8Gi"`, "1_000Mi": `write "1000Mi"`, "0,5": `write "0.5"`,
			"2 cores": `write "2"`, "500mcpu": `write "500m"`, "1024 bytes": `write "1024"`, "-1": "", "ten": "", "1,000": "",
			"10%": "", "8GBit": "", "unlimited": "", "": "",
		}},
		"Port": {syntax.Port, map[string]string{
			"53/udp": `write "53/UDP"`, "UDP/53": `write "53/UDP"`, "80/tcp": `write "80"`, "443/HTTPS": `write "443"`,
			"443/QUIC": `write "443/UDP"`, ":8080": `write "8080"`, "8000:8010": `write "8000-8010"`,
			"8010-8000": `write "8000-8010"`, "8000..8010/udp": `write "8000-8010/UDP"`, "0443": `write "443"`,
			"80 - 90": `write "80-90"`, "http": "names of ports are not known here: write the number of the container's port",
			"*": "leave ports out, which means all of them", "0": "", "70000": "", "1.5": "", "80,443": "", "53/ICMP": "", "": "",
		}},
		"Region": {syntax.Region, map[string]string{
			"fr-par-1": `write "fr-par"`, "PL-WAW-3": `write "pl-waw"`, "nl_ams_2": `write "nl-ams"`, "FR-PAR": `write "fr-par"`,
			"Paris": `write "fr-par"`, "ams1": `write "nl-ams"`, "fr-par1": `write "fr-par"`, "it-mil-1": `write "it-mil"`,
			"eu-west-1": "", "": "",
		}},
		"ProjectID": {syntax.ProjectID, map[string]string{
			"3A1F0C52-8D0E-4C0E-9A53-0F2B7C4D1E90": `write "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"`,
			"3a1f0c528d0e4c0e9a530f2b7c4d1e90":     `write "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"`,
			"{" + uuid + "}":                       `write "` + uuid + `"`, "shop": "",
		}},
		"DNSLabel": {syntax.DNSLabel, map[string]string{
			"Backend": `write "backend"`, "pay_ments": `write "pay-ments"`, "a.b": `write "a-b"`, "_a": `write "a"`, "é": "",
		}},
		"ObjectName": {syntax.ObjectName, map[string]string{"My_Secret": `write "my-secret"`, "a b.c": `write "a-b.c"`}},
		"Folder": {syntax.Folder, map[string]string{
			"production/shop": `write "/production/shop"`, "/shop/": `write "/shop"`, "/a//b": `write "/a/b"`, "/a/../b": "",
		}},
		"Revision": {syntax.Revision, map[string]string{
			"latest":         "write latest_enabled: the latest revision may be disabled",
			"latest-enabled": `write "latest_enabled"`, "LatestEnabled": `write "latest_enabled"`, "v3": `write "3"`,
			"#3": `write "3"`, "0": "", "newest": "",
		}},
		"ObjectPath": {syntax.ObjectPath, map[string]string{
			"NetworkPolicy shop-web/allow": `write "NetworkPolicy/shop-web/allow"`, "shop": "",
		}},
		"PodSecurityVersion": {syntax.PodSecurityVersion, map[string]string{
			"1.30": `write "v1.30"`, "V1.30": `write "v1.30"`, "30": "", "newest": "",
		}},
		"UUID": {syntax.UUID, map[string]string{"a": ""}},
	} {
		for text, want := range test.fixes {
			fix := test.grammar.Fix(text)
			assert.Equal(t, want, fix, "%s %q", name, text)
			for _, quoted := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(fix, -1) {
				assert.True(t, test.grammar.Matches(quoted[1]), "%s %q", name, text)
			}
		}
	}
}
