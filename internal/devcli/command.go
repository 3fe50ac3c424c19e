package devcli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"cloison.dev/cloison/internal/exit"
)

// signalled is what shells add to the number of the signal that ended a command.
const signalled = 128

// whileRunning runs a command with the variables set, hands signals on to it, and returns its exit code.
func whileRunning(cmd *cobra.Command, args []string, v variables, signals <-chan os.Signal) error {
	child := exec.Command(args[0], args[1:]...)
	child.Env = v.environment(os.Environ())
	child.Stdin, child.Stdout, child.Stderr = cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr()
	if err := child.Start(); err != nil {
		return exit.With(exit.Undecided, fmt.Errorf("run %s: %w", args[0], err))
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for {
		select {
		case received := <-signals:
			// A terminal interrupts the command as well.
			if received != os.Interrupt || !isTerminal(cmd.InOrStdin()) {
				_ = child.Process.Signal(received) // fails when the command has just ended
			}
		case err := <-ended:
			return exitOf(args[0], err)
		}
	}
}

// exitOf turns a command's end into the program's.
func exitOf(name string, err error) error {
	var exited *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exited):
		return exit.With(exit.Undecided, fmt.Errorf("run %s: %w", name, err))
	}
	if status, ok := exited.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exit.With(signalled+int(status.Signal()), nil)
	}
	return exit.With(exited.ExitCode(), nil)
}

func isTerminal(r io.Reader) bool {
	file, isFile := r.(*os.File)
	return isFile && term.IsTerminal(int(file.Fd()))
}
