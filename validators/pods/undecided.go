package pods

import (
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/verdict"
)

// drivers reports volumes of CSI drivers, whose secrets are not evaluated.
func (j *judge) drivers(c *component, result *verdict.Result) {
	for _, w := range c.workloads {
		for i, volume := range w.Pod.Spec.Volumes {
			if volume.CSI == nil || isCertificateDriver(volume.CSI.Driver) {
				continue
			}
			if class := j.classOf(c.Namespace, &volume); class != nil {
				if _, known := class.folders(); known {
					continue
				}
			}
			f := finding.Finding{
				Code: finding.VolumeUndecided, Severity: finding.Info, Undecided: true,
				Field:   w.SpecPath().Child("volumes").Index(i).Child("csi"),
				Message: fmt.Sprintf("what the CSI driver %q mounts was not evaluated", volume.CSI.Driver),
				Fix:     "accept it with a reason",
			}
			if volume.CSI.Driver == secretsStoreDriver {
				f.Severity = finding.Warning
				f.Message = fmt.Sprintf("the secrets of SecretProviderClass %q were not evaluated, "+
					"so whether they belong to the component is not known",
					volume.CSI.VolumeAttributes["secretProviderClass"])
				f.Fix = importSynced
			}
			result.Add(about(w.Object, f))
		}
	}
}

const importSynced = "import them from the synced Secret, or accept the finding with a reason"

// isCertificateDriver reports whether a driver mounts an identity made for the pod, and nothing that others have.
func isCertificateDriver(driver string) bool {
	return driver == "csi.cert-manager.io" || driver == "spiffe.csi.cert-manager.io" || driver == "csi.spiffe.io"
}

// injections reports annotations by which a webhook puts secrets of a vault into the pods.
func (j *judge) injections(c *component, result *verdict.Result) {
	for _, w := range c.workloads {
		for name, value := range w.Pod.Annotations {
			if !injects(name, value) {
				continue
			}
			vault, _, _ := strings.Cut(name, "/")
			result.Add(about(w.Object, finding.Finding{
				Code: finding.VolumeUndecided, Severity: finding.Warning, Undecided: true,
				Field: w.PodPath.Child("metadata", "annotations", name),
				Message: fmt.Sprintf("the secrets that %s puts into the pods were not evaluated, "+
					"so whether they belong to the component is not known", vault),
				Fix: importSynced,
			}))
		}
	}
}

func injects(annotation, value string) bool {
	switch annotation {
	case "vault.hashicorp.com/agent-inject":
		return value == "true"
	case "vault.security.banzaicloud.io/vault-addr", "operator.1password.io/inject":
		return true
	}
	return false
}
