package network_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/validators/network/policy"
)

const (
	sets     = 20_000
	perSet   = 10
	minimum  = 100_000
	minShare = 0.1
)

// TestAgreesWithCyclonusOnRandomCases compares the verdicts on random policies and connections. Cyclonus is asked
// twice: with what it is known to get wrong rewritten, where it must agree always, and as is, where it may disagree
// only for that.
func TestAgreesWithCyclonusOnRandomCases(t *testing.T) {
	r := random{testkit.Random(t, 20261124)}
	cases, allowed, exceptions := 0, 0, 0
	for range sets {
		policies, w := r.policies(), r.world()
		asIs, rewritten, evaluator := compile(policies), compile(rewrite(policies)), policy.Compile(policies...)
		for range perSet {
			c := r.traffic(w)
			ours := evaluator.Evaluate(c.from, c.to, c.port).Allowed
			if byCyclonus(rewritten, c.rewritten()) != ours {
				require.FailNow(t, "disagreement", "case %d: Evaluate says %t\n%s",
					cases, ours, show(t, policies, c))
			}
			if byCyclonus(asIs, c) != ours {
				if !known(policies) {
					require.FailNow(t, "disagreement without a known reason", "case %d: Evaluate says %t\n%s",
						cases, ours, show(t, policies, c))
				}
				exceptions++
			}
			if cases++; ours {
				allowed++
			}
		}
	}
	t.Logf(
		"%d cases, %d let through, no disagreement but %d for the reasons in testdata/exceptions",
		cases,
		allowed,
		exceptions,
	)
	assert.GreaterOrEqual(t, cases, minimum)
	assert.Greater(t, float64(allowed)/float64(cases), minShare)
	assert.Less(t, float64(allowed)/float64(cases), 1-minShare)
}

// known reports whether policies have what cyclonus gets wrong.
func known(policies []*netv1.NetworkPolicy) bool {
	wrong := func(s *metav1.LabelSelector) bool {
		if s == nil {
			return false
		}
		for _, value := range s.MatchLabels {
			if value == "" {
				return true
			}
		}
		for _, e := range s.MatchExpressions {
			if e.Operator == metav1.LabelSelectorOpNotIn {
				return true
			}
		}
		return false
	}
	for _, p := range policies {
		peers := []netv1.NetworkPolicyPeer{{PodSelector: &p.Spec.PodSelector}}
		for _, rule := range p.Spec.Ingress {
			peers = append(peers, rule.From...)
		}
		for _, rule := range p.Spec.Egress {
			peers = append(peers, rule.To...)
		}
		for _, peer := range peers {
			if wrong(peer.PodSelector) || wrong(peer.NamespaceSelector) {
				return true
			}
		}
	}
	return false
}

func show(t *testing.T, policies []*netv1.NetworkPolicy, c traffic) string {
	t.Helper()
	text, err := yaml.Marshal(map[string]any{"policies": policies, "from": c.from, "to": c.to, "port": c.port})
	require.NoError(t, err)
	return string(text)
}

// exception is a case of testdata/exceptions.
type exception struct {
	Policy   netv1.NetworkPolicy `json:"policy"`
	From     end                 `json:"from"`
	To       end                 `json:"to"`
	API      bool                `json:"api"`
	Cyclonus bool                `json:"cyclonus"`
}

type end struct {
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
}

func (e end) endpoint() policy.Endpoint {
	return policy.Endpoint{
		Address: netip.MustParseAddr("10.0.0.1"),
		Pod: &policy.Pod{
			Namespace:       e.Namespace,
			Labels:          e.Labels,
			NamespaceLabels: map[string]string{"kubernetes.io/metadata.name": e.Namespace},
		},
	}
}

// TestExceptions shows what cyclonus gets wrong. One that it no longer does must be removed.
func TestExceptions(t *testing.T) {
	files, err := filepath.Glob("testdata/exceptions/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var e exception
			require.NoError(t, yaml.UnmarshalStrict(text, &e))
			policies := []*netv1.NetworkPolicy{&e.Policy}
			c := traffic{from: e.From.endpoint(), to: e.To.endpoint(), port: policy.Port{Protocol: "TCP", Number: 80}}
			assert.NotEqual(t, e.API, e.Cyclonus)
			assert.Equal(t, e.API, policy.Compile(policies...).Evaluate(c.from, c.to, c.port).Allowed)
			assert.Equal(t, e.Cyclonus, byCyclonus(compile(policies), c))
			assert.Equal(t, e.API, byCyclonus(compile(rewrite(policies)), c.rewritten()))
		})
	}
}
