package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func args() []string {
	return []string{"-home", "https://git.example.com/team/cloison", "-images", "registry.example.com/team",
		"-version", "v1.2.3", "-email", "team@example.com", "-license", "Apache-2.0"}
}

func TestAnEntryIsInTheFormOfTheCatalogue(t *testing.T) {
	var stdout strings.Builder
	require.NoError(t, run(args(), &stdout))
	assert.Equal(t, `image: registry.example.com/team/cloison
description: Wall the secrets of an application's components off from each other, and prove it.
tags:
- mutator
- validator
sourceURL: https://git.example.com/team/cloison/tree/v1.2.3/cmd/cloison
examplePackageURLs:
- https://git.example.com/team/cloison/tree/v1.2.3/kustomization/kpt
emails:
- team@example.com
license: Apache-2.0
`, stdout.String())
}

func TestAnEntryLeadsToWhatThereIs(t *testing.T) {
	assert.FileExists(t, filepath.Join("..", "..", sourceFolder, "main.go"))
	assert.FileExists(t, filepath.Join("..", "..", exampleFolder, "Kptfile"))
}

func TestNothingIsWrittenWithoutAnAddress(t *testing.T) {
	t.Run("none at all", func(t *testing.T) {
		var stdout strings.Builder
		err := run(nil, &stdout)
		for _, flag := range []string{"home", "images", "version", "email", "license"} {
			assert.ErrorContains(t, err, "-"+flag+" must be ")
		}
		assert.Equal(t, 5, strings.Count(err.Error(), "; there is none yet"))
		assert.Empty(t, stdout.String())
	})
	for flag, values := range map[string][]string{
		"home":    {"", "git.example.com/cloison", "http://git.example.com/cloison", "https://example.com/"},
		"images":  {"", "cloison", "https://registry.example.com/team", "registry.example.com/team/cloison:v1.2.3"},
		"version": {"", "1.2.3", "main", "v1.2"}, "email": {"", "team", "Team <team@example.com>"},
		"license": {"", "see LICENSE"},
	} {
		for _, value := range values {
			t.Run(flag+" "+value, func(t *testing.T) {
				var stdout strings.Builder
				err := run(append(args(), "-"+flag, value), &stdout)
				require.ErrorContains(t, err, "-"+flag+" must be ")
				assert.Len(t, strings.Split(err.Error(), "\n"), 1)
				assert.Empty(t, stdout.String())
			})
		}
	}
}
