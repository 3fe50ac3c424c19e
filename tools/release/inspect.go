package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/semver"
)

// inspect reads what the source says of the release, and refuses what contradicts it.
func (r *release) inspect() error {
	if semver.Canonical(r.version) != r.version || r.version == "" {
		return fmt.Errorf("version %q must be a semantic version with a v, such as v0.1.0", r.version)
	}
	var err error
	if r.revision, err = r.git("rev-parse", "HEAD"); err != nil {
		return err
	}
	committed, err := r.git("log", "-1", "--format=%ct")
	if err != nil {
		return err
	}
	seconds, err := strconv.ParseInt(committed, 10, 64)
	if err != nil {
		return fmt.Errorf("the time of the commit: %w", err)
	}
	r.time = time.Unix(seconds, 0).UTC()
	if r.license, err = os.ReadFile(filepath.Join(r.source, "LICENSE")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return r.inspectNumber()
}

// numberLine is that of internal/version.
var numberLine = regexp.MustCompile(`(?m)^const Number = "(.*)"$`)

// inspectNumber reads the changes of the version, and holds the tag against what the source says that it is.
func (r *release) inspectNumber() error {
	const file = "internal/version/version.go"
	source, err := os.ReadFile(filepath.Join(r.source, file))
	if err != nil {
		return err
	}
	found := numberLine.FindSubmatch(source)
	if found == nil {
		return fmt.Errorf("%s must have a line such as: const Number = \"0.1.0\"", file)
	}
	number := string(found[1])
	base := strings.TrimSuffix(r.version, semver.Prerelease(r.version))
	if base != "v"+number {
		return fmt.Errorf("the version is %s, but Number in %s is %q: it must be %q for this tag", r.version, file, number,
			strings.TrimPrefix(base, "v"))
	}
	changelog, err := os.ReadFile(filepath.Join(r.source, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	r.notes, err = changes(string(changelog), number, semver.Prerelease(r.version) == "")
	return err
}

// changes are the entry of a version in a changelog, without its heading, which must have a date where it is final.
func changes(changelog, number string, final bool) (string, error) {
	heading := regexp.MustCompile(`(?m)^## \[` + regexp.QuoteMeta(number) + `\] - (.*)\n`)
	at := heading.FindStringSubmatchIndex(changelog)
	if at == nil {
		return "", fmt.Errorf("CHANGELOG.md must have an entry with the heading: ## [%s] - YYYY-MM-DD", number)
	}
	date := changelog[at[2]:at[3]]
	if _, err := time.Parse(time.DateOnly, date); err != nil && final {
		return "", fmt.Errorf("the entry of %s in CHANGELOG.md must have the date of the release, such as 2026-12-01, "+
			"and has %q", number, date)
	}
	entry, _, _ := strings.Cut(changelog[at[1]:], "\n## [")
	return strings.TrimSpace(entry) + "\n", nil
}

// git is what git prints of the source.
func (r *release) git(args ...string) (string, error) {
	command := exec.Command("git", append([]string{"-C", r.source}, args...)...)
	var stderr strings.Builder
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w: %s; a release is built from a clone", strings.Join(args, " "), err,
			strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(output)), nil
}

// sourceFiles are the files of the source, or of a folder of it, by path: those of git, and new ones that it does not
// ignore.
func (r *release) sourceFiles(folder string) ([]string, error) {
	listed, err := r.git("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder)
	if err != nil {
		return nil, err
	}
	var found []string
	for name := range strings.SplitSeq(strings.Trim(listed, "\x00"), "\x00") {
		_, err := os.Lstat(filepath.Join(r.source, filepath.FromSlash(name)))
		switch {
		case err == nil:
			found = append(found, name)
		case !errors.Is(err, fs.ErrNotExist): // git lists those too that were removed and not committed
			return nil, err
		}
	}
	return found, nil
}
