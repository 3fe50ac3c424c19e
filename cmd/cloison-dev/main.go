// Command cloison-dev has tools to try Cloison without an account. "cloison dev" runs it.
package main

import (
	"os"

	"cloison.dev/cloison/internal/devcli"
)

func main() {
	os.Exit(devcli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
