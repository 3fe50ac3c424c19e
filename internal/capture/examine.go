package capture

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/inventory"
)

// examination completes one secret with what a list does not have.
type examination struct {
	*caller
	account SecretManager
	ref     inventory.FolderRef
	// listed is the secret of the list, secret the one that is completed.
	listed   Secret
	secret   *inventory.Secret
	problems []problem
}

// run lists the enabled revisions and reads the wanted values. It reads none of a secret with an ephemeral policy,
// since that may consume it.
func (e *examination) run(ctx context.Context, wanted *secretNeeds) {
	if err := e.revisions(ctx); err != nil {
		e.failed(ctx, err)
		return
	}
	if e.secret.Ephemeral != nil {
		return
	}
	queries := wanted.queriesOf(e.secret.Enabled)
	for _, revision := range slices.Sorted(maps.Keys(queries)) {
		e.value(ctx, revision, queries[revision])
	}
}

func (e *examination) failed(ctx context.Context, err error) {
	e.problems = append(e.problems, e.problem(ctx, e.ref, e.secret.Name, err))
}

func (e *examination) revisions(ctx context.Context) error {
	var enabled []int
	err := e.call(ctx, func() (err error) {
		enabled, err = e.account.EnabledRevisions(ctx, e.ref, e.listed)
		return err
	})
	if err != nil {
		return err
	}
	enabled = slices.Compact(slices.Sorted(slices.Values(enabled)))
	if len(enabled) == 0 {
		e.secret.Enabled = []int{}
		return nil
	}
	if enabled[0] < 1 {
		return &Error{Reason: inventory.Malformed, Message: fmt.Sprintf("list versions of secret %q in %s: "+
			"%d came, which is no revision", e.secret.Name, e.ref, enabled[0])}
	}
	e.secret.Enabled = enabled
	e.secret.Revision = max(e.secret.Revision, enabled[len(enabled)-1]) // it may have been made since the list
	return nil
}

// value examines the value of a revision, and overwrites it before the next call.
func (e *examination) value(ctx context.Context, revision int, queries []string) {
	var content inventory.Content
	var undecided []string
	err := e.call(ctx, func() error {
		value, err := e.account.Value(ctx, e.ref, e.listed, revision)
		defer clear(value)
		if err != nil {
			return err
		}
		content, undecided = look(value, revision, queries)
		return nil
	})
	if err != nil {
		e.failed(ctx, err)
		return
	}
	e.secret.Contents = append(e.secret.Contents, content)
	for _, query := range undecided {
		e.failed(ctx, &Error{Reason: inventory.Malformed, Message: fmt.Sprintf(
			"look for property %.80q in revision %d of secret %q in %s: gjson breaks down on it, as it would in "+
				"External Secrets Operator, or "+
				"would have too much to do; shorten the property, or correct the value",
			query, revision, e.secret.Name, e.ref)})
	}
}
