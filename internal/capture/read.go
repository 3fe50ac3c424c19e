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

// Read reads what the plans need to know: for each folder of a secret group one list, and another one of the secrets
// that are scheduled for deletion where a wanted one is missing; for each project one count; and for the secrets of
// which more must be known their enabled revisions, and the values in which something is looked for. What could not be
// read is among the failures, but for counts, which have a list of their own, and everything else in the Inventory,
// which is named after the first plan: a folder whose list failed is not in it; a secret of which more could not be
// known is, without what is not known. The result does not depend on the order of the answers.
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
				results[i].problems = []problem{c.problem(ctx, need.place, "", missing[i])}
				return
			}
			results[i] = c.folder(ctx, accounts[i], need)
		})
	}
	group.Wait()
	return gather(plans, results, counts, timeout)
}

// errTimeout tells the Reader's own deadline from an end that comes from outside.
var errTimeout = errors.New("the time for reading is over")

// accounts finds the API key of every folder, or why there is none.
func (r Reader) accounts(needs []*folderNeeds) ([]Scaleway, []error) {
	type owner struct {
		plan      *plan.Plan
		component string
	}
	found, missing := make([]Scaleway, len(needs)), make([]error, len(needs))
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

// result is what came of one folder.
type result struct {
	// folder is nil where its list failed.
	folder   *inventory.Folder
	problems []problem
}

// gather puts the results into their order.
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
