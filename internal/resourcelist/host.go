package resourcelist

import (
	"cmp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/wellknown"
)

// Host is the program that sent a list, as far as the list shows it.
type Host string

// Hosts.
const (
	// UnknownHost is any other program, or a person with a pipe.
	UnknownHost Host = ""
	Kustomize   Host = "kustomize"
	Kpt         Host = "kpt"
)

// Annotations that one host alone sends with every item: kpt when rendering, kpt in every command, kustomize. Facts:
// docs/facts.md, "What hosts send".
const (
	kptPackage        = "internal.config.kubernetes.io/package-path"
	kptSequenceIndent = "internal.config.kubernetes.io/seqindent"
	kustomizeID       = "kustomize.config.k8s.io/id"
)

// host finds out who sent the list.
func (l *List) host() Host {
	found := UnknownHost
	if config := l.FunctionConfig; config != nil && has(config, wellknown.FunctionAnnotation) {
		found = Kustomize
	}
	for _, item := range l.Items {
		switch {
		case has(item, kptPackage), has(item, kptSequenceIndent), isKptfile(item.Meta):
			return Kpt
		case has(item, kustomizeID):
			found = Kustomize
		}
	}
	return found
}

func has(item *Item, annotation string) bool {
	_, found := item.Annotations[annotation]
	return found
}

func isKptfile(meta Meta) bool {
	return meta.Kind == "Kptfile" && strings.HasPrefix(meta.APIVersion, "kpt.dev/")
}

// forgetInventedPaths removes the paths that kustomize sends: after the first function they are no names of files.
// Facts: docs/facts.md, "What hosts send".
func (l *List) forgetInventedPaths() {
	if l.Host != Kustomize {
		return
	}
	for _, item := range l.Items {
		delete(item.Annotations, wellknown.PathAnnotation)
		delete(item.Annotations, wellknown.LegacyPathAnnotation)
	}
}

// File is the file of the item, as the host says; empty where it says none.
func (i *Item) File() string {
	return cmp.Or(i.Annotations[wellknown.PathAnnotation], i.Annotations[wellknown.LegacyPathAnnotation])
}

// FirstLine is the item's line in the input where that means something to the user, and 0 otherwise: a host has
// rewritten what it sends, so its lines are in no file.
func (i *Item) FirstLine() int {
	fromHost := []string{
		wellknown.IndexAnnotation, wellknown.LegacyIndexAnnotation, wellknown.PathAnnotation,
		wellknown.LegacyPathAnnotation,
		wellknown.FunctionAnnotation,
	}
	if slices.ContainsFunc(fromHost, func(annotation string) bool { return has(i, annotation) }) {
		return 0
	}
	return i.Line
}
