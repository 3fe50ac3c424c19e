package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
)

func TestThePageIsAsGenerated(t *testing.T) {
	text, err := os.ReadFile("../" + page)
	require.NoError(t, err)
	assert.Equal(t, markdown(finding.Families()), string(text), "run: go generate ./internal/finding")
}
