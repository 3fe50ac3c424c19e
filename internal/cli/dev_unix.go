//go:build unix

package cli

import (
	"fmt"
	"os"
	"syscall"
)

// become runs another program in place of this one, in the same process. It returns only when that fails.
func become(program string, args []string) error {
	err := syscall.Exec(program, append([]string{program}, args...), os.Environ())
	return undecided{fmt.Errorf("run %s: %w", program, err)}
}
