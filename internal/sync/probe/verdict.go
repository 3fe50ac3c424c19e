package probe

import (
	"errors"
	"fmt"

	"cloison.dev/cloison/internal/scaleway"
)

// Result of a probe, as metrics have it.
type Result string

// Results.
const (
	// Refused: the wall stands.
	Refused Result = "refused"
	// Breach: the API key can read in the folder.
	Breach Result = "breach"
	// Unknown: nothing could be decided.
	Unknown Result = "unknown"
)

// Verdict is what the answers mean.
type Verdict struct {
	Result Result
	// Why it is unknown; empty where it is not.
	Why string
}

// Judge judges the answers to reads of a name that cannot exist: the error of the read in the store's own folder, and,
// by asking, that of the read in the other one. Nil is a value. It asks only where the own answer is "not found": with
// any other, nothing would be known. Its texts hold no value.
func Judge(own error, other func() error) Verdict {
	if kind := kindOf(own); kind != scaleway.Absent {
		return Verdict{Unknown, "a read in its own folder must be answered with \"not found\", and was not: " +
			text(own)}
	}
	err := other()
	switch kindOf(err) {
	case scaleway.Denied:
		return Verdict{Result: Refused}
	case scaleway.Absent, given:
		return Verdict{Result: Breach}
	}
	return Verdict{Unknown, text(err)}
}

// given is the kind of an answer with a value.
const given scaleway.Failure = ""

func kindOf(err error) scaleway.Failure {
	if err == nil {
		return given
	}
	if failed, is := errors.AsType[*scaleway.VaultError](err); is {
		return failed.Failure
	}
	return scaleway.Malformed
}

// text says what an answer was.
func text(err error) string {
	switch failed, is := errors.AsType[*scaleway.VaultError](err); {
	case err == nil:
		return "a value came for a name that cannot exist"
	case is:
		return failed.Message
	}
	return fmt.Sprintf("the call failed in a way that is not known (%T)", err)
}
