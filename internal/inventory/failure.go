package inventory

// Reason says why something of Scaleway could not be read.
type Reason string

// The reasons. Whatever the reason, what is concerned was not checked.
const (
	// NoCredentials: there is no API key to ask with, or it cannot be read.
	NoCredentials Reason = "no credentials"
	// KeyRefused: Scaleway does not know the API key, or it has expired (401).
	KeyRefused Reason = "API key refused"
	// NotPermitted: the API key lacks a permission (403).
	NotPermitted Reason = "not permitted"
	// NoSuchRegion: the API knows no such region.
	NoSuchRegion Reason = "no such region"
	// Unavailable: no answer, or refusals to the end of all attempts (connection errors, 429, 5xx).
	Unavailable Reason = "unavailable"
	// Malformed: an answer that is not what the API promises (HTML, half a body, pages without end).
	Malformed Reason = "malformed answer"
	// TimedOut: the total deadline passed, or the run was stopped, before it was read.
	TimedOut Reason = "timed out"
)

// Failure is something that could not be read.
type Failure struct {
	Reason Reason
	// Place is the folder concerned.
	Place Place
	// Secret is the one secret of the folder that is concerned; empty means all of the folder.
	Secret string
	// Message says what was asked, what came back and what to do about it. It names variables and never holds their
	// value, nor that of a secret.
	Message string
}

// Reading is what was read just now, and what could not be.
type Reading struct {
	// Inventory holds the folders that were listed in full.
	Inventory *Inventory
	// Failures are sorted by place and secret.
	Failures []Failure
	// Uncounted are the projects whose secrets could not be counted, sorted; their Place has no Path. It is not known
	// of them how much of the quota is left, and nothing else: they are no reason not to use the Inventory.
	Uncounted []Failure
}
