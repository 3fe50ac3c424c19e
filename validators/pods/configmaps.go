package pods

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

// configUse is one field by which a workload needs a ConfigMap, or a key of it: without, its pods do not start.
type configUse struct {
	workload *objects.Workload
	field    fieldpath.Path
	name     string
	// key is empty where every key is imported.
	key string
}

// configUses lists what the component's workloads need of ConfigMaps. What is optional is not needed.
func (c *component) configUses() []configUse {
	var found []configUse
	for _, of := range c.containers {
		for i := range of.Env {
			from := of.Env[i].ValueFrom
			if from == nil || from.ConfigMapKeyRef == nil || isTrue(from.ConfigMapKeyRef.Optional) {
				continue
			}
			field := of.variable(i).Child("valueFrom", "configMapKeyRef")
			found = append(found, configUse{of.workload, field, from.ConfigMapKeyRef.Name, from.ConfigMapKeyRef.Key})
		}
		for i := range of.EnvFrom {
			if ref := of.EnvFrom[i].ConfigMapRef; ref != nil && !isTrue(ref.Optional) {
				field := of.Path.Child("envFrom").Index(i).Child("configMapRef")
				found = append(found, configUse{of.workload, field, ref.Name, ""})
			}
		}
	}
	for _, w := range c.workloads {
		for i := range w.Pod.Spec.Volumes {
			at := w.SpecPath().Child("volumes").Index(i)
			found = append(found, configVolume(w, at, &w.Pod.Spec.Volumes[i])...)
		}
	}
	return slices.DeleteFunc(found, func(u configUse) bool { return u.name == "" })
}

// configVolume lists what a volume needs, at a path.
func configVolume(w *objects.Workload, at fieldpath.Path, volume *corev1.Volume) []configUse {
	var found []configUse
	add := func(at fieldpath.Path, name string, items []corev1.KeyToPath, optional *bool) {
		if isTrue(optional) {
			return
		}
		found = append(found, configUse{w, at.Child("name"), name, ""})
		for i, item := range items {
			found = append(found, configUse{w, at.Child("items").Index(i).Child("key"), name, item.Key})
		}
	}
	if of := volume.ConfigMap; of != nil {
		add(at.Child("configMap"), of.Name, of.Items, of.Optional)
	}
	if volume.Projected != nil {
		for i, source := range volume.Projected.Sources {
			if of := source.ConfigMap; of != nil {
				at := at.Child("projected", "sources").Index(i).Child("configMap")
				add(at, of.Name, of.Items, of.Optional)
			}
		}
	}
	return found
}

func isTrue(b *bool) bool { return b != nil && *b }

// missingConfigMaps reports ConfigMaps, and keys of them, that pods need and nothing creates, each once.
func (j *judge) missingConfigMaps(c *component, result *verdict.Result) {
	seen := map[[2]string]bool{}
	for _, use := range c.configUses() {
		o, key := c.configMaps[use.name], use.key
		if o == nil {
			key = ""
		}
		if seen[[2]string{use.name, key}] || existsEverywhere(use.name) {
			continue
		}
		seen[[2]string{use.name, key}] = true
		result.Decide(verdict.Subject{Object: use.workload.Object, Field: use.field})
		switch {
		case o == nil:
			result.Add(about(use.workload.Object, j.missingConfigMap(c, use)))
		case key != "" && !hasConfig(o, key):
			result.Add(about(use.workload.Object, finding.Finding{
				Code: finding.ConfigMissing, Severity: finding.Error, Field: use.field,
				Message:        fmt.Sprintf("ConfigMap %q has no key %q", use.name, key),
				Counterexample: fmt.Sprintf("%s: the pod does not start", use.workload),
				Fix:            "correct the name, or add the key; the ConfigMap has " + configNames(o),
			}))
		}
	}
}

// missingConfigMap is the finding about a ConfigMap that nothing in the input creates. Without a Segregation, and where
// a kind of another project names it, it may be created by other means.
func (j *judge) missingConfigMap(c *component, use configUse) finding.Finding {
	path := objects.Path(c.Namespace, use.name)
	if c.Plan == nil || j.set.Unread || use.workload.Custom || j.isConfigCopied(use.name) || c.mentioned()[use.name] {
		return finding.Finding{
			Code: finding.ConfigMissing, Severity: finding.Info, Field: use.field,
			Message: fmt.Sprintf("assumed: ConfigMap %s is created by other means; nothing in the input does", path),
		}
	}
	return finding.Finding{
		Code: finding.ConfigMissing, Severity: finding.Error, Field: use.field,
		Message:        fmt.Sprintf("nothing in the input creates ConfigMap %s", path),
		Counterexample: fmt.Sprintf("%s: the pod does not start", use.workload),
		Fix:            "correct the name, add what creates it, or import it with optional: true",
	}
}

// existsEverywhere reports whether the ConfigMap of a name is made in every namespace: by Kubernetes, Istio, OpenShift.
// Facts: docs/facts.md, "ConfigMaps of every namespace".
func existsEverywhere(name string) bool {
	return slices.Contains([]string{"kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"}, name)
}

// isConfigCopied reports whether a controller copies a ConfigMap of that name into other namespaces: one that carries an
// annotation for it, or a Bundle of trust-manager.
func (j *judge) isConfigCopied(name string) bool {
	return slices.ContainsFunc(j.set.All, func(o *objects.Object) bool {
		switch {
		case o.Name != name:
			return false
		case o.Kind == "ConfigMap" && o.GroupKind().Group == "":
			return secretflow.IsMarkedForCopies(o.Annotations)
		}
		return o.GroupKind().Group == "trust.cert-manager.io"
	})
}

// hasConfig reports whether a ConfigMap has a key, or whether a controller adds keys.
func hasConfig(o *objects.Typed[corev1.ConfigMap], key string) bool {
	_, text := o.Value.Data[key]
	_, bytes := o.Value.BinaryData[key]
	return text || bytes || isInjected(o.Object)
}

// isInjected reports whether OpenShift, or a controller that copies, adds keys to a ConfigMap.
func isInjected(o *objects.Object) bool {
	if o.Labels["config.openshift.io/inject-trusted-cabundle"] == "true" {
		return true
	}
	for name := range o.Annotations {
		switch prefix, _, _ := strings.Cut(name, "/"); prefix {
		case "service.beta.openshift.io", "replicator.v1.mittwald.de", "reflector.v1.k8s.emberstack.com":
			return true
		}
	}
	return false
}

func configNames(o *objects.Typed[corev1.ConfigMap]) string {
	names := slices.Sorted(maps.Keys(o.Value.Data))
	if names = append(names, slices.Sorted(maps.Keys(o.Value.BinaryData))...); len(names) == 0 {
		return "no keys"
	}
	return shorten(names)
}
