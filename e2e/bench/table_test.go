package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerdicts(t *testing.T) {
	one, thirty := duration(time.Second), duration(30*time.Second)
	for name, test := range map[string]struct {
		budget    budget
		ours, eso figure
		want      verdict
	}{
		"faster by enough":                        {faster(20), one, thirty, held},
		"faster by just enough":                   {faster(30), one, thirty, held},
		"faster by too little":                    {faster(31), one, thirty, missed},
		"the operator was cut off late enough":    {faster(20), one, notWithin(30 * time.Second), held},
		"the operator was cut off too early":      {faster(31), one, notWithin(30 * time.Second), undecided},
		"the runtime was cut off":                 {faster(1), notWithin(time.Second), thirty, missed},
		"the operator was not measured":           {faster(1), one, figure{}, undecided},
		"at most as much":                         {atMost(one), one, figure{}, held},
		"more":                                    {atMost(one), thirty, figure{}, missed},
		"cut off below the limit":                 {atMost(thirty), notWithin(time.Second), figure{}, missed},
		"not measured":                            {atMost(one), figure{}, one, undecided},
		"came to its end":                         {withinTime(), thirty, notWithin(time.Minute), held},
		"did not come to its end":                 {withinTime(), notWithin(time.Minute), one, missed},
		"whether it came to its end is not known": {withinTime(), figure{}, one, undecided},
		"no budget":                               {budget{}, thirty, one, unbound},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, test.want, row{ours: test.ours, eso: test.eso, budget: test.budget}.verdict())
		})
	}
}

func TestTheTable(t *testing.T) {
	late := notWithin(time.Minute)
	late.fewer = ", 3 left"
	sections := []section{
		{"calls", []row{{name: "37 keys", ours: calls(38), eso: calls(111), budget: atMost(calls(38)), note: "of one refresh"}}},
		{"time", []row{
			{name: "fast", ours: duration(30 * time.Millisecond), eso: duration(1500 * time.Millisecond), budget: faster(100)},
			{name: "cut off", ours: duration(2 * time.Second), eso: late, budget: withinTime()},
			{name: "both cut off", ours: late, eso: late},
			{name: "ours cut off", ours: notWithin(60 * time.Second), eso: duration(30 * time.Second)},
			{name: "nothing", budget: faster(2)},
		}},
		{"memory", []row{{name: "idle", ours: memory(30 << 20), eso: memory(45 << 20)}}},
	}
	var text strings.Builder
	require.NoError(t, write(&text, sections))
	var lines []string
	for line := range strings.Lines(text.String()) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	assert.Equal(t, []string{
		`                cloison-sync             ESO                      ESO / cloison-sync  budget            verdict`,
		`calls`,
		`  37 keys       38                       111                      2.9x                at most 38        held         of one refresh`,
		`time`,
		`  fast          30 ms                    1.50 s                   50.0x               at least 100x     MISSED`,
		`  cut off       2.00 s                   not within 60 s, 3 left  > 30.0x             comes to its end  held`,
		`  both cut off  not within 60 s, 3 left  not within 60 s, 3 left`,
		`  ours cut off  not within 60 s          30.00 s                  < 0.5x`,
		`  nothing                                                                             at least 2x       NOT DECIDED`,
		`memory`,
		`  idle          30.0 MiB                 45.0 MiB                 1.5x`,
	}, lines)
	assert.Equal(t, 2, verdicts(sections, held))
	assert.Equal(t, 1, verdicts(sections, missed))
	assert.Equal(t, 1, verdicts(sections, undecided))
}
