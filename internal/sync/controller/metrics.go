package controller

import (
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"cloison.dev/cloison/internal/scaleway"
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
}

// Labels of the metrics.
const (
	storeLabel    = "store"
	callLabel     = "call"
	outcomeLabel  = "outcome"
	externalLabel = "externalsecret"
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
	}
	registry.MustRegister(m.calls, m.seconds, m.values, m.lastSuccess, m.ready, m.refreshed)
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

// state tells of an ExternalSecret.
func (m *Metrics) state(name string, ready bool, refreshed time.Time) {
	value := 0.0
	if ready {
		value = 1
	}
	m.ready.WithLabelValues(name).Set(value)
	if !refreshed.IsZero() {
		m.refreshed.WithLabelValues(name).Set(float64(refreshed.Unix()))
	}
}

func (m *Metrics) forget(name string) {
	of := prometheus.Labels{externalLabel: name}
	m.ready.DeletePartialMatch(of)
	m.refreshed.DeletePartialMatch(of)
	m.values.DeletePartialMatch(of)
}

func (m *Metrics) forgetStore(name string) {
	of := prometheus.Labels{storeLabel: name}
	m.calls.DeletePartialMatch(of)
	m.seconds.DeletePartialMatch(of)
	m.values.DeletePartialMatch(of)
	m.lastSuccess.DeletePartialMatch(of)
}
