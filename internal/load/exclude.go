package load

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/kustomization"
)

// CheckExclude refuses a pattern of [Options].Exclude that is none.
func CheckExclude(pattern string) error {
	clean := strings.TrimSuffix(pattern, "/")
	if clean == "" || path.IsAbs(pattern) || slices.Contains(strings.Split(clean, "/"), "..") {
		return fmt.Errorf("--exclude %q must be the path of files or folders as the report shows it, or a part of a name, "+
			"as in vendor/, deploy/old.yaml, *.test.yaml or **/fixtures", pattern)
	}
	if _, err := path.Match(clean, ""); err != nil {
		return fmt.Errorf("--exclude %q must be a pattern: * and ? stand for any characters, [ab] for one of some", pattern)
	}
	return nil
}

// Excludes is the first of the patterns that leaves out a file or folder.
func Excludes(patterns []string, name string, isFolder bool) (pattern string, is bool) {
	shown := strings.Split(kustomization.Shown(name), "/")
	for _, pattern := range patterns {
		clean, folderOnly := strings.CutSuffix(pattern, "/")
		if folderOnly && !isFolder {
			continue
		}
		steps := strings.Split(strings.TrimPrefix(clean, "./"), "/")
		if len(steps) == 1 {
			steps = []string{"**", steps[0]}
		}
		if matches(steps, shown) {
			return pattern, true
		}
	}
	return "", false
}

// matches reports whether a path is what a pattern says, step by step; ** stands for any number of steps.
func matches(pattern, name []string) bool {
	switch {
	case len(pattern) == 0:
		return len(name) == 0
	case pattern[0] == "**":
		return matches(pattern[1:], name) || len(name) > 0 && matches(pattern, name[1:])
	case len(name) == 0:
		return false
	}
	is, err := path.Match(pattern[0], name[0])
	return err == nil && is && matches(pattern[1:], name[1:])
}

// leftOut reports whether a file or folder is left out, and notes it.
func (r *reader) leftOut(name string, isFolder bool) bool {
	pattern, is := Excludes(r.options.Exclude, name, isFolder)
	if is {
		shown := kustomization.Shown(name)
		if isFolder {
			shown += "/"
		}
		r.skipped = append(r.skipped, Skipped{File: shown, Reason: "left out by --exclude " + pattern})
	}
	return is
}
