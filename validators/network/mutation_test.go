package network_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	netv1 "k8s.io/api/networking/v1"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/testkit"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/network"
)

// TestNoWeakeningGoesUnnoticed deletes and changes every field of every NetworkPolicy that the function writes, one at
// a time, and whole policies: each time something must be reported, unless the changed policies let the same through.
func TestNoWeakeningGoesUnnoticed(t *testing.T) {
	killed, same, total := 0, 0, 0
	for _, folder := range []string{
		"denies-internal-traffic", "expands-for-the-engine-cloison", "expands-the-example-of-the-design",
		"narrows-flows-by-several-choices-of-own-pods", "opens-flows-to-every-kind-of-peer",
		"opens-flows-to-what-the-cluster-describes", "opens-flows-to-hosts-by-their-names",
		"opens-only-scaleway-to-the-runtime-where-the-cluster-has-cilium",
	} {
		path := filepath.Join(testkit.Root(t), "testdata/cases", folder)
		input := testkit.Read(t, path, "input.yaml")
		m := mutator{t: t, plans: manifests.Plans(t, input), in: manifests.Cluster(t, input)}
		for _, o := range manifests.Objects(t, testkit.Read(t, path, "expected.yaml")) {
			if slices.Contains([]string{"NetworkPolicy", "CiliumNetworkPolicy", "Namespace", "Deployment"}, o.Kind) {
				m.objects = append(m.objects, o) // the network does not depend on others
			}
		}
		m.run(folder)
		killed, same, total = killed+m.killed, same+m.same, total+m.total
	}
	t.Logf("of %d mutants %d were noticed, %d let the same through", total, killed, same)
	assert.Equal(t, total, killed+same)
	assert.Equal(t, 2454, total)
}

// mutator changes the policies among objects, one at a time.
type mutator struct {
	t       *testing.T
	plans   []*plan.Plan
	in      cluster.Cluster
	objects []*objects.Object
	// at is the index of the policy that is changed, value its content.
	at    int
	value map[string]any
	// before are the policies of its namespace as they were.
	before []*netv1.NetworkPolicy

	killed, same, total int
}

// policies are the NetworkPolicies of the namespace of the policy that is changed.
func (m *mutator) policies(set *objects.Set) []*netv1.NetworkPolicy {
	var all []*netv1.NetworkPolicy
	for _, p := range set.NetworkPolicies {
		if p.Namespace == m.objects[m.at].Namespace {
			all = append(all, p.Value)
		}
	}
	return all
}

func (m *mutator) run(folder string) {
	whole, _ := objects.NewSet(m.objects)
	for i, o := range m.objects {
		if o.Kind != "NetworkPolicy" && o.Kind != "CiliumNetworkPolicy" {
			continue
		}
		m.at, m.value = i, map[string]any{}
		m.before = m.policies(whole)
		err := o.DecodePart(&m.value)
		require.NoError(m.t, err)
		name := fmt.Sprintf("%s %s/%s", folder, o.Namespace, o.Name)
		m.judge(name+" deleted", slices.Delete(slices.Clone(m.objects), i, i+1))
		m.mutate(name+" spec", m.value["spec"], func(changed any) { m.value["spec"] = changed })
	}
}

// tryChanged judges the objects with the policy as it was changed.
func (m *mutator) tryChanged(mutation string) {
	text, err := json.Marshal(m.value)
	require.NoError(m.t, err)
	changed, err := objects.Parse("", text)
	require.NoError(m.t, err)
	m.judge(mutation, slices.Replace(slices.Clone(m.objects), m.at, m.at+1, changed...))
}

func (m *mutator) judge(mutation string, all []*objects.Object) {
	m.total++
	set, _ := objects.NewSet(all)
	switch {
	case len(network.Check(set, scope.New(set, m.plans), m.in).Findings) > 0:
		m.killed++
	case m.objects[m.at].Kind == "CiliumNetworkPolicy":
		if m.same++; !m.asksTheDNSInAnotherWay(mutation) {
			m.t.Errorf("not noticed: %s", mutation)
		}
	case letTheSameThrough(m.objects[m.at].Namespace, m.before, m.policies(set)):
		m.same++
	default:
		m.t.Errorf("not noticed: %s", mutation)
	}
}

// asksTheDNSInAnotherWay reports whether a rule for the DNS of a CiliumNetworkPolicy is for every protocol now, of which
// the DNS has two.
func (m *mutator) asksTheDNSInAnotherWay(mutation string) bool {
	var at int
	_, rule, _ := strings.Cut(mutation, " spec.egress[")
	_, err := fmt.Sscanf(rule, "%d", &at)
	require.NoError(m.t, err, mutation)
	changed := m.value["spec"].(map[string]any)["egress"].([]any)[at].(map[string]any)
	return changed["toFQDNs"] == nil && strings.HasSuffix(mutation, ".protocol deleted")
}

// mutate tries every change below a value, which set puts into its place.
func (m *mutator) mutate(at string, value any, set func(any)) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			old := value[key]
			delete(value, key)
			m.tryChanged(at + "." + key + " deleted")
			value[key] = old
			m.mutate(at+"."+key, old, func(changed any) { value[key] = changed })
			value[key] = old
		}
	case []any:
		for i, old := range value {
			set(slices.Delete(slices.Clone(value), i, i+1))
			m.tryChanged(fmt.Sprintf("%s[%d] deleted", at, i))
			set(value)
			m.mutate(fmt.Sprintf("%s[%d]", at, i), old, func(changed any) { value[i] = changed })
			value[i] = old
		}
	case string:
		for _, other := range others(value) {
			set(other)
			m.tryChanged(fmt.Sprintf("%s: %s", at, other))
		}
		set(value)
	case int64:
		for _, other := range []int64{value - 1, value + 1} {
			set(other)
			m.tryChanged(fmt.Sprintf("%s: %v", at, other))
		}
		set(value)
	}
}

// others are values that a text could be mistaken for.
func others(text string) []any {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		var widths []any
		for _, bits := range []int{prefix.Bits() - 1, prefix.Bits() + 1} {
			if other, err := prefix.Addr().Prefix(bits); err == nil {
				widths = append(widths, other.String())
			}
		}
		return widths
	}
	switch text {
	case "TCP":
		return []any{"UDP", "SCTP"}
	case "UDP", "SCTP":
		return []any{"TCP"}
	case "Egress":
		return []any{"Ingress"}
	case "Ingress":
		return []any{"Egress"}
	}
	return []any{text + "-x"}
}
