package synccli_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/synccli"
	"cloison.dev/cloison/internal/testkit/manifests"
)

// TestWhatIsGeneratedIsUnderstood gives the program the arguments of every Deployment that a golden case generates. All
// that it lacks then is an API server.
func TestWhatIsGeneratedIsUnderstood(t *testing.T) {
	t.Setenv("KUBECONFIG", "absent")
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	runtimes, probing := 0, 0
	for _, c := range manifests.Accepted(t) {
		for _, o := range c.Objects(t) {
			if o.Kind != "Deployment" || o.Name != "cloison-sync" {
				continue
			}
			var deployment appsv1.Deployment
			err := o.DecodePart(&deployment)
			require.NoError(t, err)
			args := deployment.Spec.Template.Spec.Containers[0].Args
			var stderr strings.Builder
			code := synccli.Run(append([]string{"cloison-sync"}, args...), strings.NewReader(""), &stderr, &stderr)
			assert.Equal(t, exit.Undecided, code, "%s: %s", c.Name, args)
			assert.Contains(t, stderr.String(), "there is no API server", "%s: %s", c.Name, args)
			runtimes++
			if strings.Contains(strings.Join(args, " "), "--probe-folder=") {
				probing++
			}
		}
	}
	assert.Positive(t, runtimes)
	assert.Positive(t, probing)
}
