package explain

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"cloison.dev/cloison/internal/printable"
)

const (
	// gap is between two columns.
	gap = "  "
	// narrowest is the width below which no column is made narrower.
	narrowest = 12
)

// columns writes rows with their columns below one another. Where width is not 0 and they are wider than that many
// characters, the cells of the widest columns are broken into several lines.
func columns(out *bytes.Buffer, indent string, rows [][]string, width int) {
	cells := make([][]string, len(rows))
	var widths []int
	for i, row := range rows {
		cells[i] = make([]string, len(row))
		for j, cell := range row {
			cells[i][j] = printable.Row(cell)
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], utf8.RuneCountInString(cells[i][j]))
		}
	}
	if width > 0 && len(widths) > 0 {
		narrow(widths, width-utf8.RuneCountInString(indent)-len(gap)*(len(widths)-1))
	}
	for _, row := range cells {
		writeRow(out, indent, row, widths)
	}
}

// narrow takes from the widest columns until all fit.
func narrow(widths []int, room int) {
	for {
		total := 0
		for _, w := range widths {
			total += w
		}
		widest := slices.Index(widths, slices.Max(widths))
		if total <= room || widths[widest] <= narrowest {
			return
		}
		widths[widest]--
	}
}

func writeRow(out *bytes.Buffer, indent string, row []string, widths []int) {
	broken := make([][]string, len(row))
	lines := 1
	for i, cell := range row {
		broken[i] = breakText(cell, widths[i])
		lines = max(lines, len(broken[i]))
	}
	for at := range lines {
		var line strings.Builder
		line.WriteString(indent)
		for i := range row {
			part := ""
			if at < len(broken[i]) {
				part = broken[i][at]
			}
			if i > 0 {
				line.WriteString(gap)
			}
			line.WriteString(part + strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(part))))
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// breakText breaks a text into lines of at most width characters, between words where that is possible.
func breakText(text string, width int) []string {
	var lines []string
	for utf8.RuneCountInString(text) > width {
		runes := []rune(text)
		head := string(runes[:width+1])
		at := strings.LastIndexByte(head, ' ')
		if at <= 0 {
			at = 1 + strings.LastIndexAny(string(runes[:width]), "/-,.")
		}
		if at <= 0 {
			at = len(string(runes[:width]))
		}
		lines = append(lines, strings.TrimRight(text[:at], " "))
		text = strings.TrimLeft(text[at:], " ")
	}
	return append(lines, text)
}
