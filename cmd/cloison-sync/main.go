// Command cloison-sync is the sync runtime: it fills the Secrets of one component from Scaleway Secret Manager.
package main

import (
	"os"

	"cloison.dev/cloison/internal/synccli"
)

func main() {
	os.Exit(synccli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
