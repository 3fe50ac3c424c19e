package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scaleway"
)

// live reads from Scaleway with the API keys that the environment names. Nothing is set up before something is read.
// Fields that are empty mean the defaults of capture.Reader.
type live struct {
	// profile of Scaleway's configuration file; empty means that the environment decides.
	profile     string
	timeout     time.Duration
	concurrency int
	// say gets how many of how many folders are read. It may be nil.
	say func(doing string)
}

// Read reads what the plans need to know. An interrupt ends it, and what was not read then is among the failures.
func (l live) Read(ctx context.Context, plans []*plan.Plan) inventory.Reading {
	ctx, stop := interruptible(ctx)
	defer stop()
	reading, _ := l.read(ctx, plans)
	return reading
}

// read also counts the calls.
func (l live) read(ctx context.Context, plans []*plan.Plan) (reading inventory.Reading, calls int) {
	accounts := scaleway.NewAccounts(scaleway.Environment{Lookup: os.LookupEnv, Profile: l.profile})
	reader := capture.Reader{Accounts: accounts, Concurrency: l.concurrency, Timeout: l.timeout}
	if l.say != nil {
		l.say("reading from Scaleway")
		reader.Progress = func(done, total int) {
			l.say(fmt.Sprintf("reading from Scaleway: %d of %d folders", done, total))
		}
	}
	reading = reader.Read(ctx, plans)
	return reading, accounts.Calls()
}

// interruptible is a context that the first interrupt ends. A second one ends the program at once.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
