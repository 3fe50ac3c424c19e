package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	aStatus = "Name:\tcloison-sync\nVmPeak:\t 1301000 kB\nVmHWM:\t   51000 kB\nVmRSS:\t   42120 kB\nRssAnon:\t   18000 kB\n"
	aStat   = "42 (a (b) c) S 1 42 42 0 -1 4194560 2570 0 0 0 150 25 3 4 20 0 9 0 85 1300 10530 184\n"
)

func TestUseIsReadFromProc(t *testing.T) {
	got, err := parseUse([]byte(aStatus), []byte(aStat))
	require.NoError(t, err)
	assert.Equal(t, use{memory: 42120 << 10, peak: 51000 << 10, own: 18000 << 10, cpu: 1750 * time.Millisecond}, got)
}

func TestUseOfThisProcess(t *testing.T) {
	got, err := usedBy(os.Getpid())
	require.NoError(t, err)
	assert.Positive(t, got.own)
	assert.Less(t, got.own, got.memory)
	assert.LessOrEqual(t, got.memory, got.peak)
}

func TestWhatIsNotInProcIsAnError(t *testing.T) {
	for name, test := range map[string]struct{ status, stat, message string }{
		"a process that has ended": {"Name:\tx\nState:\tZ (zombie)\n", aStat, "there is no VmRSS"},
		"another unit":             {"VmRSS:\t 42 MB\n", aStat, `VmRSS must be a number of kB, is "42 MB"`},
		"no number":                {"VmRSS:\t x kB\n", aStat, `VmRSS must be a number of kB, is "x kB"`},
		"no stat":                  {aStatus, "", "must have at least 15 fields"},
		"a short stat":             {aStatus, "42 (a) S 1 2", "must have at least 15 fields"},
		"a stat of no numbers":     {aStatus, "1 (a) S 1 1 1 0 -1 1 1 0 0 0 x 2 3", `"x" must be a number`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseUse([]byte(test.status), []byte(test.stat))
			require.ErrorContains(t, err, test.message)
		})
	}
}
