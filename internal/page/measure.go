package page

import (
	"strings"
	"unicode"
)

// widthOf is about how wide a text is in a common font without serifs, in pixels. The picture is laid out before
// anybody's font is known, so that it is a little more than most fonts need.
func widthOf(text string, size int) int {
	thousandths := 0
	for _, r := range text {
		thousandths += advance(r)
	}
	return (thousandths*size + 999) / 1000
}

// advance of a character, in thousandths of the size of the font.
func advance(r rune) int {
	switch {
	case strings.ContainsRune("iljtfI.,:;'|!()[] /", r):
		return 340
	case strings.ContainsRune("mwMW@%", r):
		return 900
	case r >= 0x1100:
		return 1050
	case unicode.IsUpper(r):
		return 720
	}
	return 590
}

// fit shortens a text in its middle, so that what tells names of one prefix apart stays.
func fit(text string, size, width int) string {
	if widthOf(text, size) <= width {
		return text
	}
	runes := []rune(text)
	for keep := len(runes) - 1; keep > 1; keep-- {
		head := (keep + 1) / 2
		short := string(runes[:head]) + "…" + string(runes[len(runes)-(keep-head):])
		if widthOf(short, size) <= width {
			return short
		}
	}
	return "…"
}
