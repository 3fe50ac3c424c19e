package capture

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"cloison.dev/cloison/internal/inventory"
)

// problem is something that could not be read.
type problem struct {
	ref    inventory.FolderRef
	secret string
	err    error
	// ended is the cause for which the context had ended; nil where it had not.
	ended error
}

// problem is the failure of one call with err.
func (c *caller) problem(ctx context.Context, ref inventory.FolderRef, secret string, err error) problem {
	return problem{ref: ref, secret: secret, err: err, ended: context.Cause(ctx)}
}

// failure is the problem as it is reported, with the numbers of folders that were read and of all.
func (p problem) failure(timeout time.Duration, read, total int) inventory.Failure {
	failure := inventory.Failure{FolderRef: p.ref, Secret: p.secret}
	known, isKnown := errors.AsType[*Error](p.err)
	switch {
	case p.ended != nil && (!isKnown || endsByContext(known.Reason)):
		var what, fix string
		failure.Reason, what, fix = ending(p.ended, timeout)
		failure.Message = fmt.Sprintf("%s; %d of %d folders were read; %s", what, read, total, fix)
	case isKnown:
		failure.Reason, failure.Message = known.Reason, known.Message
	default:
		failure.Reason = inventory.Unavailable
		failure.Message = fmt.Sprintf("ask Scaleway: an error of type %T, whose text is not "+
			"repeated: it may hold a value", p.err)
	}
	return failure
}

// endsByContext reports whether a reason may come of the end of the context.
func endsByContext(reason inventory.Reason) bool {
	return reason == inventory.TimedOut || reason == inventory.Interrupted || reason == inventory.Unavailable
}

// ending describes why reading ended, and the fix.
func ending(cause error, timeout time.Duration) (reason inventory.Reason, what, fix string) {
	if errors.Is(cause, errTimeout) {
		return inventory.TimedOut, fmt.Sprintf("not read within %s", timeout),
			`try again; "cloison inventory" can be given more time with --timeout`
	}
	return inventory.Interrupted, "not read before the run was stopped", "run it again"
}

func compareFailures(a, b inventory.Failure) int {
	return cmp.Or(a.FolderRef.Compare(b.FolderRef), cmp.Compare(a.Secret, b.Secret), cmp.Compare(a.Reason, b.Reason),
		cmp.Compare(a.Message, b.Message))
}
