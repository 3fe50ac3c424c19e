package argocd

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestManyAtOnce has twenty Applications of one repository rendered at the same time. Each gets its own manifests.
func TestManyAtOnce(t *testing.T) {
	serve(t)
	clone := cloned(t, nil)
	const applications = 20
	for i := range applications {
		name := fmt.Sprintf("shop-%02d", i)
		write(t, clone, files{
			name + "/kustomization.yaml": "transformers: [segregation.yaml]\n",
			name + "/segregation.yaml":   segregation(name, "exec: {path: cloison}"),
		})
	}
	var all sync.WaitGroup
	for i := range applications {
		all.Go(func() {
			name := fmt.Sprintf("shop-%02d", i)
			objects, err := manifestsOf(t.Context(), clone, name, plugged(name))
			var namespaces []string
			for _, object := range objects {
				namespaces = append(namespaces, object.GetNamespace())
			}
			slices.Sort(namespaces)
			assert.NoError(t, err)
			assert.Equal(t, []string{"", name + "-db", name + "-web"}, slices.Compact(namespaces))
			assert.Len(t, namespaces, 12)
		})
	}
	all.Wait()
}

// TestApplicationsPerMinute measures the largest example, one Application after another. The number is printed, not
// judged: it is that of this machine.
func TestApplicationsPerMinute(t *testing.T) {
	serve(t)
	const application, count, times = "trackdechets/overlays/production", 78, 20
	begin := time.Now()
	for range times {
		objects, err := manifestsOf(t.Context(), inRoot("examples"), "shop", plugged(application))
		require.NoError(t, err)
		require.Len(t, objects, count)
	}
	took := time.Since(begin) / times
	fmt.Fprintf(os.Stderr, "Argo CD renders %.0f Applications a minute by the plugin, of %d objects each (%d ms)\n",
		time.Minute.Seconds()/took.Seconds(), count, took.Milliseconds())
}
