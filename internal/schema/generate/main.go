// Command generate writes the JSON Schema of a Segregation from the types of package spec and their documentation. It runs
// in the folder of package schema, by "go generate".
package main

import (
	"fmt"
	"os"
)

const (
	specFolder = "../spec"
	output     = "segregation.schema.json"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := generate(specFolder)
	if err != nil {
		return err
	}
	return os.WriteFile(output, text, 0o644) //nolint:gosec // a source file, for everybody to read
}
