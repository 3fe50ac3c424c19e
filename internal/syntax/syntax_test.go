package syntax_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/syntax"
)

// grammars has examples of every grammar. Nothing of no may be accepted, although it looks much like what is.
var grammars = map[string]struct {
	grammar syntax.Grammar
	yes, no []string
	// looser tells that the pattern accepts some of no.
	looser bool
}{
	"Region": {
		grammar: syntax.Region,
		yes:     []string{"fr-par", "nl-ams"},
		no:      []string{"fr-par-1", "FR-PAR", "paris", "fr-par\n"},
	},
	"Zone": {grammar: syntax.Zone, yes: []string{"fr-par-1"}, no: []string{"fr-par", "fr-par-12"}},
	"ProjectID": {
		grammar: syntax.ProjectID,
		yes:     []string{uuid},
		no:      []string{strings.ToUpper(uuid), uuid[1:], "{" + uuid + "}"},
	},
	"ProjectIDAnyCase": {
		grammar: syntax.ProjectIDAnyCase,
		yes:     []string{uuid, strings.ToUpper(uuid)},
		no:      []string{uuid + "0"},
	},
	"UUID": {
		grammar: syntax.UUID,
		yes:     []string{uuid, strings.ToUpper(uuid)},
		no:      []string{strings.ReplaceAll(uuid, "-", "")},
	},
	"SecretName": {
		grammar: syntax.SecretName,
		yes:     []string{"a", "_a", "a.b-c_D", "1"},
		no:      []string{"-a", "a-", ".a", "a/b", "a b", "é"},
	},
	"PathSegment": {
		grammar: syntax.PathSegment,
		yes:     []string{"a", ".", "..", "-", long},
		no:      []string{long + "a", "a/b", "a b"},
	},
	"Folder": {
		grammar: syntax.Folder,
		yes:     []string{"/", "/a", "/a/b.c/_d-e", "/...", "/a..b", "/" + long},
		no:      []string{"a", "/a/", "//", "/a//b", "/a/../b", "/.", "/a/..", "/a b", "/" + long + "a"},
	},
	"Revision": {
		grammar: syntax.Revision,
		yes:     []string{"1", "999999999", "latest_enabled"},
		no:      []string{"0", "01", "latest", "1000000000"},
	},
	"RevisionSelector": {
		grammar: syntax.RevisionSelector,
		yes:     []string{"1", "1000000000", "latest", "latest_enabled"},
		no:      []string{"0", "newest"},
	},
	"AccessKeyID": {
		grammar: syntax.AccessKeyID,
		yes:     []string{"SCW0123456789ABCDEFG"},
		no:      []string{"SCW0123456789abcdefg", "SCW"},
	},
	"DNSLabel": {
		grammar: syntax.DNSLabel,
		yes:     []string{"a", "1", "a-b", long[:63]},
		no:      []string{"-a", "A", "a.b", long[:64]},
	},
	"ObjectName": {
		grammar: syntax.ObjectName,
		yes:     []string{"a", "a.b-c", long[:253]},
		no:      []string{"a_b", "a..b", "A", long[:254]},
	},
	"HostName": {
		grammar: syntax.HostName,
		yes: []string{"api.stripe.com", "*.example.com", "api-*.eu.example.com", "_dmarc.example.com", "a.b", "x.xn--p1ai",
			long[:63] + ".a.b"},
		no: []string{"db", "*", "*.com", "*.*", "**.example.com", "API.stripe.com", "a.b.", ".a.b", "a..b", "-a.b", "a-.b",
			"1.2.3.4", "a.b:443", "https://a.b", "a.b/c", long[:64] + ".a.b"},
	},
	"SecretKey": {
		grammar: syntax.SecretKey,
		yes:     []string{".a", "_A", "-", ".b"},
		no:      []string{".", "..", "..a", "a b", "a/b", long},
	},
	"LabelName": {
		grammar: syntax.LabelName, looser: true,
		yes: []string{"app", "example.com/a", "A.b_c"},
		no:  []string{"-a", "a/b/c", "/a", "Example.com/a", long[:64], long + "/a"},
	},
	"LabelValue": {
		grammar: syntax.LabelValue,
		yes:     []string{"", "A.b_c-1", long[:63]},
		no:      []string{"a b", "-a", long[:64]},
	},
	"AnnotationName": {
		grammar: syntax.AnnotationName,
		looser:  true,
		yes:     []string{"a", "Example.com/a"},
		no:      []string{"a/", "a b", "a..b/c", long + "/a"},
	},
	"Quantity": {
		grammar: syntax.Quantity,
		yes:     []string{"0", "10", "500m", "20Gi", ".5", "5.", "1e3", "1E-12", "-0", "-0.0", "+1k"},
		no:      []string{"-1", "Ki", "-", "1e100", "1 Gi", "1gi", long[:64] + "1"},
	},
	"Port": {
		grammar: syntax.Port,
		yes:     []string{"1", "65535", "53/UDP", "8000-8010", "1-65535/SCTP"},
		no:      []string{"0", "65536", "080", "80-", "80/tcp", "-80", "1-65536", "http"},
	},
	"Duration": {
		grammar: syntax.Duration, looser: true,
		yes: []string{"30s", "1h30m", "+1.5h", "1ns", "1µs", ".5s"},
		no:  []string{"0s", "-1h", "1d", "1", "h", "99999999999999h"},
	},
	"CIDR": {
		grammar: syntax.CIDR, looser: true,
		yes: []string{"198.51.100.0/24", "0.0.0.0/0", "2001:db8::/32", "::/0", "::ffff:192.0.2.1/128"},
		no:  []string{"198.51.100.0", "198.51.100.0/33", "198.51.100/24", "2001:db8::/129", "1:2/32"},
	},
	"Image": {
		grammar: syntax.Image, looser: true,
		yes: []string{
			"a", "registry.example.com:5000/a/b-c:v1", "[::1]:80/a", "a@sha256:" + strings.Repeat("0a", 32),
			"Host.example/a:V_1",
		},
		no: []string{"a//b", "A:v1", "user:password@host/a:v1", "a:", "https://host/a"},
	},
}

