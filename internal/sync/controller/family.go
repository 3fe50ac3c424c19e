package controller

import (
	"maps"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

// family is a gauge whose samples are given all at once for what they are about, so that none of before stays. Its
// methods are safe for concurrent use.
type family struct {
	description *prometheus.Desc

	mu      sync.Mutex
	samples map[string][]sample
}

// sample is a value with the labels, in the order of the family's.
type sample struct {
	labels []string
	value  float64
}

func newFamily(opts prometheus.GaugeOpts, labels ...string) *family {
	return &family{
		description: prometheus.NewDesc(opts.Name, opts.Help, labels, nil), samples: map[string][]sample{},
	}
}

// set gives the samples about something, in place of those of before. They must not be changed afterwards.
func (f *family) set(about string, samples []sample) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.samples[about] = samples
	if samples == nil {
		delete(f.samples, about)
	}
}

// Describe implements prometheus.Collector.
func (f *family) Describe(to chan<- *prometheus.Desc) { to <- f.description }

// Collect implements prometheus.Collector.
func (f *family) Collect(to chan<- prometheus.Metric) {
	f.mu.Lock()
	all := slices.Concat(slices.Collect(maps.Values(f.samples))...)
	f.mu.Unlock()
	for _, s := range all {
		to <- prometheus.MustNewConstMetric(f.description, prometheus.GaugeValue, s.value, s.labels...)
	}
}
