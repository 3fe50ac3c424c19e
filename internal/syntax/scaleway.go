package syntax

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/form"
)

// Region is a region of Scaleway.
var Region = byPattern(`[a-z]{2}-[a-z]{3}`, "a Scaleway region such as fr-par, nl-ams or pl-waw").meaning(meantRegion)

// Zone is an availability zone, which people take for a region.
var Zone = byPattern(`[a-z]{2}-[a-z]{3}-[0-9]`, "a Scaleway zone such as fr-par-1")

// Regions are those that Scaleway Secret Manager is known to have. Facts: docs/facts.md, "Regions".
func Regions() []string { return []string{"fr-par", "nl-ams", "pl-waw"} }

// RegionOf is the region of a zone; empty for a text that is no [Zone].
func RegionOf(zone string) string {
	if !Zone.Matches(zone) {
		return ""
	}
	return zone[:strings.LastIndexByte(zone, '-')]
}

const (
	lowerUUID = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	anyUUID   = `[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`
)

// ProjectID is the id of a project as Cloison writes it, so that ids can be compared as texts.
var ProjectID = byPattern(lowerUUID, "the UUID of a Scaleway project, in lower case").meaning(meantProjectID)

// ProjectIDAnyCase is the id of a project as Scaleway's API and the External Secrets Operator take it: both accept
// upper-case letters. It is for files that Cloison does not write, such as a SecretStore written by hand.
var ProjectIDAnyCase = byPattern(anyUUID, "the UUID of a Scaleway project")

// UUID is any id of Scaleway in a reference, such as that of a secret. Scaleway accepts upper-case letters.
var UUID = byPattern(anyUUID, "a UUID")

// SecretName is the name of a secret in Secret Manager.
var SecretName = byPattern(`[_a-zA-Z0-9]([-_.a-zA-Z0-9]*[_a-zA-Z0-9])?`,
	"the name of a Scaleway secret: letters, digits, underscores, dots and dashes")

// longestSegment is the greatest length of a segment of a folder's path.
const longestSegment = 255

// segmentText is a segment without its bound: {1,255} takes 1 ms to compile.
var segmentText = form.New(`^[-_.a-zA-Z0-9]+$`)

// PathSegment is one segment of the path of a folder, as Scaleway takes it. "." and ".." are segments there.
var PathSegment = Grammar{
	Pattern: `[-_.a-zA-Z0-9]{1,255}`,
	Must:    "1 to 255 letters, digits, dots, underscores and dashes",
	matches: func(text string) bool { return len(text) <= longestSegment && segmentText.Matches(text) },
}

// Folder is the absolute path of a folder: the root, or segments. It is narrower than Scaleway, which takes "." and
// ".." for names: whoever reads /production/../staging expects something else.
var Folder = Grammar{
	Pattern: `/|(/[-_.a-zA-Z0-9]{1,255})+`,
	Not:     `/[.]{1,2}(/|$)`,
	Must: "an absolute path such as /production/shop: segments of letters, digits, dots, underscores and dashes, " +
		"no slash at the end",
	matches: isFolder,
	meant:   meantFolder,
}

func isFolder(text string) bool {
	segments, absolute := strings.CutPrefix(text, "/")
	if segments == "" {
		return absolute
	}
	return absolute && !slices.ContainsFunc(strings.Split(segments, "/"), func(segment string) bool {
		return !PathSegment.Matches(segment) || segment == "." || segment == ".."
	})
}

// LatestEnabled is the newest revision of a secret that is enabled: what Scaleway serves when no revision is asked for.
const LatestEnabled = "latest_enabled"

// Revision is the revision of a secret that a Segregation may ask for. It is narrower than [RevisionSelector]: the
// latest revision may be disabled, and then nothing is read.
var Revision = Grammar{
	Pattern: revisionPattern,
	Must:    "a revision number such as 3, or latest_enabled",
	matches: form.New(`^(?:` + revisionPattern + `)$`).Matches,
	meant:   meantRevision,
	advice:  adviseRevision,
}

const revisionPattern = `[1-9][0-9]{0,8}|` + LatestEnabled

// RevisionSelector is what Scaleway's API takes for a revision.
var RevisionSelector = byPattern(`[1-9][0-9]*|latest|latest_enabled`, "a number, latest or latest_enabled")

// AccessKeyID is the public half of an API key. The other half, the secret key, is a [UUID].
var AccessKeyID = byPattern(`SCW[A-Z0-9]{17}`, "the access key of a Scaleway API key")

// NeitherHalf is a pattern for what is half of an API key, for [Grammar.Not] of names that people mistake for it.
const NeitherHalf = `^SCW[A-Z0-9]{17}$|^` + anyUUID + `$`

// IsAPIKey reports whether a text has the form of half of an API key.
func IsAPIKey(text string) bool { return AccessKeyID.Matches(text) || UUID.Matches(text) }
