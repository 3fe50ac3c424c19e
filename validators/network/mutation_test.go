package network_test

import (
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	netv1 "k8s.io/api/networking/v1"
	k8syaml "sigs.k8s.io/yaml"

	"cloison.dev/cloison/internal/plan"
)

// TestNoWeakeningGoesUnnoticed deletes and changes every field of every NetworkPolicy that the function writes, one at a
// time, and whole policies: each time something must be reported, unless the changed policies let the same through.
func TestNoWeakeningGoesUnnoticed(t *testing.T) {
	if raceDetector {
		t.Skip("takes minutes with the race detector; make test runs it without")
	}
	killed, same, total := 0, 0, 0
	for _, folder := range []string{
		"denies-internal-traffic", "expands-for-the-engine-cloison", "expands-the-example-of-the-design",
		"narrows-flows-by-several-choices-of-own-pods", "opens-flows-to-every-kind-of-peer",
	} {
		path := filepath.Join("../../testdata/cases", folder)
		m := mutator{t: t, plans: plansOf(t, readFile(t, path, "input.yaml"))}
		require.NoError(t, k8syaml.Unmarshal([]byte(readFile(t, path, "expected.yaml")), &m.list))
		m.keepNetwork()
		m.run(folder)
		killed, same, total = killed+m.killed, same+m.same, total+m.total
	}
	t.Logf("of %d mutants %d were noticed, %d let the same through", total, killed, same)
	assert.Equal(t, total, killed+same)
}

type mutator struct {
	t      *testing.T
	plans  []*plan.Plan
	list   map[string]any
	before []*netv1.NetworkPolicy
	// namespace whose policies are changed.
	namespace string

	killed, same, total int
}

// keepNetwork drops what the network does not depend on, to be quick. The only Deployment is that of the sync runtime.
func (m *mutator) keepNetwork() {
	items, _ := m.list["items"].([]any)
	m.list["items"] = slices.DeleteFunc(items, func(item any) bool {
		object, _ := item.(map[string]any)
		return !slices.Contains([]any{"NetworkPolicy", "Namespace", "Deployment"}, object["kind"])
	})
	delete(m.list, "results")
}

// policies reads the NetworkPolicies of the namespace.
func (m *mutator) policies() []*netv1.NetworkPolicy {
	var all []*netv1.NetworkPolicy
	items, _ := m.list["items"].([]any)
	for _, item := range items {
		if object, _ := item.(map[string]any); object["kind"] == "NetworkPolicy" {
			if metadata, _ := object["metadata"].(map[string]any); metadata["namespace"] != m.namespace {
				continue
			}
			text, err := k8syaml.Marshal(object)
			require.NoError(m.t, err)
			p := &netv1.NetworkPolicy{}
			require.NoError(m.t, k8syaml.Unmarshal(text, p))
			all = append(all, p)
		}
	}
	return all
}

func (m *mutator) run(folder string) {
	items, _ := m.list["items"].([]any)
	for i, item := range items {
		object, _ := item.(map[string]any)
		if object["kind"] != "NetworkPolicy" {
			continue
		}
		metadata, _ := object["metadata"].(map[string]any)
		name := fmt.Sprintf("%s %s/%s", folder, metadata["namespace"], metadata["name"])
		m.namespace, _ = metadata["namespace"].(string)
		m.before = m.policies()
		m.list["items"] = slices.Delete(slices.Clone(items), i, i+1)
		m.judge(name + " deleted")
		m.list["items"] = items
		m.mutate(name+" spec", object["spec"], func(changed any) { object["spec"] = changed })
	}
}

// mutate tries every change below a value, which set puts into its place.
func (m *mutator) mutate(at string, value any, set func(any)) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			old := value[key]
			delete(value, key)
			m.judge(at + "." + key + " deleted")
			value[key] = old
			m.mutate(at+"."+key, old, func(changed any) { value[key] = changed })
			value[key] = old
		}
	case []any:
		for i, old := range value {
			set(slices.Delete(slices.Clone(value), i, i+1))
			m.judge(fmt.Sprintf("%s[%d] deleted", at, i))
			set(value)
			m.mutate(fmt.Sprintf("%s[%d]", at, i), old, func(changed any) { value[i] = changed })
			value[i] = old
		}
	case string:
		for _, other := range others(value) {
			set(other)
			m.judge(fmt.Sprintf("%s: %s", at, other))
		}
		set(value)
	case float64:
		for _, other := range []float64{value - 1, value + 1} {
			set(other)
			m.judge(fmt.Sprintf("%s: %v", at, other))
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

func (m *mutator) judge(mutation string) {
	text, err := k8syaml.Marshal(m.list)
	require.NoError(m.t, err)
	m.total++
	if len(judged(m.t, string(text), m.plans...)) > 0 {
		m.killed++
		return
	}
	if after := m.policies(); letTheSameThrough(m.namespace, m.before, after) {
		m.same++
		return
	}
	m.t.Errorf("not noticed: %s", mutation)
}
