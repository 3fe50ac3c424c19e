package quota_test

import (
	"fmt"
	"testing"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/testkit/manifests"
	"cloison.dev/cloison/validators/quota"
)

func judge(set *objects.Set, components *scope.Scope) []finding.Finding {
	return quota.Check(set, components, secretflow.New(set)).Findings
}

func TestWhatCloisonGeneratesAndTheExamplesAreClean(t *testing.T) {
	manifests.Judge(judge).AcceptsWhatIsGenerated(t)
}

func quotaOf(hard string) string {
	return manifests.Object("v1", "ResourceQuota", "q", "spec: {hard: {"+hard+"}}")
}

func limitsOf(items string) string {
	return manifests.Object("v1", "LimitRange", "l", "spec: {limits: ["+items+"]}")
}

// deployment has one container with the given resources; spec holds more fields of the Deployment.
func deployment(name, spec, resources string) string {
	if spec != "" {
		spec += ", "
	}
	return manifests.Object("apps/v1", "Deployment", name, fmt.Sprintf(
		"spec: {%sselector: {matchLabels: {app: x}}, template: {metadata: {labels: {app: x}}, spec: {containers: "+
			"[{name: c, image: i, resources: {%s}}]}}}",
		spec, resources))
}

func autoscaler(apiVersion, name, of string, least, most int) string {
	return manifests.Object(apiVersion, "HorizontalPodAutoscaler", name, fmt.Sprintf(
		"spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}, minReplicas: %d, maxReplicas: %d}", of, least, most))
}
