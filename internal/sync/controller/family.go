package controller

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// family is a gauge of one label whose values are all given at once, so that no value of before stays. Its methods are
// safe for concurrent use.
type family struct {
	description *prometheus.Desc

	mu     sync.Mutex
	values map[string]float64
}

func newFamily(opts prometheus.GaugeOpts, label string) *family {
	return &family{description: prometheus.NewDesc(opts.Name, opts.Help, []string{label}, nil)}
}

// set gives the values, by label, in place of all of before. They must not be changed afterwards.
func (f *family) set(values map[string]float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.values = values
}

// Describe implements prometheus.Collector.
func (f *family) Describe(to chan<- *prometheus.Desc) { to <- f.description }

// Collect implements prometheus.Collector.
func (f *family) Collect(to chan<- prometheus.Metric) {
	f.mu.Lock()
	values := f.values
	f.mu.Unlock()
	for label, value := range values {
		to <- prometheus.MustNewConstMetric(f.description, prometheus.GaugeValue, value, label)
	}
}
