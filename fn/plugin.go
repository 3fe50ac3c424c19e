package fn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/resourcelist"
	"cloison.dev/cloison/internal/wellknown"
)

// RunPlugin serves kustomize's legacy exec plugins: config is the file with the Segregation, resources the manifests
// that kustomize sends to transformers and validators, as YAML documents. The output is what a generator adds, as YAML
// documents, and nothing after validating: the legacy form keeps resources that are not in the output, and takes those
// that are for a change. Facts: docs/facts.md, "Legacy plugins of kustomize". ctx ends reading live, as in
// [Function.Run].
func (f Function) RunPlugin(ctx context.Context, config, resources []byte) Outcome {
	list, err := pluginList(config, resources)
	if err != nil {
		return unreadable(err)
	}
	read, err := intake.FromList(list, "")
	if err != nil {
		return unreadable(err)
	}
	run := &run{list: list, read: read, live: f.Live}
	if !run.prepare() {
		return run.pluginOutcome()
	}
	sent := len(bytes.TrimSpace(resources)) > 0
	if sent && run.mode != modeValidate {
		return unreadable(fmt.Errorf("kustomize's legacy transformers cannot add resources; list the Segregation "+
			"under \"generators\", or annotate it %q and list it under \"validators\"",
			wellknown.ModeAnnotation+": "+string(modeValidate)))
	}
	run.carryOut(ctx)
	return run.pluginOutcome()
}

// pluginList makes a ResourceList of what the legacy form sends.
func pluginList(config, resources []byte) (*resourcelist.List, error) {
	var list bytes.Buffer
	fmt.Fprintf(&list, "apiVersion: %s\nkind: %s\n", resourcelist.APIVersion, resourcelist.Kind)
	list.WriteString("functionConfig:\n")
	count, err := appendDocuments(&list, config, "  ", "  ")
	if err == nil && count > 1 {
		err = errors.New("must be one YAML document; it holds several")
	}
	if err != nil {
		return nil, fmt.Errorf("the Segregation's file: %w", err)
	}
	if len(bytes.TrimSpace(resources)) > 0 {
		list.WriteString("items:\n")
		if _, err := appendDocuments(&list, resources, "- ", "  "); err != nil {
			return nil, fmt.Errorf("standard input: %w", err)
		}
	}
	read, err := resourcelist.Read(list.Bytes())
	if err != nil {
		return nil, err
	}
	return read.ForgetLines(), nil
}

// appendDocuments writes each YAML document that is not empty with a prefix for its first line and one for the others,
// and counts them.
func appendDocuments(out *bytes.Buffer, documents []byte, first, others string) (count int, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(documents))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return count, nil
		} else if err != nil {
			return count, fmt.Errorf("not YAML: %w", resourcelist.SyntaxError(err))
		}
		if yaml.IsYNodeNilOrEmpty(document.Content[0]) {
			continue
		}
		count++
		text, err := yaml.String(document.Content[0])
		if err != nil {
			return count, fmt.Errorf("write as YAML: %w", err)
		}
		prefix := first
		for line := range strings.Lines(strings.TrimSuffix(text, "\n") + "\n") {
			out.WriteString(prefix + line)
			prefix = others
		}
	}
}

// pluginOutcome writes YAML documents. Where there is an error nothing is written, and the exit code says so.
func (r *run) pluginOutcome() Outcome {
	outcome := Outcome{Findings: r.said()}
	if outcome.Failed() {
		return outcome
	}
	var out bytes.Buffer
	for i, item := range r.items {
		if i > 0 {
			out.WriteString("---\n")
		}
		out.Write(item.YAML())
	}
	outcome.Output = out.Bytes()
	return outcome
}
