//go:build unix

package cli

import (
	"fmt"
	"os"
	"syscall"

	"cloison.dev/cloison/internal/exit"
)

// become runs another program in place of this one, in the same process. It returns only when that fails.
func become(program string, args []string) error {
	err := syscall.Exec(program, append([]string{program}, args...), os.Environ())
	return exit.With(exit.Undecided, fmt.Errorf("run %s: %w", program, err))
}
