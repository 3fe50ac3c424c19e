package controller

import (
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/probe"
)

// Metrics of the runtime. What is about an object or a store is gone when that is.
type Metrics struct {
	log         *slog.Logger
	calls       *prometheus.CounterVec
	seconds     *prometheus.HistogramVec
	values      *prometheus.CounterVec
	lastSuccess *prometheus.GaugeVec
	ready       *prometheus.GaugeVec
	refreshed   *prometheus.GaugeVec
	due         *prometheus.GaugeVec
	repairs     *prometheus.CounterVec
	restarts    *family
	changed     *family
	probes      *family
	probedAt    *family
}

// Labels of the metrics.
const (
	storeLabel    = "store"
	callLabel     = "call"
	outcomeLabel  = "outcome"
	externalLabel = "externalsecret"
	workloadLabel = "workload"
	secretLabel   = "secret"
	folderLabel   = "folder"
	resultLabel   = "result"
)

// NewMetrics registers the metrics. What is read is logged with log, never a value.
func NewMetrics(registry prometheus.Registerer, log *slog.Logger) *Metrics {
	m := &Metrics{
		log: log,
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cloison_sync_calls_total",
			Help: "Calls to Scaleway, by store, call (list, read) and outcome (ok, or the kind of the failure).",
		}, []string{storeLabel, callLabel, outcomeLabel}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "cloison_sync_call_seconds",
			Help:    "How long calls to Scaleway took, attempts that were repeated included.",
			Buckets: []float64{.01, .03, .1, .3, 1, 3, 10, 30},
		}, []string{storeLabel, callLabel}),
		values: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cloison_sync_values_read_total",
			Help: "Values that were read, by store and ExternalSecret.",
		}, []string{storeLabel, externalLabel}),
		lastSuccess: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "cloison_sync_store_last_success_timestamp_seconds",
			Help: "When a call of the store last succeeded.",
		}, []string{storeLabel}),
		ready: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "cloison_sync_ready",
			Help: "1 where the condition Ready of the ExternalSecret is True, else 0.",
		}, []string{externalLabel}),
		refreshed: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "cloison_sync_refreshed_timestamp_seconds",
			Help: "When the oldest value of the ExternalSecret was read.",
		}, []string{externalLabel}),
		due: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "cloison_sync_refresh_due_timestamp_seconds",
			Help: "When all values of the ExternalSecret are to have been read again.",
		}, []string{externalLabel}),
		repairs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "cloison_sync_drift_repairs_total",
			Help: "How often others had changed or deleted the Secret of the ExternalSecret, and it was written again.",
		}, []string{externalLabel}),
		restarts: newFamily(prometheus.GaugeOpts{
			Name: "cloison_sync_restarts_pending",
			Help: "1 for a workload that is still to be restarted because a Secret that it consumes has changed.",
		}, workloadLabel),
		changed: newFamily(prometheus.GaugeOpts{
			Name: "cloison_sync_restart_pending_since_timestamp_seconds",
			Help: "When the Secret has changed, while workloads are still to be restarted for that.",
		}, secretLabel),
		probes: newFamily(prometheus.GaugeOpts{
			Name: "cloison_sync_wall_probe",
			Help: "1 for what is known of a folder of another component: refused, breach or unknown.",
		}, storeLabel, folderLabel, resultLabel),
		probedAt: newFamily(prometheus.GaugeOpts{
			Name: "cloison_sync_wall_probe_timestamp_seconds",
			Help: "When it was last tried to read in a folder of another component.",
		}, storeLabel, folderLabel),
	}
	registry.MustRegister(m.calls, m.seconds, m.values, m.lastSuccess, m.ready, m.refreshed, m.due, m.repairs,
		m.restarts, m.changed, m.probes, m.probedAt)
	return m
}

// observer counts the calls of a store.
func (m *Metrics) observer(store string) *observer { return &observer{Metrics: m, store: store} }

// observer implements [fetch.Observer].
type observer struct {
	*Metrics
	store string

	mu sync.Mutex
	// ended has the calls not counted that come back when the store is not read from any more.
	ended bool
}

// end has nothing counted any more.
func (o *observer) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
}

// Called implements fetch.Observer.
func (o *observer) Called(call string, failure scaleway.Failure, took time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	outcome := string(failure)
	if failure == "" {
		outcome = "ok"
		o.lastSuccess.WithLabelValues(o.store).SetToCurrentTime()
	}
	o.calls.WithLabelValues(o.store, call, outcome).Inc()
	o.seconds.WithLabelValues(o.store, call).Observe(took.Seconds())
}

// Read implements fetch.Observer.
func (o *observer) Read(user, reference string, revision int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ended {
		return
	}
	o.values.WithLabelValues(o.store, user).Inc()
	o.log.Info("value read", "store", o.store, "externalsecret", user, "reference", reference, "revision", revision)
}

// state tells whether an ExternalSecret is ready.
func (m *Metrics) state(name string, ready bool) {
	value := 0.0
	if ready {
		value = 1
	}
	m.ready.WithLabelValues(name).Set(value)
}

// freshness tells when the oldest value of an ExternalSecret was read, and when all are to have been read again. Zero
// means that there is no such time.
func (m *Metrics) freshness(name string, read, due time.Time) {
	setTime(m.refreshed, name, read)
	setTime(m.due, name, due)
}

func setTime(of *prometheus.GaugeVec, label string, at time.Time) {
	if at.IsZero() {
		of.DeleteLabelValues(label)
		return
	}
	of.WithLabelValues(label).Set(float64(at.Unix()))
}

// repaired counts a repair of the Secret of an ExternalSecret.
func (m *Metrics) repaired(name string) { m.repairs.WithLabelValues(name).Inc() }

// probed tells what is known of the folders of other components; without findings, that nothing is any more.
func (m *Metrics) probed(store string, findings []probe.Finding) {
	var results, times []sample
	for i := range findings {
		f := &findings[i]
		folder := f.Folder.String()
		results = append(results, sample{[]string{store, folder, string(f.Result)}, 1})
		if !f.At.IsZero() {
			times = append(times, sample{[]string{store, folder}, float64(f.At.Unix())})
		}
	}
	m.probes.set(store, results)
	m.probedAt.set(store, times)
}

func (m *Metrics) forget(name string) {
	of := prometheus.Labels{externalLabel: name}
	m.ready.DeletePartialMatch(of)
	m.refreshed.DeletePartialMatch(of)
	m.due.DeletePartialMatch(of)
	m.repairs.DeletePartialMatch(of)
	m.values.DeletePartialMatch(of)
}

func (m *Metrics) forgetStore(name string) {
	of := prometheus.Labels{storeLabel: name}
	m.calls.DeletePartialMatch(of)
	m.seconds.DeletePartialMatch(of)
	m.values.DeletePartialMatch(of)
	m.lastSuccess.DeletePartialMatch(of)
}
