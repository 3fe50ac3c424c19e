package capture

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/parallel"
	"cloison.dev/cloison/internal/syntax"
)

// caller bounds the calls at a time.
type caller struct {
	// slots has as many entries as there are calls under way. A call takes one for its own time, never while it waits
	// for other calls.
	slots chan struct{}
}

// call runs ask when there is a slot for it, unless the context ends first.
func (c *caller) call(ctx context.Context, ask func() error) error {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.slots }()
	if err := ctx.Err(); err != nil {
		return err
	}
	return ask()
}

// folder reads one folder, and what must be known of its secrets.
func (c *caller) folder(ctx context.Context, account SecretManager, need *folderNeeds) result {
	listed, err := c.list(ctx, account, need)
	if err != nil {
		return result{problems: []problem{c.problem(ctx, need.ref, "", err)}}
	}
	secrets := make([]inventory.Secret, len(listed))
	problems := make([][]problem, len(listed))
	var group parallel.Group
	for i, secret := range listed {
		secrets[i] = described(secret)
		wanted := need.secrets[secret.Name]
		if wanted == nil || !wanted.revisions || !secret.DeletionRequestedAt.IsZero() {
			continue
		}
		group.Go(func() {
			e := examination{caller: c, account: account, ref: need.ref, listed: secret, secret: &secrets[i]}
			e.run(ctx, wanted)
			problems[i] = e.problems
		})
	}
	group.Wait()
	return result{folder: &inventory.Folder{FolderRef: need.ref, Secrets: secrets},
		problems: slices.Concat(problems...)}
}

// described is the secret of an Inventory that a list describes.
func described(secret Secret) inventory.Secret {
	d := inventory.Secret{Name: secret.Name, Revision: secret.Revisions, Type: secret.Type, Ephemeral: secret.Ephemeral}
	if !secret.DeletionRequestedAt.IsZero() {
		d.DeletionRequestedAt = secret.DeletionRequestedAt.UTC().Format(time.RFC3339)
	}
	return d
}

// list lists the secrets of a folder, and those of the wanted ones that are scheduled for deletion.
func (c *caller) list(ctx context.Context, account SecretManager, need *folderNeeds) ([]Secret, error) {
	listed, err := c.secrets(ctx, account, need.ref, false)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	for _, secret := range listed {
		switch {
		case there[secret.Name]:
			return nil, malformed(need.ref, fmt.Sprintf("secret %.80q came twice", secret.Name))
		case !syntax.SecretName.Matches(secret.Name):
			return nil, malformed(need.ref, "a secret came under a name that none can have")
		}
		there[secret.Name] = true
	}
	missing := maps.Clone(need.secrets)
	maps.DeleteFunc(missing, func(name string, _ *secretNeeds) bool { return there[name] })
	if len(missing) == 0 {
		return listed, nil
	}
	going, err := c.going(ctx, account, need.ref, missing)
	return append(listed, going...), err
}

func (c *caller) secrets(ctx context.Context, account SecretManager, ref inventory.FolderRef,
	scheduledForDeletion bool) (listed []Secret, err error) {
	err = c.call(ctx, func() error {
		listed, err = account.Secrets(ctx, ref, scheduledForDeletion)
		return err
	})
	return listed, err
}

// going lists those of the missing secrets that are scheduled for deletion. Of several with one name it keeps the one
// that was deleted last.
func (c *caller) going(ctx context.Context, account SecretManager, ref inventory.FolderRef,
	missing map[string]*secretNeeds) ([]Secret, error) {
	listed, err := c.secrets(ctx, account, ref, true)
	if err != nil {
		return nil, err
	}
	ids, last := map[string]bool{}, map[string]Secret{}
	for _, secret := range listed {
		if missing[secret.Name] == nil {
			continue
		}
		if ids[secret.ID] {
			return nil, malformed(ref, fmt.Sprintf("secret %.80q, scheduled for deletion, came twice", secret.Name))
		}
		if secret.DeletionRequestedAt.IsZero() {
			return nil, malformed(ref, fmt.Sprintf("secret %.80q is scheduled for deletion, "+
				"and it is not said since when", secret.Name))
		}
		ids[secret.ID] = true
		if secret.DeletionRequestedAt.After(last[secret.Name].DeletionRequestedAt) {
			last[secret.Name] = secret
		}
	}
	return slices.Collect(maps.Values(last)), nil
}

// malformed is the error for a list that no folder can have. It does not quote the answer, which may hold anything.
func malformed(ref inventory.FolderRef, what string) *Error {
	return &Error{Reason: inventory.Malformed, Message: fmt.Sprintf(
		"list the secrets of %s: %s; try again; if it stays so, look at SCW_API_URL and at what is between",
		ref, what)}
}
