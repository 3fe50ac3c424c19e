package pods

import (
	"fmt"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
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

// injections reports annotations by which a webhook puts secrets of a vault into the pods, and variables whose values
// it replaces by them.
func (j *judge) injections(c *component, result *verdict.Result) {
	for _, w := range c.workloads {
		for name, value := range w.Pod.Annotations {
			if injects(name, value) {
				vault, _, _ := strings.Cut(name, "/")
				result.Add(about(w.Object, injected(w.PodPath.Child("metadata", "annotations", name), vault)))
			}
		}
		for of := range w.Containers() {
			for i := range of.Env {
				if vault, is := replaced(of.Env[i].Value); is {
					result.Add(about(w.Object, finding.Finding{
						Code: finding.VolumeUndecided, Severity: finding.Info,
						Field: of.Path.Child("env").Index(i).Child("value"),
						Message: "assumed: " + vault + " replaces the value by a secret of the component; from where it " +
							"comes was not evaluated",
						Fix: importSynced,
					}))
				}
			}
		}
	}
}

func injected(field fieldpath.Path, vault string) finding.Finding {
	return finding.Finding{
		Code: finding.VolumeUndecided, Severity: finding.Warning, Undecided: true, Field: field,
		Message: fmt.Sprintf("the secrets that %s puts into the pods were not evaluated, "+
			"so whether they belong to the component is not known", vault),
		Fix: importSynced,
	}
}

// injects reports whether an annotation of a pod has a webhook put secrets into it. Facts: docs/facts.md, "Webhooks that
// inject secrets".
func injects(annotation, value string) bool {
	group, name, _ := strings.Cut(annotation, "/")
	switch group {
	case "vault.hashicorp.com":
		isOn, err := strconv.ParseBool(value)
		return name == "agent-inject" && (isOn || err != nil && value != "")
	case "vault.security.banzaicloud.io", "vault.security.bank-vaults.io", "secrets-webhook.security.bank-vaults.io":
		return strings.HasSuffix(name, "-addr") || strings.HasSuffix(name, "-role") || strings.HasSuffix(name, "-path") ||
			strings.HasSuffix(name, "-from-path") || strings.HasSuffix(name, "-configmap") ||
			strings.HasSuffix(name, "-serviceaccount")
	case "operator.1password.io":
		return name == "inject"
	case "akeyless", "org.infisical.com", "conjur.org":
		return name == "enabled" && value != "false" || name == "inject" || strings.HasPrefix(name, "conjur-secrets")
	}
	return false
}

// replaced reports whether a webhook replaces the value of a variable by a secret, and whose.
func replaced(value string) (vault string, is bool) {
	for prefix, vault := range map[string]string{
		"vault:": "a webhook of Vault", ">>vault:": "a webhook of Vault", "op://": "1Password", "bao:": "a webhook of OpenBao",
	} {
		if strings.HasPrefix(value, prefix) {
			return vault, true
		}
	}
	return "", false
}
