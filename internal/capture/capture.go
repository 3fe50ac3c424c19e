// Package capture reads from Scaleway what the plans need to know, and no more: the folders of their secret groups, one
// paged list each, and values only of secrets of which a property is named.
package capture

import (
	"context"
	"time"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// Scaleway is what is asked of Secret Manager with one API key. Errors are *Error; the methods are safe for concurrent
// use and give up when the context ends.
type Scaleway interface {
	// Secrets lists a folder in full, without its subfolders: the secrets that are scheduled for deletion, or the
	// others.
	Secrets(ctx context.Context, of inventory.Place, scheduledForDeletion bool) ([]Secret, error)
	// SecretCount counts the secrets of a project, in all folders of one region.
	SecretCount(ctx context.Context, region, projectID string) (int, error)
	// EnabledRevisions lists the revisions of a secret of a folder whose value can be read, ascending. Errors name the
	// folder and the secret as people do, never by the id.
	EnabledRevisions(ctx context.Context, of inventory.Place, secret Secret) ([]int, error)
	// Value reads the value of one revision. Its errors are like those of EnabledRevisions.
	Value(ctx context.Context, of inventory.Place, secret Secret, revision int) ([]byte, error)
}

// Secret is a secret as Scaleway lists it.
type Secret struct {
	// ID is what Scaleway finds the secret by. It is for calls only: people know names and paths.
	ID   string
	Name string
	// Revisions counts the revisions ever made, which is the number of the newest.
	Revisions int
	Type      string
	// Ephemeral is nil where the secret has no ephemeral policy.
	Ephemeral *inventory.Ephemeral
	// DeletionRequestedAt is zero where the secret stays.
	DeletionRequestedAt time.Time
}

// Error is a call that did not give what was asked for.
type Error struct {
	Reason inventory.Reason
	// Message says what was asked, what came back and what to do, without any value.
	Message string
}

func (e *Error) Error() string { return e.Message }

// Accounts finds the API key for the folders of a component: the same pointer for the same key. The error is an *Error
// with the Reason NoCredentials.
type Accounts interface {
	Account(of *plan.Plan, component string) (Scaleway, error)
}

// Reader reads from Scaleway.
type Reader struct {
	Accounts Accounts
	// Concurrency bounds the calls at a time. Default: 16.
	Concurrency int
	// Timeout bounds the whole reading. Default: 30 s.
	Timeout time.Duration
	// Progress is told how many of how many folders are done with, whether they could be read or not; nil means that
	// nobody wants to know. It is called by one goroutine at a time.
	Progress func(done, total int)
}
