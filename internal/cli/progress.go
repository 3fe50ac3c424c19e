package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"cloison.dev/cloison/internal/printable"
)

// patience is how long work may take before its progress is shown.
const patience = 500 * time.Millisecond

// progress shows on a terminal what is being done, where that takes long. Anywhere else it shows nothing.
type progress struct {
	w     io.Writer
	mutex sync.Mutex
	doing string
	// shown is true while there is a line to clear.
	shown bool
	timer *time.Timer
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: printable.Unwrap(w)}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if isTerminalWriter(w) {
		p.timer = time.AfterFunc(patience, p.show)
	}
	return p
}

// say replaces what is being done.
func (p *progress) say(doing string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.doing = doing
	if p.shown {
		p.print()
	}
}

func (p *progress) show() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.timer == nil {
		return
	}
	p.shown = true
	p.print()
}

func (p *progress) print() { fmt.Fprint(p.w, clearLine+oneLine(p.doing)+"...") }

// done clears the line. Nothing is shown after it.
func (p *progress) done() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	if p.shown {
		fmt.Fprint(p.w, clearLine)
		p.shown = false
	}
}

// clearLine takes a terminal back to the start of its line, and empties it.
const clearLine = "\r\x1b[K"

// oneLine is as much of a text as a narrow terminal shows in a line.
func oneLine(text string) string {
	const width = 78
	text = printable.Line(text)
	if runes := []rune(text); len(runes) > width {
		text = string(runes[:width-3]) + "..."
	}
	return text
}
