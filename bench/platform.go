package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	// platformBudget is for reading a folder and proving it, next to the no-op on the same objects in one list.
	platformBudget = 1
	// platformMemory is in bytes.
	platformMemory = 150 << 20
	// platformSize and platformFiles are those of a large repository of a platform team.
	platformSize, platformFiles = 10_000, 3_000
)

// platformKinds has one object of each kind that repositories of platform teams hold: {{N}} stands for a number.
//
//go:embed platform.yaml
var platformKinds string

// platform compares checking a folder of many kinds in many files with the no-op on the same objects.
func (b *bench) platform(r *report) error {
	if platformSize > b.largest {
		return nil
	}
	folder := filepath.Join(b.folder, "platform")
	if err := writePlatform(folder, platformSize, platformFiles); err != nil {
		return err
	}
	list, err := b.write("platform-list", func(w io.Writer) { writePlatformList(w, platformSize) })
	if err != nil {
		return err
	}
	proof := subject{program: b.cloison, input: os.DevNull, args: []string{"check", folder}, exits: []int{1, 3}}
	ours, noop, err := compare(proof, function(b.noop, list), b.runs)
	r.add(row{name: "check a folder", detail: strconv.Itoa(len(platformTemplates())) + " kinds in " +
		strconv.Itoa(platformFiles) + " files", size: platformSize, ours: ours, noop: noop, budget: platformBudget,
		memory: platformMemory})
	return err
}

func platformTemplates() []string { return strings.Split(platformKinds, "---\n") }

// platformObject is the i-th object of a repository in which every application has one object of each kind.
func platformObject(templates []string, i int) string {
	return strings.ReplaceAll(templates[i%len(templates)], "{{N}}", strconv.Itoa(i/len(templates)))
}

// writePlatform writes a folder for each application, with so many objects in so many files together.
func writePlatform(folder string, objects, files int) error {
	templates := platformTemplates()
	next := 0
	for file := range files {
		count := share(objects, files, file)
		name := filepath.Join(folder, "app-"+strconv.Itoa(next/len(templates)), "file-"+strconv.Itoa(file)+".yaml")
		err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), writeFile(name, func(w io.Writer) {
			for i := next; i < next+count; i++ {
				fmt.Fprint(w, "---\n", platformObject(templates, i))
			}
		}))
		if err != nil {
			return err
		}
		next += count
	}
	return nil
}

// writePlatformList writes the same objects as a ResourceList.
func writePlatformList(w io.Writer, objects int) {
	templates := platformTemplates()
	fmt.Fprint(w, listHeader, "items:\n")
	for i := range objects {
		lead := "- "
		for line := range strings.Lines(platformObject(templates, i)) {
			fmt.Fprint(w, lead, line)
			lead = "  "
		}
	}
}
