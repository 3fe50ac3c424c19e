// Package capture reads from Secret Manager what the plans need to know, and no more: the folders of their secret
// groups, one paged list each, and values only of secrets of which a property is named.
package capture

import (
	"context"
	"time"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// SecretManager is the API with one API key. Errors are *[Error]. The methods are safe for concurrent use, and return
// when the context ends.
type SecretManager interface {
	// Secrets lists a folder in full, without its subfolders: the secrets that are scheduled for deletion, or the
	// others.
	Secrets(ctx context.Context, of inventory.FolderRef, scheduledForDeletion bool) ([]Secret, error)
	// SecretCount counts the secrets of a project, in all folders of one region.
	SecretCount(ctx context.Context, region, projectID string) (int, error)
	// EnabledRevisions lists the revisions of a secret of a folder whose value can be read, ascending. Errors name the
	// folder and the secret as people do, never by the id.
	EnabledRevisions(ctx context.Context, of inventory.FolderRef, secret Secret) ([]int, error)
	// Value reads the value of one revision. Its errors are like those of EnabledRevisions.
	Value(ctx context.Context, of inventory.FolderRef, secret Secret, revision int) ([]byte, error)
}

// Secret is a secret as the API lists it.
type Secret struct {
	// ID is a UUID. It is for calls only: messages have names and paths.
	ID   string
	Name string
	// Revisions counts the revisions ever made: the number of the newest one.
	Revisions int
	Type      string
	// Ephemeral is nil where the secret has no ephemeral policy.
	Ephemeral *inventory.Ephemeral
	// DeletionRequestedAt is zero for a secret that is not scheduled for deletion.
	DeletionRequestedAt time.Time
}

// Error is a call that failed.
type Error struct {
	Reason inventory.Reason
	// Message has the question, the answer and the fix, never a value of a secret.
	Message string
}

func (e *Error) Error() string { return e.Message }

// Accounts finds the API key for the folders of a component, and returns the same pointer for the same key. The error
// is an *[Error] with the Reason NoCredentials.
type Accounts interface {
	Account(of *plan.Plan, component string) (SecretManager, error)
}

// Reader reads from Secret Manager.
type Reader struct {
	Accounts Accounts
	// Concurrency bounds the calls at a time. Default: 16.
	Concurrency int
	// Timeout bounds the whole reading. Default: 30 s.
	Timeout time.Duration
	// Progress is called after each folder, read or failed, with the number of folders that are done and of all
	// folders. Calls do not overlap. Progress may be nil.
	Progress func(done, total int)
}
