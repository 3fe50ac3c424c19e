package fn

import (
	"strings"

	"cloison.dev/cloison/internal/resourcelist"
)

// Annotations by which hosts say which file an item belongs in, in today's form and the one before.
const (
	pathAnnotation        = "internal.config.kubernetes.io/path"
	legacyPathAnnotation  = "config.kubernetes.io/path"
	indexAnnotation       = "internal.config.kubernetes.io/index"
	legacyIndexAnnotation = "config.kubernetes.io/index"
	localAnnotation       = "config.kubernetes.io/local-config"
	functionAnnotation    = "config.kubernetes.io/function"
)

// host is the program that runs the function.
type host string

const (
	hostUnknown   host = ""
	hostKustomize host = "kustomize"
	hostKpt       host = "kpt"
)

// Annotations that one host alone sends with every item: kpt when rendering, kpt in every command, kustomize.
const (
	kptPackage        = "internal.config.kubernetes.io/package-path"
	kptSequenceIndent = "internal.config.kubernetes.io/seqindent"
	kustomizeID       = "kustomize.config.k8s.io/id"
)

// hostOf tells the host by what it sends.
func hostOf(list *resourcelist.List) host {
	found := hostUnknown
	if config := list.FunctionConfig; config != nil && has(config, functionAnnotation) {
		found = hostKustomize
	}
	for _, item := range list.Items {
		switch {
		case has(item, kptPackage), has(item, kptSequenceIndent), isKptfile(item.Meta):
			return hostKpt
		case has(item, kustomizeID):
			found = hostKustomize
		}
	}
	return found
}

// forgetPaths takes away the paths that kustomize sends: it knows no files, and invents names after the first function.
func forgetPaths(list *resourcelist.List) {
	for _, item := range list.Items {
		delete(item.Annotations, pathAnnotation)
		delete(item.Annotations, legacyPathAnnotation)
	}
}

func has(item *resourcelist.Item, annotation string) bool {
	_, found := item.Annotations[annotation]
	return found
}

// lineOf is the item's line in the input where that means something to the user: a host has rewritten what it sends, so its
// lines are in no file.
func lineOf(item *resourcelist.Item) int {
	for _, fromHost := range []string{indexAnnotation, legacyIndexAnnotation, pathAnnotation, legacyPathAnnotation, functionAnnotation} {
		if _, found := item.Annotations[fromHost]; found {
			return 0
		}
	}
	return item.Line
}

// pathOf is the file of an item; "" where the host says none.
func pathOf(item *resourcelist.Item) string {
	if file := item.Annotations[pathAnnotation]; file != "" {
		return file
	}
	return item.Annotations[legacyPathAnnotation]
}

// isLocal says whether hosts keep an item from being applied.
func isLocal(item *resourcelist.Item) bool {
	value, found := item.Annotations[localAnnotation]
	return found && value != "false"
}

func isKptfile(meta resourcelist.Meta) bool {
	return meta.Kind == "Kptfile" && strings.HasPrefix(meta.APIVersion, "kpt.dev/")
}
