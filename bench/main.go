// Command bench measures the function against a no-op function of the kpt SDK, in one run and as ratios, and compares
// them with the project's budgets. Both are whole processes, fed and read through pipes as hosts do. Rows are judged by
// the medians of wall time and peak memory, growth by CPU time; the exit code is 1 when one is over its budget.
//
// Run it in the module's root: go run ./bench
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

var errOverBudget = errors.New("over budget")

func main() {
	runs := flag.Int("runs", 5, "runs of each program in a row with 10,000 resources; smaller rows get more")
	largest := flag.Int("largest", 10_000, "leave out rows with more resources")
	named := flag.String("sections", strings.Join(sectionNames(), ","), "what to measure")
	flag.Parse()
	if err := run(os.Stdout, *runs, *largest, strings.Split(*named, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, runs, largest int, named []string) error {
	folder, err := os.MkdirTemp("", "cloison-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder, nothing can be done
	b := &bench{folder: folder, runs: runs, largest: largest}
	if err := b.build(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s/%s, %d CPUs, %s; medians of interleaved runs; CPU is user and system time, "+
		"memory the peak of the process\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	report, err := b.measure(named)
	if err != nil {
		return err
	}
	if err := report.write(out); err != nil {
		return err
	}
	if report.overBudget() {
		return errOverBudget
	}
	return nil
}
