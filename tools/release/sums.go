package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"golang.org/x/mod/semver"
)

// writeNotes writes what changed in this version, for the page of the release.
func (r *release) writeNotes() error {
	notes := r.notes
	if r.downloads != "" {
		notes += fmt.Sprintf("\nFiles and checksums: %s/%s/\n", r.downloads, r.version)
	}
	if r.license == nil {
		notes += "\n**No licence yet**: the project has no LICENSE file, so that this release gives nobody the right to " +
			"use it.\n"
	}
	return r.writeFile("RELEASE_NOTES.md", []byte(notes))
}

const sumsFile = "SHA256SUMS"

// writeChecksums writes the checksums of all files, as sha256sum does.
func (r *release) writeChecksums() error {
	files, err := os.ReadDir(r.folder) // sorted
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(r.folder, file.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(content), file.Name())
	}
	return r.writeFile(sumsFile, []byte(sums.String()))
}

// report prints the files with their sizes, and what keeps them from being a release.
func (r *release) report(folder string) error {
	files, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(r.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%.1f kB\t  %s\n", float64(info.Size())/1e3, file.Name())
	}
	err = table.Flush()
	fmt.Fprintf(r.stdout, "%s is in %s\n", r.version, folder)
	for _, warning := range r.warnings() {
		fmt.Fprintln(r.stdout, "WARNING:", warning)
	}
	return err
}

// warnings are what keeps the files from being a release.
func (r *release) warnings() []string {
	var found []string
	if strings.HasPrefix(semver.Prerelease(r.version), "-dev") {
		found = append(found, "this is no release: the commit has no tag, or files differ from it")
	}
	if r.license == nil {
		found = append(found, "there is no LICENSE file: nobody may use what has no licence; "+
			"choose one, and put its text into LICENSE")
	}
	if r.repository == "" {
		found = append(found, "PROJECT_IMAGES in project.env is empty: neither programs nor manifests name an image "+
			"of the sync runtime")
	}
	return found
}
