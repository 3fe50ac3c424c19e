// Package admission computes what the API server does with ResourceQuotas and LimitRanges: what it fills in, what it
// counts, and what it refuses. It knows nothing of manifests, components and findings. Facts: docs/facts.md, "What the
// API server defaults, counts and refuses".
package admission

import "cloison.dev/cloison/internal/fieldpath"

// Refusal is a reason for which the API server refuses an object.
type Refusal struct {
	Field fieldpath.Path
	// Message quotes the value and says what it must be; Fix is what to do about it.
	Message, Fix string
}
