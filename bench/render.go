package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// kustomizeProgram is the real one, which make builds.
const kustomizeProgram = "bin/kustomize"

// renderRow compares "cloison render" with "kustomize build" and the function, on the same kustomization.
type renderRow struct {
	size            int
	ours, kustomize usage
	// budget is how many times faster it must be; 0 means that there is none.
	budget float64
}

func (r renderRow) faster() float64 { return ratio(r.kustomize.wall, r.ours.wall) }
func (r renderRow) within() bool    { return r.budget == 0 || r.faster() >= r.budget }

// renderSizes are numbers of generated resources with their budgets. kustomize's own time grows with the square: the
// last takes it minutes.
func renderSizes() []renderRow {
	return []renderRow{{size: 100}, {size: 1000, budget: 4}, {size: 4000, budget: 30}}
}

// render compares the two ways from a kustomization to what is applied.
func (b *bench) render(r *report) error {
	program, err := filepath.Abs(kustomizeProgram)
	if err != nil {
		return err
	}
	if _, err := os.Stat(program); err != nil {
		return errors.New(kustomizeProgram + " is not there: make bin/kustomize")
	}
	for _, row := range renderSizes() {
		if row.size > b.largest {
			continue
		}
		folder, err := b.renderTree(row.size)
		if err != nil {
			return err
		}
		ours := subject{program: b.cloison, input: os.DevNull, args: []string{"render", folder}}
		theirs := subject{
			program: program, input: os.DevNull,
			args: []string{"build", "--enable-alpha-plugins", "--enable-exec", folder},
			env:  []string{"PATH=" + filepath.Dir(b.cloison) + string(os.PathListSeparator) + os.Getenv("PATH")},
		}
		runs := 1
		if row.size < 1000 {
			runs = b.runs
		}
		if row.ours, row.kustomize, err = compare(ours, theirs, runs); err != nil {
			return err
		}
		r.renders = append(r.renders, row)
	}
	return nil
}

// renderTree writes a kustomization whose only resource is a Segregation that stands for so many.
func (b *bench) renderTree(size int) (string, error) {
	folder := filepath.Join(b.folder, "render-"+strconv.Itoa(size))
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	return folder, errors.Join(
		writeFile(filepath.Join(folder, "kustomization.yaml"), func(w io.Writer) {
			fmt.Fprint(w, "resources: [segregation.yaml]\ntransformers: [cloison.yaml]\n")
		}),
		writeFile(filepath.Join(folder, "cloison.yaml"), func(w io.Writer) {
			fmt.Fprint(w, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cloison\n  annotations:\n"+
				"    config.kubernetes.io/function: \"exec: {path: cloison}\"\n")
		}),
		writeFile(filepath.Join(folder, "segregation.yaml"), func(w io.Writer) {
			writeDocument(w, size/componentSize, size)
		}),
	)
}

// writeRenderRows writes how many times faster each is.
func writeRenderRows(out io.Writer, rows []renderRow) error {
	if len(rows) == 0 {
		return nil
	}
	t := newTable(out)
	t.line(padded("render a kustomization", 23), "resources", "wall", "kustomize build", "faster", "budget", "verdict",
		"memory", "kustomize build")
	for _, row := range rows {
		budget, judged := "", ""
		if row.budget > 0 {
			budget, judged = times(row.budget), verdict(row.within())
		}
		t.line(padded("", 23), strconv.Itoa(row.size), milliseconds(row.ours.wall), milliseconds(row.kustomize.wall),
			times(row.faster()), budget, judged, mebibytes(row.ours.peak), mebibytes(row.kustomize.peak))
	}
	return t.flush()
}
