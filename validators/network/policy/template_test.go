package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/validators/network/policy"
)

func TestLabelsOfControllers(t *testing.T) {
	for name, test := range map[string]struct {
		kind, key, value string
		want             bool
	}{
		"the name of a Job":                       {"Job", "job-name", "x", true},
		"another Job":                             {"Job", "job-name", "y", false},
		"a Job of a CronJob":                      {"CronJob", "job-name", "x-29384756", true},
		"a CronJob is no Job":                     {"CronJob", "job-name", "x", false},
		"a name that only begins so":              {"CronJob", "batch.kubernetes.io/job-name", "x-report", false},
		"a Deployment has no Jobs":                {"Deployment", "job-name", "x", false},
		"the hash of a Deployment":                {"Deployment", "pod-template-hash", "7d9c", true},
		"a StatefulSet has another":               {"StatefulSet", "pod-template-hash", "7d9c", false},
		"the revision of a StatefulSet":           {"StatefulSet", "controller-revision-hash", "x-7d9c", true},
		"a pod of a StatefulSet":                  {"StatefulSet", "statefulset.kubernetes.io/pod-name", "x-0", true},
		"the StatefulSet is no pod":               {"StatefulSet", "statefulset.kubernetes.io/pod-name", "x", false},
		"the number of a pod":                     {"StatefulSet", "apps.kubernetes.io/pod-index", "3", true},
		"a pod without a controller":              {"Pod", "controller-uid", "x", false},
		"the zone of any pod":                     {"Pod", "topology.kubernetes.io/zone", "fr-par-1", true},
		"a kind of another project":               {"Rollout.argoproj.io", "pod-template-hash", "7d9c", true},
		"a label of the template":                 {"Job", "app", "web", true},
		"a label that the template does not have": {"Job", "tier", "web", false},
	} {
		t.Run(name, func(t *testing.T) {
			template := policy.Template{
				Labels: map[string]string{"app": "web"}, Makers: []policy.Maker{{Kind: test.kind, Name: "x"}},
			}
			one := policy.Exactly(map[string]string{test.key: test.value})
			assert.Equal(t, test.want, template.Matches(one))
			rest := policy.Selector{{Key: test.key, Op: policy.NotIn, Values: []string{test.value}}}
			if test.key != "app" {
				assert.True(t, template.Matches(rest))
			}
		})
	}
	anybody := policy.Template{}
	assert.True(t, anybody.Matches(policy.Exactly(map[string]string{"job-name": "x"})))
}
