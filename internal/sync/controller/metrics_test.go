package controller

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/probe"
	"cloison.dev/cloison/internal/sync/restart"
	"cloison.dev/cloison/internal/wall"
)

// samples formats what a registry has, one sample a line, sorted. Of histograms the count is given.
func samples(t *testing.T, registry *prometheus.Registry) string {
	t.Helper()
	families, err := registry.Gather()
	require.NoError(t, err)
	var lines []string
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, pair := range m.GetLabel() {
				labels = append(labels, pair.GetName()+"="+pair.GetValue())
			}
			value := m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
			lines = append(lines, fmt.Sprintf("%s{%s} %.0f",
				strings.TrimPrefix(f.GetName(), "cloison_sync_"), strings.Join(labels, ","), value))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestMetricsAreGoneWithWhatTheyAreAbout(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := NewMetrics(registry, slog.New(slog.DiscardHandler))
	read := time.Unix(1000, 0)
	calls := m.observer("store")
	calls.Called("read", "denied", time.Second)
	calls.Read("api", "path:/shop/a", 3)
	m.state("api", true)
	m.freshness("api", read, read.Add(time.Hour))
	m.repaired("api")
	assert.Equal(t, `call_seconds{call=read,store=store} 1
calls_total{call=read,outcome=denied,store=store} 1
drift_repairs_total{externalsecret=api} 1
ready{externalsecret=api} 1
refresh_due_timestamp_seconds{externalsecret=api} 4600
refreshed_timestamp_seconds{externalsecret=api} 1000
values_read_total{externalsecret=api,store=store} 1`, samples(t, registry))

	calls.Called("read", "", time.Second)
	m.state("api", false)
	m.freshness("api", time.Time{}, time.Time{})
	got := samples(t, registry)
	assert.Contains(t, got, "ready{externalsecret=api} 0")
	assert.Contains(t, got, "store_last_success_timestamp_seconds{store=store}")
	assert.NotContains(t, got, "refresh", "there is no value, so that none is due")

	m.freshness("api", read, read)
	m.forget("api")
	calls.end()
	m.forgetStore("store")
	calls.Called("read", "stopped", time.Second)
	calls.Read("api", "path:/shop/a", 1)
	assert.Empty(t, samples(t, registry), "also where a call comes back when its store is not read from any more")
}

func TestMetricsOfRestartsAreThoseOfNow(t *testing.T) {
	registry := prometheus.NewRegistry()
	r := &restarts{metrics: NewMetrics(registry, slog.New(slog.DiscardHandler))}
	pending := map[string]pendingChange{"api-secrets": {Change: restart.NewChange("1-a", time.Unix(1000, 0))}}
	r.tellMetrics(map[string]bool{"Deployment/web": true, "StatefulSet/db": true}, pending)
	assert.Equal(t, `restart_pending_since_timestamp_seconds{secret=api-secrets} 1000
restarts_pending{workload=Deployment/web} 1
restarts_pending{workload=StatefulSet/db} 1`, samples(t, registry))
	r.tellMetrics(map[string]bool{"StatefulSet/db": true}, pending)
	assert.NotContains(t, samples(t, registry), "web")
	r.tellMetrics(nil, nil)
	assert.Empty(t, samples(t, registry))
}

func TestFreshnessStaysWhileValuesCannotBeRead(t *testing.T) {
	registry := prometheus.NewRegistry()
	r := &reconciler{metrics: NewMetrics(registry, slog.New(slog.DiscardHandler))}
	external := &eso.ExternalSecret{}
	external.Name, external.Spec.RefreshInterval = "api", new("1h")
	facts := decide.Facts{External: external, Reading: decide.Reading{Settled: true, At: time.Unix(1000, 0)}}
	fresh := "refresh_due_timestamp_seconds{externalsecret=api} " +
		"4600\nrefreshed_timestamp_seconds{externalsecret=api} 1000"
	r.tellMetrics(facts, &eso.ExternalSecretStatus{})
	assert.Equal(t, fresh, samples(t, registry))

	facts.Reading = decide.Reading{At: time.Unix(2000, 0), Problem: "the API does not answer"}
	r.tellMetrics(facts, &eso.ExternalSecretStatus{})
	assert.Equal(t, fresh, samples(t, registry))

	facts.Reading = decide.Reading{Settled: true, At: time.Unix(2000, 0)}
	external.Spec.RefreshPolicy = eso.RefreshCreatedOnce
	r.tellMetrics(facts, &eso.ExternalSecretStatus{})
	assert.Equal(t, "refreshed_timestamp_seconds{externalsecret=api} 2000", samples(t, registry), "it is read once")
}

func TestAFolderHasOneResult(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := NewMetrics(registry, slog.New(slog.DiscardHandler))
	folder := wall.Folder{Region: "fr-par", ProjectID: "p", Path: "/b"}
	tell := func(store string, result probe.Result, at time.Time) {
		m.probed(store, []probe.Finding{{Folder: folder, Verdict: probe.Verdict{Result: result}, At: at}})
	}
	tell("z", probe.Unknown, time.Time{})
	tell("a", probe.Refused, time.Unix(1000, 0))
	tell("a", probe.Breach, time.Unix(2000, 0))
	assert.Equal(t, `wall_probe_timestamp_seconds{folder=fr-par/p/b,store=a} 2000
wall_probe{folder=fr-par/p/b,result=breach,store=a} 1
wall_probe{folder=fr-par/p/b,result=unknown,store=z} 1`, samples(t, registry))
	m.probed("a", nil)
	m.probed("z", nil)
	assert.Empty(t, samples(t, registry))
}
