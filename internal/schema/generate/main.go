// Command generate writes the JSON Schema of a Segregation and the reference page in docs from the types of package
// spec and their documentation, and the CustomResourceDefinitions of the sync runtime from those of package eso. It
// runs in the folder of package schema, by "go generate".
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const (
	specFolder = "../spec"
	esoFolder  = "../eso"
	output     = "segregation.schema.json"
	page       = "../../docs/segregation.md"
	crdFolder  = "../../kustomization/sync/crds"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := generate(specFolder)
	if err != nil {
		return err
	}
	text, err := schemaText(root)
	if err != nil {
		return err
	}
	reference, err := reference(root)
	if err != nil {
		return err
	}
	crds, err := definitions(esoFolder)
	if err != nil {
		return err
	}
	files := map[string][]byte{output: text, page: reference}
	for name, content := range crds {
		files[filepath.Join(crdFolder, name)] = content
	}
	for file, content := range files {
		if err := os.WriteFile(file, content, 0o644); err != nil { //nolint:gosec // source files, for everybody to read
			return err
		}
	}
	return nil
}
