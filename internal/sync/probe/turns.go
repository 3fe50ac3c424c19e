package probe

import (
	"time"

	"cloison.dev/cloison/internal/wall"
)

// Turns are the slots of one runtime among those that share an interval.
type Turns struct {
	// Interval after which the slots come again: they are counted from its multiples since the Unix epoch.
	Interval time.Duration
	// Offset of the runtime's first slot.
	Offset time.Duration
	// Spacing is the length of a slot. Default: [wall.Spacing].
	Spacing time.Duration
}

func (t Turns) withDefaults() Turns {
	if t.Spacing == 0 {
		t.Spacing = wall.Spacing
	}
	return t
}

// Next is the first slot that begins after a time, with the number of the probe that it is for. The runtime may have
// fewer probes. A slot that has begun is left out: another process may have used it.
func (t Turns) Next(after time.Time) (begin time.Time, number int) {
	t = t.withDefaults()
	first := time.Unix(0, 0).Add(t.Offset)
	for first.After(after) {
		first = first.Add(-t.Interval)
	}
	start := first.Add(after.Sub(first) / t.Interval * t.Interval)
	number = int(after.Sub(start)/t.Spacing) + 1
	if number >= t.Most() {
		return start.Add(t.Interval), 0
	}
	return start.Add(time.Duration(number) * t.Spacing), number
}

// Most is how many probes the runtime can have: as many as slots follow its first one in the interval. What comes after
// them is another runtime's.
func (t Turns) Most() int {
	t = t.withDefaults()
	return int((t.Interval - t.Offset) / t.Spacing)
}

// Parts of a slot: what is left free at both of its ends, since clocks differ, what the start is spread over, and twice
// the time that a call may take.
const (
	edge   = 8 // 1/8
	spread = 4 // 1/4
	call   = 4 // 1/4
)

// start is when the probe of a slot begins. The share, from 0 to 1, spreads it.
func (t Turns) start(begin time.Time, share float64) time.Time {
	t = t.withDefaults()
	return begin.Add(t.Spacing/edge + time.Duration(share*float64(t.Spacing/spread)))
}

// latest is when the probe of a slot must have begun: both calls end within the slot then.
func (t Turns) latest(begin time.Time) time.Time { return t.start(begin, 1) }

// timeout of one call.
func (t Turns) timeout() time.Duration { return t.withDefaults().Spacing / call }
