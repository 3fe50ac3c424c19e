package capture

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/parallel"
	"cloison.dev/cloison/internal/plan"
)

const (
	defaultConcurrency = 16
	defaultTimeout     = 30 * time.Second
)

// Read makes these calls: for each folder of a secret group a list, and where a wanted secret is missing another one of
// the secrets that are scheduled for deletion; for each project a count; for secrets of which more must be known a list
// of their enabled revisions, and the values in which something is looked for.
//
// The Inventory of the result is named after the first plan. It lacks the folders whose list failed, and of a secret
// what could not be read. Failures has one entry for each, Uncounted the projects whose count failed. The result does
// not depend on the order of the answers.
func (r Reader) Read(ctx context.Context, plans []*plan.Plan) inventory.Reading {
	timeout := defaultTimeout
	if r.Timeout > 0 {
		timeout = r.Timeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errTimeout)
	defer cancel()
	needs := needsOf(plans)
	accounts, missing := r.accounts(needs)
	c := &caller{slots: make(chan struct{}, cmp.Or(max(r.Concurrency, 0), defaultConcurrency))}
	done := progress{total: len(needs), tell: r.Progress}

	results := make([]result, len(needs))
	var counts counts
	var group parallel.Group
	group.Go(func() { counts = c.count(ctx, needs, accounts) })
	for i, need := range needs {
		group.Go(func() {
			defer done.add()
			if missing[i] != nil {
				results[i].problems = []problem{c.problem(ctx, need.ref, "", missing[i])}
				return
			}
			results[i] = c.folder(ctx, accounts[i], need)
		})
	}
	group.Wait()
	return gather(plans, results, counts, timeout)
}

// errTimeout is the cause of a context that ended by the Reader's own deadline.
var errTimeout = errors.New("the time for reading is over")

// accounts finds the API key of every folder, or why there is none.
func (r Reader) accounts(needs []*folderNeeds) ([]SecretManager, []error) {
	type owner struct {
		plan      *plan.Plan
		component string
	}
	found, missing := make([]SecretManager, len(needs)), make([]error, len(needs))
	first := map[owner]int{}
	for i, need := range needs {
		who := owner{need.plan, need.component}
		if known, asked := first[who]; asked {
			found[i], missing[i] = found[known], missing[known]
			continue
		}
		first[who] = i
		found[i], missing[i] = r.Accounts.Account(need.plan, need.component)
	}
	return found, missing
}

// result is one folder with what could not be read.
type result struct {
	// folder is nil where its list failed.
	folder   *inventory.Folder
	problems []problem
}

// gather sorts the results.
func gather(plans []*plan.Plan, results []result, counts counts, timeout time.Duration) inventory.Reading {
	name := ""
	if len(plans) > 0 {
		name = plans[0].Segregation
	}
	reading := inventory.Reading{Inventory: inventory.New(name)}
	reading.Inventory.Spec.Projects = counts.projects
	var problems []problem
	read := 0
	for _, result := range results {
		if result.folder != nil {
			reading.Inventory.Spec.Folders = append(reading.Inventory.Spec.Folders, *result.folder)
		}
		if len(result.problems) == 0 {
			read++
		}
		problems = append(problems, result.problems...)
	}
	reading.Inventory.Sort()
	failures := func(of []problem) []inventory.Failure {
		var all []inventory.Failure
		for _, p := range of {
			all = append(all, p.failure(timeout, read, len(results)))
		}
		slices.SortFunc(all, compareFailures)
		return all
	}
	reading.Failures, reading.Uncounted = failures(problems), failures(counts.problems)
	return reading
}

// progress counts folders.
type progress struct {
	mu          sync.Mutex
	done, total int
	tell        func(done, total int)
}

func (p *progress) add() {
	if p.tell == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	p.tell(p.done, p.total)
}
