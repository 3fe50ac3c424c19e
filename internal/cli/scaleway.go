package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

// live reads from Scaleway with the API keys that the environment names. Nothing is set up before something is read.
type live struct {
	// progress is told how many of how many folders are read; nil means that nobody wants to know.
	progress func(done, total int)
}

// Read reads what the plans need to know. An interrupt ends it, and what was not read then is among the failures.
func (l live) Read(ctx context.Context, plans []*plan.Plan) inventory.Reading {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	reader := capture.Reader{
		Accounts: scaleway.NewAccounts(scaleway.Environment{Lookup: os.LookupEnv}),
		Progress: l.progress,
	}
	return reader.Read(ctx, plans)
}
