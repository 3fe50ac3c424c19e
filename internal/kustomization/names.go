package kustomization

import (
	"os"
	"path/filepath"
	"slices"
)

// IsFile reports whether a file of this name makes its folder a kustomization.
func IsFile(name string) bool {
	return slices.Contains([]string{"kustomization.yaml", "kustomization.yml", "Kustomization"}, name)
}

// In reports whether a folder is a kustomization.
func In(folder string) bool {
	entries, err := os.ReadDir(folder)
	return err == nil &&
		slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !e.IsDir() && IsFile(e.Name()) })
}

// Shown is the name of a file in findings: relative to the working folder where it lies inside, with slashes.
func Shown(name string) string {
	if filepath.IsAbs(name) {
		if folder, err := os.Getwd(); err == nil {
			if relative, err := filepath.Rel(folder, name); err == nil && filepath.IsLocal(relative) {
				name = relative
			}
		}
	}
	return filepath.ToSlash(filepath.Clean(name))
}
