package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// usage is what one run of a process took.
type usage struct {
	wall, cpu time.Duration
	// peak is the largest resident set in bytes. On Linux it is never below that of the process that started it, which
	// is why this program keeps no input in memory.
	peak int64
}

// execute runs a program once, with a file as input. Like hosts, it uses pipes.
func execute(s subject, output io.Writer) (usage, error) {
	file, err := os.Open(s.input)
	if err != nil {
		return usage{}, err
	}
	defer file.Close() //nolint:errcheck // only read
	var stderr bytes.Buffer
	cmd := exec.Command(s.program, s.args...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Stdin = struct{ io.Reader }{file} // not the file itself, which the child would get in place of a pipe
	cmd.Stdout = output
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil && !slices.Contains(s.exits, cmd.ProcessState.ExitCode()) {
		return usage{}, fmt.Errorf("run %s: %w: %.300s", s.program, err, stderr.Bytes())
	}
	return usage{
		wall: time.Since(start),
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		peak: peakMemory(cmd.ProcessState),
	}, nil
}

func peakMemory(state *os.ProcessState) int64 {
	resources, isRusage := state.SysUsage().(*syscall.Rusage)
	if !isRusage {
		return 0
	}
	if runtime.GOOS == "darwin" {
		return resources.Maxrss
	}
	return resources.Maxrss * 1024
}

// subject is a program with its input and its arguments; a function has none.
type subject struct {
	program, input string
	args           []string
	// env is added to the environment.
	env []string
	// exits are the exit codes besides 0 that are no failure.
	exits []int
}

func function(program, input string) subject { return subject{program: program, input: input} }

// compare runs both subjects in turn and returns the medians. The first run of each warms up caches and is not counted.
func compare(ours, noop subject, runs int) (oursUsage, noopUsage usage, err error) {
	var all [2][]usage
	for run := range runs + 1 {
		for i, s := range []subject{ours, noop} {
			u, err := execute(s, io.Discard)
			if err != nil {
				return usage{}, usage{}, err
			}
			if run > 0 {
				all[i] = append(all[i], u)
			}
		}
	}
	return medians(all[0]), medians(all[1]), nil
}

// medians takes each median by itself.
func medians(all []usage) usage {
	return usage{
		wall: median(all, func(u usage) time.Duration { return u.wall }),
		cpu:  median(all, func(u usage) time.Duration { return u.cpu }),
		peak: median(all, func(u usage) int64 { return u.peak }),
	}
}

func median[T ~int64](all []usage, value func(usage) T) T {
	values := make([]T, len(all))
	for i, u := range all {
		values[i] = value(u)
	}
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}
