// Command bench measures the sync runtime side by side with the External Secrets Operator (ESO): on one real
// kube-apiserver, against one emulator of Scaleway, in one run. Both are the programs that users deploy, as processes
// of their own: the runtime with the arguments and the rights that are generated for it, the operator with its defaults
// and an administrator's rights, and confined to the namespace that it serves, where it needs the least memory.
//
// Every row is judged by the project's budget for it, if there is one. Exit codes: 0 all budgets are held, 1 one is
// missed, 3 one could not be decided, or the run did not come to its end.
//
// "make bench-sync" in the module's root builds everything and runs it. It takes less than 25 minutes on two cores.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"cloison.dev/cloison/e2e/cluster"
)

var errOverBudget = errors.New("a budget is missed")

// runLimit ends everything, whatever hangs.
const runLimit = 40 * time.Minute

func main() {
	var o options
	flag.BoolVar(&o.quick, "quick", false, "measure less of everything, in about three minutes; most budgets do not apply")
	flag.StringVar(&o.sections, "sections", "", "measure only these `sections`, separated by commas")
	flag.StringVar(&o.runtime, "runtime", "../bin/cloison-sync", "the program cloison-sync")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	err := run(ctx, os.Stdout, os.Stderr, o)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-sync:", err)
		if errors.Is(err, errOverBudget) {
			os.Exit(1)
		}
		os.Exit(3)
	}
}

// options of the command line.
type options struct {
	quick             bool
	sections, runtime string
}

// run measures and prints the table. progress is told what is being measured.
func run(ctx context.Context, out, progress io.Writer, o options) (err error) {
	chosen, err := choose(o.sections)
	if err != nil {
		return err
	}
	b, err := newBench(o, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	started := time.Now()
	var measured []section
	var failures []error
	for _, one := range chosen {
		fmt.Fprintf(progress, "%6s  %s\n", time.Since(started).Round(time.Second), one.name)
		rows, err := one.measure(b, ctx)
		if err != nil {
			failures = append(failures, fmt.Errorf("measure %q: %w", one.name, err))
		}
		measured = append(measured, section{one.name + ": " + one.about, rows})
		if ctx.Err() != nil {
			break
		}
	}
	fmt.Fprintf(out, "%s/%s, %d CPUs, %s; %s\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		time.Since(started).Round(time.Second))
	if err := write(out, measured); err != nil {
		return err
	}
	switch {
	case failures != nil:
		return errors.Join(failures...)
	case verdicts(measured, undecided) > 0:
		return errors.New("a budget could not be decided")
	case verdicts(measured, missed) > 0:
		return errOverBudget
	}
	return nil
}

// choose returns the sections of a list with commas; all of them for an empty one.
func choose(list string) ([]measurement, error) {
	all := measurements()
	if list == "" {
		return all, nil
	}
	var chosen []measurement
	for name := range strings.SplitSeq(list, ",") {
		i := slices.IndexFunc(all, func(m measurement) bool { return m.name == name })
		if i < 0 {
			names := make([]string, len(all))
			for i, one := range all {
				names[i] = one.name
			}
			return nil, fmt.Errorf("-sections: %q must be one of %s", name, strings.Join(names, ", "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// bench is what all sections share.
type bench struct {
	*cluster.Cluster
	scale
	program  string // the runtime's path
	dir      string
	progress io.Writer
	labs     int // so far
}

func newBench(o options, progress io.Writer) (*bench, error) {
	program, err := filepath.Abs(o.runtime)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("find the runtime (make build builds it): %w", err)
	}
	assets, err := cluster.AssetsDir()
	if err != nil {
		return nil, err
	}
	b := &bench{scale: full, program: program, progress: progress}
	if o.quick {
		b.scale = quick
	}
	if b.dir, err = os.MkdirTemp("", "cloison-bench-sync-"); err != nil {
		return nil, err
	}
	if b.Cluster, err = cluster.Start(assets); err != nil {
		return nil, errors.Join(err, os.RemoveAll(b.dir))
	}
	return b, nil
}

func (b *bench) close() error { return errors.Join(b.Stop(), os.RemoveAll(b.dir)) }
