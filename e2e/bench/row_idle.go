package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// idleKeys are those of each secret group.
const idleKeys = 4

// idle is what a program holds and does when nothing changes.
type idle struct {
	memory, own, peak, cpu, hourly, watches figure
	lab                                     *lab
	keys                                    int
	before                                  use
}

// idleMemory is the budget by the number of Secrets: of what a process has allocated. The kubelet counts that, and files
// in memory only while they are in constant use, which the pages of a program are not.
var idleMemory = map[int]int64{5: 30 << 20, 100: 64 << 20}

// measureIdle has both programs idle at the same time, with all numbers of Secrets: what is idle disturbs nothing.
func (b *bench) measureIdle(ctx context.Context) (rows []row, err error) {
	var all []*idle // for each number, ours and that of the operator
	for _, n := range b.idle {
		for _, who := range []contestant{ours, eso} {
			i, err := b.startIdle(ctx, who, n)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", who, err)
			}
			defer closing(i.lab, &err)
			all = append(all, i)
		}
	}
	if err := b.idleTogether(ctx, all); err != nil {
		return nil, err
	}
	for i, n := range b.idle {
		rows = append(rows, b.idleRows(n, all[2*i], all[2*i+1])...)
	}
	return rows, nil
}

// idleTogether looks at programs before and after the window.
func (b *bench) idleTogether(ctx context.Context, all []*idle) error {
	if err := pause(ctx, b.settle); err != nil {
		return err
	}
	for _, i := range all {
		if err := i.begin(); err != nil {
			return err
		}
	}
	if err := pause(ctx, b.window); err != nil {
		return err
	}
	for _, i := range all {
		if err := i.end(b.window); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) idleRows(n int, oursIs, esoIs *idle) []row {
	what := fmt.Sprintf("%d Secrets: ", n)
	return []row{
		{name: what + "memory", ours: oursIs.own, eso: esoIs.own, budget: atMost(memory(idleMemory[n])),
			note: "allocated: kubectl top shows this and about 1 MiB of the kernel's"},
		{name: what + "resident memory", ours: oursIs.memory, eso: esoIs.memory,
			note: "with the pages of the program, which the node takes back when it needs them"},
		{name: what + "peak memory", ours: oursIs.peak, eso: esoIs.peak},
		{name: what + "CPU per hour", ours: oursIs.cpu, eso: esoIs.cpu, note: "extrapolated from " + b.window.String()},
		{name: what + "calls per hour", ours: oursIs.hourly, eso: esoIs.hourly, note: "extrapolated, with one full refresh"},
		{name: what + "watches at the API server", ours: oursIs.watches, eso: esoIs.watches},
	}
}

// startIdle starts a program and has it fill n Secrets.
func (b *bench) startIdle(ctx context.Context, who contestant, n int) (i *idle, err error) {
	groups, names, tests := map[string]group{}, []string{}, map[string]test{}
	for g := range n {
		names = append(names, fmt.Sprintf("g%d", g))
		groups[names[g]] = keysOf(idleKeys)
	}
	before, err := b.watches(ctx)
	if err != nil {
		return i, err
	}
	l, err := b.newLab(ctx, who, segregation{groups: groups})
	if err != nil {
		return i, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	i = &idle{lab: l, keys: n * idleKeys}
	for _, name := range names {
		if err := l.seed(name, idleKeys); err != nil {
			return i, err
		}
		tests[l.target(name)] = holds(idleKeys)
	}
	if err := l.start(); err != nil {
		return i, err
	}
	took, err := l.fill(ctx, tests, b.bound, l.create(names...))
	if err != nil {
		return i, err
	} else if took.more {
		return i, fmt.Errorf("has not filled all Secrets within %s; it says: %s", b.bound, l.running.Tail(3))
	}
	now, err := b.watches(ctx)
	i.watches = calls(now - before - 1) // one is the bench's own
	return i, err
}

func (i *idle) begin() (err error) {
	i.lab.scaleway.ResetStats()
	i.before, err = usedBy(i.lab.running.PID())
	return err
}

func (i *idle) end(window time.Duration) error {
	if err := i.lab.running.Running(); err != nil {
		return err
	}
	now, err := usedBy(i.lab.running.PID())
	hours := float64(window) / float64(time.Hour)
	i.memory, i.own, i.peak = memory(now.memory), memory(now.own), memory(now.peak)
	i.cpu = duration(time.Duration(float64(now.cpu-i.before.cpu) / hours))
	refresh := i.keys
	if i.lab.who == eso {
		refresh *= callsPerKey
	}
	i.hourly = calls(int(float64(i.lab.scaleway.Stats().Total())/hours) + refresh)
	return err
}

// watches is how many watches the API server serves.
func (b *bench) watches(ctx context.Context) (int, error) {
	text, err := b.Clientset.CoreV1().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the metrics of the API server: %w", err)
	}
	return parseWatches(string(text))
}

// parseWatches sums up the watches of the API server's metrics.
func parseWatches(metrics string) (int, error) {
	sum, found := 0, false
	for line := range strings.Lines(metrics) {
		if !strings.HasPrefix(line, "apiserver_longrunning_requests{") || !strings.Contains(line, `verb="WATCH"`) {
			continue
		}
		_, number, _ := strings.Cut(strings.TrimSpace(line), "} ")
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return 0, fmt.Errorf("read the metrics of the API server: %q must be a number", number)
		}
		sum, found = sum+int(value), true
	}
	if !found {
		return 0, errors.New("read the metrics of the API server: there is no apiserver_longrunning_requests")
	}
	return sum, nil
}
