package inventory

// Reason is why something could not be read.
type Reason string

// The reasons. Whatever the reason, what is concerned was not checked.
const (
	// NoCredentials: there is no API key to ask with, or it cannot be read.
	NoCredentials Reason = "no credentials"
	// KeyRefused: the API key is unknown or has expired (401).
	KeyRefused Reason = "API key refused"
	// NotPermitted: the API key lacks a permission (403).
	NotPermitted Reason = "not permitted"
	// NoSuchRegion: the API knows no such region.
	NoSuchRegion Reason = "no such region"
	// Unavailable: no answer, or refusals to the end of all attempts (connection errors, 429, 5xx).
	Unavailable Reason = "unavailable"
	// Malformed: an answer that is not what the API promises (HTML, half a body, pages without end).
	Malformed Reason = "malformed answer"
	// TimedOut: the total deadline passed before it was read.
	TimedOut Reason = "timed out"
	// Interrupted: the run was stopped, as with Ctrl-C, before it was read.
	Interrupted Reason = "interrupted"
)

// Failure is something that could not be read.
type Failure struct {
	Reason Reason
	// FolderRef is the folder concerned.
	FolderRef FolderRef
	// Secret is the name of the secret concerned; empty means the whole folder.
	Secret string
	// Message has the question, the answer and the fix. It names variables and never holds their value, nor that of a
	// secret.
	Message string
}

// Reading is what was read from Secret Manager, and what could not be read.
type Reading struct {
	// Inventory holds the folders that were listed in full.
	Inventory *Inventory
	// Failures are sorted by folder and secret.
	Failures []Failure
	// Uncounted are the projects whose secrets could not be counted, sorted; their FolderRef has no Path. Only the
	// count of their secrets is missing: the folders of the Inventory are complete all the same.
	Uncounted []Failure
}
