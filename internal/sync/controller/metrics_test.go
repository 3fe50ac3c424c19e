package controller

import (
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMetricsEndWithWhatTheyAreAbout has a call come back when its store is not read from any more.
func TestMetricsEndWithWhatTheyAreAbout(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := NewMetrics(registry, slog.New(slog.DiscardHandler))
	watched := m.observer("store")
	watched.Called("read", "", time.Second)
	watched.Read("api", "path:/shop/url", 1)
	m.state("api", true, time.Unix(1, 0))
	families, err := registry.Gather()
	require.NoError(t, err)
	assert.Len(t, families, 6)

	m.forget("api")
	watched.end()
	m.forgetStore("store")
	watched.Called("read", "stopped", time.Second)
	watched.Read("api", "path:/shop/url", 1)
	families, err = registry.Gather()
	require.NoError(t, err)
	assert.Empty(t, families)
}
