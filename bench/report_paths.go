package main

import (
	"fmt"
	"io"
	"strconv"
)

// pathsTitle is the title of the rows about paths.
func pathsTitle() string {
	return fmt.Sprintf("paths live: %d secrets, %d folders, %s a call", pathsSecrets, pathsFolders,
		milliseconds(pathsLatency))
}

// writePathsRows writes the ways of reading the paths, each compared with the first.
func writePathsRows(out io.Writer, rows []pathsRow) error {
	if len(rows) == 0 {
		return nil
	}
	width := len(pathsTitle())
	t := newTable(out)
	t.line(padded(pathsTitle(), width), "calls", "pages", "budget", "wall", "budget", "ratio", "verdict")
	for _, row := range rows {
		calls, wall, judged := "", "", ""
		if row.budget {
			calls, wall, judged = strconv.Itoa(pathsFreeCalls+pathsPages()), milliseconds(pathsWallBudget),
				verdict(row.within())
		}
		t.line(padded(row.name, width), strconv.Itoa(row.calls), strconv.Itoa(pathsPages()), calls,
			milliseconds(row.wall), wall, times(ratio(row.wall, rows[0].wall)), judged)
	}
	return t.flush()
}