const uuid = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// long has 255 bytes, the most that a segment of a path may have.
var long = strings.Repeat("a", 255)

func TestGrammarsAcceptWhatTheySayAndNothingElse(t *testing.T) {
	for name, test := range grammars {
		assert.NotEmpty(t, test.grammar.Must, name)
		for _, text := range test.yes {
			assert.True(t, test.grammar.Matches(text), "%s: %q", name, text)
		}
		for _, text := range append(test.no, "\x00", text200) {
			assert.False(t, test.grammar.Matches(text), "%s: %q", name, text)
		}
	}
}

// text200 fits no grammar.
var text200 = strings.Repeat("a b/", 50)

// TestPatternsSayTheSameAsChecks tries the examples of all grammars with each of them.
func TestPatternsSayTheSameAsChecks(t *testing.T) {
	var texts []string
	for _, test := range grammars {
		texts = append(append(texts, test.yes...), test.no...)
	}
	for name, test := range grammars {
		for _, text := range texts {
			matches, byPattern := test.grammar.Matches(text), matchesPattern(test.grammar, text)
			if test.looser {
				assert.True(t, byPattern || !matches, "%s: %q must not be refused by the pattern alone", name, text)
				continue
			}
			assert.Equal(t, matches, byPattern, "%s: %q", name, text)
		}
	}
}

// matchesPattern judges a text as a JSON Schema does.
func matchesPattern(g syntax.Grammar, text string) bool {
	return regexp.MustCompile(`^(?:`+g.Pattern+`)$`).MatchString(text) &&
		(g.Not == "" || !regexp.MustCompile(g.Not).MatchString(text)) &&
		(g.Longest == 0 || len(text) <= g.Longest)
}

func TestTheRegionOfAZone(t *testing.T) {
	assert.Equal(t, "fr-par", syntax.RegionOf("fr-par-2"))
	assert.Empty(t, syntax.RegionOf("fr-par"))
}

func TestHalvesOfAnAPIKey(t *testing.T) {
	for text, want := range map[string]bool{
		"SCW0123456789ABCDEFG": true, uuid: true, strings.ToUpper(uuid): true,
		"scw-backend-credentials": false, "": false,
	} {
		assert.Equal(t, want, syntax.IsAPIKey(text), "%q", text)
		assert.Equal(t, want, regexp.MustCompile(syntax.NeitherHalf).MatchString(text), "%q", text)
	}
}
