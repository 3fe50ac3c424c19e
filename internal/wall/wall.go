// Package wall has the terms of the wall probe, which generators, validators and the sync runtime share.
//
// The sync runtime tries whether a component's API key can read in the folders of other components: it reads, by path,
// a name that does not exist there. Refused is the wall; "not found" is a breach. Scaleway alerts on 20 refusals in 5
// minutes, so the runtimes of a Segregation take turns: each [Interval] is divided into slots of [Spacing], each probe
// has one of its own, and a runtime has those that begin at its offset. The slots are counted from the Unix epoch, so
// that runtimes agree on them without talking to each other. Facts: docs/facts.md, "Alerts on refusals".
package wall

import (
	"fmt"
	"strings"
	"time"

	"cloison.dev/cloison/internal/syntax"
)

const (
	// Spacing is the length of a slot. Any 5 minutes touch 9 slots at most, each of one refusal at most.
	Spacing = 40 * time.Second
	// MinInterval is the least time between two probes of the same folder.
	MinInterval = time.Hour
)

// Folder of Scaleway that a key must not read.
type Folder struct {
	// Region such as fr-par, ProjectID as a UUID.
	Region, ProjectID string
	// Path of the folder, such as /shop-backend.
	Path string
}

// String is the form of the folder in arguments and labels: REGION/PROJECT/PATH. Example:
// fr-par/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90/shop-backend.
func (f Folder) String() string { return f.Region + "/" + f.ProjectID + f.Path }

// ParseFolder reads the form of [Folder.String].
func ParseFolder(text string) (Folder, error) {
	region, rest, _ := strings.Cut(text, "/")
	project, path, found := strings.Cut(rest, "/")
	f := Folder{Region: region, ProjectID: project, Path: "/" + path}
	for _, part := range []struct {
		grammar syntax.Grammar
		value   string
	}{{syntax.Region, f.Region}, {syntax.ProjectIDAnyCase, f.ProjectID}, {syntax.Folder, f.Path}} {
		if !found || !part.grammar.Matches(part.value) {
			return Folder{}, fmt.Errorf("%q must be REGION/PROJECT/PATH, such as "+
				"fr-par/3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90/shop-backend: %q must be %s", text, part.value, part.grammar.Must)
		}
	}
	return f, nil
}

// Interval after which the probes of a Segregation are made again, where it has this many: a whole number of slots, and
// at least [MinInterval].
func Interval(probes int) time.Duration {
	return max(MinInterval, time.Duration(probes)*Spacing)
}
