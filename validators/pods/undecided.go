package pods

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
)

// judgeUndecided says which pods get secrets by means that were not evaluated.
func (c *checker) judgeUndecided(p *part) {
	for _, w := range p.workloads {
		for i, volume := range w.Pod.Spec.Volumes {
			if volume.CSI == nil || isCertificateDriver(volume.CSI.Driver) {
				continue
			}
			f := finding.Finding{
				Code: finding.VolumeUndecided, Severity: finding.Info, Undecided: true,
				Field:   objects.Index(w.SpecPath()+".volumes", i) + ".csi",
				Message: fmt.Sprintf("what the CSI driver %q mounts was not evaluated", volume.CSI.Driver),
				Fix:     "accept it with a reason",
			}
			if volume.CSI.Driver == "secrets-store.csi.k8s.io" {
				f.Severity = finding.Warning
				f.Message = fmt.Sprintf("the secrets of SecretProviderClass %q were not evaluated, "+
					"so whether they belong to the component is not known",
					volume.CSI.VolumeAttributes["secretProviderClass"])
				f.Fix = "import them from the synced Secret, or accept the finding with a reason"
			}
			c.about(w.Object, f)
		}
		c.judgeInjection(w)
	}
}

// isCertificateDriver knows drivers that mount an identity made for the pod, and nothing that others have.
func isCertificateDriver(driver string) bool {
	return driver == "csi.cert-manager.io" || driver == "spiffe.csi.cert-manager.io" || driver == "csi.spiffe.io"
}

// judgeInjection reports annotations by which a webhook puts secrets of a vault into the pods.
func (c *checker) judgeInjection(w *objects.Workload) {
	path := "metadata.annotations"
	if w.PodPath != "" {
		path = w.PodPath + ".metadata.annotations"
	}
	for _, name := range slices.Sorted(maps.Keys(w.Pod.Annotations)) {
		value := w.Pod.Annotations[name]
		injects := name == "vault.hashicorp.com/agent-inject" && value == "true" || name == "vault.security.banzaicloud.io/vault-addr" ||
			name == "operator.1password.io/inject"
		if injects {
			c.about(w.Object, finding.Finding{
				Code: finding.VolumeUndecided, Severity: finding.Warning, Undecided: true, Field: objects.Field(path, name),
				Message: fmt.Sprintf("the secrets that %s puts into the pods were not evaluated, "+
					"so whether they belong to the component is not known",
					strings.SplitN(name, "/", 2)[0]),
				Fix: "import them from the synced Secret, or accept the finding with a reason",
			})
		}
	}
}
