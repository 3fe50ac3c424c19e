package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// perInch is how many units of tables Graphviz takes for an inch.
const perInch = 72

// block is a part of the picture, placed within itself.
type block struct {
	width, height int
	cards         []*card
	lines         []*line
}

// sizeOf is the size of a graph in pixels.
func sizeOf(plain string) (width, height int, err error) {
	first, _, _ := strings.Cut(plain, "\n")
	words := splitPlain(first)
	if len(words) < 4 || words[0] != "graph" {
		return 0, 0, fmt.Errorf("layout: %q must be the size of a graph", first)
	}
	size, err := numbers(words[2:4])
	if err != nil {
		return 0, 0, err
	}
	return round(size[0]), round(size[1]), nil
}

// read takes what Graphviz says of a graph that [dot] wrote of the same cards and lines. Its y goes up.
func (b *block) read(plain string) error {
	var err error
	if b.width, b.height, err = sizeOf(plain); err != nil {
		return err
	}
	height, seen := float64(b.height)/perInch, map[*line]bool{}
	for text := range strings.Lines(plain) {
		words := splitPlain(strings.TrimSpace(text))
		switch {
		case len(words) >= 6 && words[0] == "node":
			if err := b.readNode(words, height); err != nil {
				return err
			}
		case len(words) >= 4 && words[0] == "edge":
			if err := b.readLine(words, height, seen); err != nil {
				return err
			}
		}
	}
	if len(seen) != len(b.lines) {
		return fmt.Errorf("layout: %d lines were asked for, and %d are placed", len(b.lines), len(seen))
	}
	return nil
}

func (b *block) readNode(words []string, height float64) error {
	number, err := b.cardOf(words[1])
	if err != nil {
		return err
	}
	at, err := numbers(words[2:6])
	if err != nil {
		return err
	}
	c := b.cards[number]
	c.x = round(at[0]) - c.width/2
	c.y = round(height-at[1]) - c.height/2
	return nil
}

// cardOf is the number of a card, of the name that dot gave it.
func (b *block) cardOf(name string) (int, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(name, "n"))
	if err != nil || number < 0 || number >= len(b.cards) {
		return 0, fmt.Errorf("layout: there is no node %q", name)
	}
	return number, nil
}

// readLine reads "edge TAIL HEAD N X1 Y1 ... XN YN [LABEL X Y] STYLE COLOR". Graphviz writes the lines by their tail,
// so that a line is found by its ends; several with the same ends are interchangeable.
func (b *block) readLine(words []string, height float64, seen map[*line]bool) error {
	from, err := b.cardOf(words[1])
	if err != nil {
		return err
	}
	to, err := b.cardOf(words[2])
	if err != nil {
		return err
	}
	count, err := strconv.Atoi(words[3])
	if err != nil || count < 2 || len(words) < 4+2*count+2 {
		return fmt.Errorf("layout: a line must have its points: %q", strings.Join(words, " "))
	}
	points, err := numbers(words[4 : 4+2*count])
	if err != nil {
		return err
	}
	for _, l := range b.lines {
		if seen[l] || l.from != b.cards[from] || l.to != b.cards[to] {
			continue
		}
		seen[l] = true
		l.points, l.below = nil, false
		for i := 0; i < len(points); i += 2 {
			l.points = append(l.points, points[i]*perInch, (height-points[i+1])*perInch)
		}
		if rest := words[4+2*count:]; len(rest) >= 5 {
			label, err := numbers(rest[1:3])
			if err != nil {
				return err
			}
			l.labelX, l.labelY = round(label[0]), round(height-label[1])
		}
		return nil
	}
	return fmt.Errorf("layout: no line was asked for from %s to %s", words[1], words[2])
}

// path is a line as SVG has it: Bézier curves through control points, or a straight line where there are two. The last
// point is where the point of an arrow begins.
func (l *line) path() string {
	var out strings.Builder
	for i := 0; i+1 < len(l.points); i += 2 {
		switch {
		case i == 0:
			out.WriteString("M")
		case len(l.points) == 4:
			out.WriteString("L")
		case i == 2:
			out.WriteString("C")
		default:
			out.WriteString(" ")
		}
		out.WriteString(tenths(l.points[i]) + "," + tenths(l.points[i+1]))
	}
	return out.String()
}

// tenths is a number with one decimal at most.
func tenths(pixels float64) string { return strconv.FormatFloat(math.Round(pixels*10)/10, 'f', -1, 64) }

func round(inches float64) int { return int(math.Round(inches * perInch)) }

func numbers(words []string) ([]float64, error) {
	values := make([]float64, len(words))
	for i, word := range words {
		value, err := strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, fmt.Errorf("layout: %q must be a number", word)
		}
		values[i] = value
	}
	return values, nil
}

// splitPlain splits a line into words, of which those in quotes may have spaces.
func splitPlain(text string) []string {
	var words []string
	for text = strings.TrimLeft(text, " "); text != ""; text = strings.TrimLeft(text, " ") {
		end := strings.IndexByte(text, ' ')
		if text[0] == '"' || text[0] == '<' {
			if closing := strings.LastIndexByte(text, '"'); text[0] == '"' && closing > 0 {
				end = closing + 1
			} else if closing := strings.LastIndexByte(text, '>'); text[0] == '<' && closing > 0 {
				end = closing + 1
			}
		}
		if end < 0 {
			end = len(text)
		}
		words = append(words, text[:end])
		text = text[end:]
	}
	return words
}
