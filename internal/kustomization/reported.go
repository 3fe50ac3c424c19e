package kustomization

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"cloison.dev/cloison/internal/finding"
)

// findingsVariable of the environment names a file to which Cloison's function adds its findings, a JSON object a line.
// kustomize keeps only the exit code of a function: neither its results nor, in a form that a program reads, its
// messages.
const findingsVariable = "CLOISON_FINDINGS"

// HandOver adds the findings of the function to the file of the program that builds the kustomization, and reports
// whether there is one: the findings are shown there then.
func HandOver(findings []finding.Finding) bool {
	file, err := os.OpenFile(os.Getenv(findingsVariable), os.O_WRONLY|os.O_APPEND, 0) //nolint:gosec // of the caller
	if err != nil {
		return false // nobody asks, or the function is in a container
	}
	encoder := json.NewEncoder(file)
	for _, f := range findings {
		err = errors.Join(err, encoder.Encode(f))
	}
	return errors.Join(err, file.Close()) == nil
}

// collector is the file in which the functions of one build leave their findings.
type collector struct{ file string }

func newCollector() (*collector, error) {
	file, err := os.CreateTemp("", "cloison-findings-")
	if err != nil {
		return nil, fmt.Errorf("make a file for the findings of functions: %w", err)
	}
	return &collector{file.Name()}, file.Close()
}

// environment is what a function needs to find the collector.
func (c *collector) environment() []string { return []string{findingsVariable + "=" + c.file} }

// findings are those that were left, in their order.
func (c *collector) findings() ([]finding.Finding, error) {
	file, err := os.Open(c.file)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	var found []finding.Finding
	for decoder := json.NewDecoder(file); ; {
		var f finding.Finding
		switch err := decoder.Decode(&f); {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return nil, err
		}
		found = append(found, f)
	}
}

func (c *collector) remove() error { return os.Remove(c.file) }
