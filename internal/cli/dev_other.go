//go:build !unix

package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"

	"cloison.dev/cloison/internal/exit"
)

// become runs another program in this one's place: with its streams, to its end, with its exit code. Where there are no
// processes to replace, a console interrupts both, and it is the other one that ends by it.
func become(program string, args []string) error {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	child := exec.Command(program, args...)
	child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := child.Run()
	var exited *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exited):
		return exit.With(exited.ExitCode(), nil)
	}
	return exit.With(exit.Undecided, fmt.Errorf("run %s: %w", program, err))
}
