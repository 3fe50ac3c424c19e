package cluster

import (
	"os"
	"time"
)

// ExitCode waits for the end of the program and returns its exit code; -1 where a signal ended it, or where it has not
// ended in time.
func (p *Program) ExitCode(limit time.Duration) int {
	select {
	case <-p.ended:
		return p.command.ProcessState.ExitCode()
	case <-time.After(limit):
		return -1
	}
}

// Signal sends a signal to the program.
func (p *Program) Signal(signal os.Signal) error { return p.command.Process.Signal(signal) }
