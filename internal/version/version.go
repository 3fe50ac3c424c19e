// Package version tells which version of Cloison a build is.
package version

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Number is the release that this source is, or is to become: a semantic version without a v. What a manifest needs is
// compared with it, so that a build of developers is as good as the release that it becomes.
const Number = "0.1.0"

// RuntimeMinimum is the oldest release of the sync runtime that serves what this build generates. It is raised to the
// coming [Number] where a manifest begins to need more of the runtime.
const RuntimeMinimum = "0.1.0"

// build is set by the linker to the version that git tells: -X cloison.dev/cloison/internal/version.build=v0.1.0
var build string

// Build is the version of this build, a semantic version with a v: the one that git told "make"; else the one that "go
// install" was asked for, or that git told "go build"; else [Number] with -dev behind it.
func Build() string {
	if build != "" {
		return build
	}
	if info, known := debug.ReadBuildInfo(); known && strings.HasPrefix(info.Main.Version, "v") {
		return info.Main.Version
	}
	return "v" + Number + "-dev"
}

// Line is what a program prints when it is asked for its version, with a line break at its end:
// cloison v0.1.0 (linux/amd64, go1.26.0)
func Line(program string) string {
	return fmt.Sprintf("%s %s (%s/%s, %s)\n", program, Build(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// runtimeImage is set by the linker when a release is built, after its image is: a manifest must not name an image that
// does not exist. -X cloison.dev/cloison/internal/version.runtimeImage=REPOSITORY@sha256:...
var runtimeImage string

// RuntimeImage is the reference, by digest, of the sync runtime's image that this build was released with; empty for a
// build that was released with none.
func RuntimeImage() string { return runtimeImage }
