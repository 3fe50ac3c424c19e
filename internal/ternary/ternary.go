// Package ternary holds the answers of a check that may not know: yes, no, unknown, with Kleene's logic.
package ternary

// Answer is the answer to a question. The zero value is No.
type Answer int

// The three answers, in the order in which [And] and [Or] compare them.
const (
	No Answer = iota
	Unknown
	Yes
)

// Of is Yes or No.
func Of(is bool) Answer {
	if is {
		return Yes
	}
	return No
}

// And is the least of the answers; Yes without any.
func And(answers ...Answer) Answer {
	least := Yes
	for _, a := range answers {
		least = min(least, a)
	}
	return least
}

// Or is the greatest of the answers; No without any.
func Or(answers ...Answer) Answer {
	greatest := No
	for _, a := range answers {
		greatest = max(greatest, a)
	}
	return greatest
}

// Not turns Yes into No and No into Yes.
func Not(a Answer) Answer { return Yes - a }

// String is "no", "unknown" or "yes".
func (a Answer) String() string { return [...]string{"no", "unknown", "yes"}[a] }
