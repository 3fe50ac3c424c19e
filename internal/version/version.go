// Package version has the version of this release.
package version

// Number of the release, in the form of semantic versioning.
const Number = "0.1.0"

// RuntimeMinimum is the oldest release of the sync runtime that serves what this build generates. It is raised to the
// coming [Number] where a manifest begins to need more of the runtime.
const RuntimeMinimum = "0.1.0"

// runtimeImage is set by the linker when a release is built, after its image is: a manifest must not name an image that
// does not exist. -X cloison.dev/cloison/internal/version.runtimeImage=REPOSITORY@sha256:...
var runtimeImage string

// RuntimeImage is the reference, by digest, of the sync runtime's image that this build was released with; empty for a
// build that was released with none.
func RuntimeImage() string { return runtimeImage }
