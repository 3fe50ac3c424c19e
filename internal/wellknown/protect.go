package wellknown

import (
	"maps"
	"strings"
)

// SyncWaveAnnotation is when Argo CD applies an object: those with lower numbers first, and those without in wave 0.
const SyncWaveAnnotation = "argocd.argoproj.io/sync-wave"

const syncOptions = "argocd.argoproj.io/sync-options"

// Protections are the annotations that keep an object from being deleted by what applied it: Argo CD's options, of which
// there may be more beside these, Flux's, and those of kpt and Config Sync.
//
// Facts: docs/facts.md, "What keeps objects from being deleted".
func Protections() map[string]string {
	return map[string]string{
		syncOptions:                               "Prune=false,Delete=false",
		"kustomize.toolkit.fluxcd.io/prune":       "disabled",
		"cli-utils.sigs.k8s.io/on-remove":         "keep",
		"client.lifecycle.config.k8s.io/deletion": "detach",
	}
}

// Protected are annotations with [Protections] added. Other options of Argo CD stay.
func Protected(annotations map[string]string) map[string]string {
	all := maps.Clone(annotations)
	if all == nil {
		all = map[string]string{}
	}
	for name, value := range Protections() {
		if name == syncOptions {
			value = joinOptions(value, all[name])
		}
		all[name] = value
	}
	return all
}

// IsProtected reports whether annotations have one of the [Protections] as Protected writes it.
func IsProtected(annotations map[string]string, name string) bool {
	if name != syncOptions {
		return strings.EqualFold(annotations[name], Protections()[name])
	}
	for option := range strings.SplitSeq(Protections()[name], ",") {
		if !hasOption(annotations[name], option) {
			return false
		}
	}
	return true
}

// joinOptions adds options that are not there, in their order.
func joinOptions(first, more string) string {
	for option := range strings.SplitSeq(more, ",") {
		option = strings.TrimSpace(option)
		name, _, _ := strings.Cut(option, "=")
		if option != "" && !strings.Contains(","+first, ","+name+"=") {
			first += "," + option
		}
	}
	return first
}

func hasOption(options, option string) bool {
	for one := range strings.SplitSeq(options, ",") {
		if strings.TrimSpace(one) == option {
			return true
		}
	}
	return false
}

// Unprotected are annotations without [Protections].
func Unprotected(annotations map[string]string) map[string]string {
	left := maps.Clone(annotations)
	for name, value := range Protections() {
		var options []string
		for option := range strings.SplitSeq(left[name], ",") {
			if option = strings.TrimSpace(option); option != "" && !hasOption(value, option) {
				options = append(options, option)
			}
		}
		if delete(left, name); name == syncOptions && len(options) > 0 {
			left[name] = strings.Join(options, ",")
		}
	}
	return left
}
