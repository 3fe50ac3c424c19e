package cluster

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLeashEndsTheProgramWithItsStarter(t *testing.T) {
	const life = time.Minute
	program := filepath.Join(t.TempDir(), "program")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\necho started\nexec sleep 60\n"), 0o700))
	script, err := leashed(t.TempDir(), program)
	require.NoError(t, err)

	// The starter runs the program in the background until its standard input ends.
	starter := exec.CommandContext(t.Context(), "sh", "-c", `"$0" & read -r _`, script)
	stdin, err := starter.StdinPipe()
	require.NoError(t, err)
	stdout, end, err := os.Pipe()
	require.NoError(t, err)
	starter.Stdout = end
	require.NoError(t, starter.Start())
	require.NoError(t, end.Close())
	output := bufio.NewReader(stdout)
	line, err := output.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "started\n", line)

	start := time.Now()
	require.NoError(t, stdin.Close())
	_ = starter.Wait()          // Its exit code is that of read, which saw the end.
	_, err = io.ReadAll(output) // Ends when the program no longer holds its output.
	require.NoError(t, err)
	require.Less(t, time.Since(start), life/2)
}

func TestAssetsDirMustHoldEveryPart(t *testing.T) {
	t.Setenv(assetsVariable, t.TempDir())
	_, err := AssetsDir()
	require.ErrorContains(t, err, "make -C e2e tools")
}
