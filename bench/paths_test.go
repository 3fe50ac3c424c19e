package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator"
)

func TestTheFoldersHoldAllSecretsAndOneTakesTwoPages(t *testing.T) {
	total := 0
	for folder := range pathsFolders {
		total += folderSize(folder)
	}
	assert.Equal(t, pathsSecrets, total)
	assert.Equal(t, pathsFolders+1, pathsPages())
	var spec strings.Builder
	writePaths(&spec, "")
	assert.Equal(t, pathsSecrets, strings.Count(spec.String(), "- KEY_"))
}

func TestTheOperatorMakesThreeCallsForEachKey(t *testing.T) {
	s, err := newService(0)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.server.Close()) })
	row, err := s.measure("operator", 2, s.readLikeTheOperator)
	require.NoError(t, err)
	assert.Equal(t, 3*pathsSecrets, row.calls-s.Stats().Calls[emulator.Metadata])
	assert.Positive(t, row.wall)
	for _, endpoint := range []emulator.Endpoint{emulator.ListSecrets, emulator.GetSecretVersion,
		emulator.AccessSecretVersion} {
		assert.Equal(t, pathsSecrets, s.Stats().Calls[endpoint], endpoint)
	}
}

func TestARefusedKeyFailsTheOperator(t *testing.T) {
	s, err := newService(0)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.server.Close()) })
	s.key = emulator.Key{AccessKey: s.key.AccessKey, SecretKey: "00000000-0000-4000-8000-000000000000"}
	_, err = s.readLikeTheOperator()
	require.ErrorContains(t, err, `read "key-18" of "/bench-c0": `)
}

func TestPathsAreJudgedByCallsAndTime(t *testing.T) {
	most := pathsFreeCalls + pathsPages()
	tests := []struct {
		name string
		row  pathsRow
		over bool
	}{
		{"within", pathsRow{calls: most, wall: pathsWallBudget - 1, budget: true}, false},
		{"a call too many", pathsRow{calls: most + 1, wall: 1, budget: true}, true},
		{"too slow", pathsRow{calls: 1, wall: pathsWallBudget, budget: true}, true},
		{"only to compare with", pathsRow{calls: 750, wall: time.Minute}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := report{paths: []pathsRow{test.row}}
			assert.Equal(t, test.over, r.overBudget())
			var out strings.Builder
			require.NoError(t, r.write(&out))
			assert.Equal(t, test.over, strings.Contains(out.String(), "OVER"))
			assert.Contains(t, out.String(), "paths live: 250 secrets, 20 folders, 100.0 ms a call")
		})
	}
}
