// Command cloison expands a Segregation into the Kubernetes objects that wall the parts of an application off from each
// other. Fed a ResourceList on standard input, it is a KRM function.
package main

import (
	"os"

	"cloison.dev/cloison/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
