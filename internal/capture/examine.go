package capture

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/inventory"
)

// examination finds out about one secret what a list does not say.
type examination struct {
	*caller
	account Scaleway
	place   inventory.Place
	// listed is what the list said, secret what is completed.
	listed   Secret
	secret   *inventory.Secret
	problems []problem
}

// run asks which revisions are enabled and, unless the secret has an ephemeral policy, looks at the values that are
// wanted of them: a value with such a policy may be consumed by reading it.
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
	e.problems = append(e.problems, e.problem(ctx, e.place, e.secret.Name, err))
}

func (e *examination) revisions(ctx context.Context) error {
	var enabled []int
	err := e.call(ctx, func() (err error) {
		enabled, err = e.account.EnabledRevisions(ctx, e.place, e.listed)
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
			"%d came, which is no revision", e.secret.Name, e.place, enabled[0])}
	}
	e.secret.Enabled = enabled
	e.secret.Revision = max(e.secret.Revision, enabled[len(enabled)-1]) // it may have been made since the list
	return nil
}

// value looks at the value of a revision, which is wiped before the next call.
func (e *examination) value(ctx context.Context, revision int, queries []string) {
	var content inventory.Content
	var undecided []string
	err := e.call(ctx, func() error {
		value, err := e.account.Value(ctx, e.place, e.listed, revision)
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
			query, revision, e.secret.Name, e.place)})
	}
}
