// Package version has the version of this release.
package version

// Number of the release, in the form of semantic versioning.
const Number = "0.1.0"

// RuntimeImage is the sync runtime's image of the same release.
const RuntimeImage = "cloison.dev/cloison-sync:v" + Number
