// Package kustomization is the folder of what users apply beside what is generated for them: the base of the sync
// runtime for people who write manifests by hand, its CRDs, its dashboard and its alerts, a package for kpt, and the
// plugin for Argo CD. Its tests and those of e2e hold all of it against the programs that it is for.
package kustomization

//go:generate go run ./generate
