// Package register replaces External Secrets Operator's package of the same
// path: it registers the Scaleway provider and none of the forty others, whose
// SDKs make up most of the operator's build.
package register

import (
	// For its side effect, as in the package it replaces.
	_ "github.com/external-secrets/external-secrets/pkg/provider/scaleway"
)
