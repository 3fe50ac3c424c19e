package syntax

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
)

var (
	// numberWithUnit is one part of an amount, in lower case and without spaces.
	numberWithUnit = form.New(`^([0-9]+(?:[.][0-9]+)?)([a-zµμ]*)`)
	decimalComma   = form.New(`^[0-9]+,([0-9]{1,2}|[0-9]{4,})[a-z]*$`)
)

// cutAmount cuts the first number with its unit from a text in lower case.
func cutAmount(text string) (number, unit, rest string, found bool) {
	parts := numberWithUnit().FindStringSubmatch(text)
	if parts == nil {
		return "", "", text, false
	}
	return parts[1], parts[2], text[len(parts[0]):], true
}

// plainAmount is an amount in lower case, without spaces and underscores, and with a point for a decimal comma.
func plainAmount(text string) string {
	plain := strings.NewReplacer(" ", "", "_", "").Replace(strings.ToLower(text))
	if decimalComma.Matches(plain) {
		plain = strings.ReplaceAll(plain, ",", ".")
	}
	return plain
}

// meantDuration reads days and weeks, units that are written out, ISO 8601's form, and plain numbers as seconds.
func meantDuration(text string) []string {
	rest := strings.TrimPrefix(strings.TrimPrefix(plainAmount(text), "p"), "t")
	var span time.Duration
	for rest != "" {
		number, unit, after, found := cutAmount(rest)
		amount, err := strconv.ParseFloat(number, 64)
		each := unitOfTime(unit)
		if !found || err != nil || each == 0 || amount > 1e6 {
			return nil
		}
		span += time.Duration(amount * float64(each))
		rest = strings.TrimPrefix(after, "t")
	}
	return []string{shortest(span)}
}

// unitOfTime is the length of a unit; 0 for what is none. A number without a unit is one of seconds.
func unitOfTime(unit string) time.Duration {
	switch strings.TrimSuffix(unit, "t") {
	case "w", "week", "weeks":
		return 7 * 24 * time.Hour
	case "d", "day", "days":
		return 24 * time.Hour
	case "h", "hr", "hrs", "hour", "hours":
		return time.Hour
	case "m", "min", "mins", "minute", "minutes":
		return time.Minute
	case "", "s", "sec", "secs", "second", "seconds":
		return time.Second
	case "ms", "msec", "milliseconds":
		return time.Millisecond
	}
	return 0
}

// shortest writes a span of time without units of which it has none: 24h, and not 24h0m0s.
func shortest(span time.Duration) string {
	text := span.String()
	if short, is := strings.CutSuffix(text, "m0s"); is {
		text = short + "m"
	}
	if short, is := strings.CutSuffix(text, "h0m"); is {
		text = short + "h"
	}
	return text
}

// meantQuantity reads units of bytes as other tools write them, of which some mean powers of ten or of two, and units
// of processors.
func meantQuantity(text string) []string {
	number, unit, rest, found := cutAmount(plainAmount(text))
	if !found || rest != "" {
		return nil
	}
	var guesses []string
	for _, suffix := range unitsOfQuantity(unit) {
		guesses = append(guesses, number+suffix)
	}
	return guesses
}

func unitsOfQuantity(unit string) []string {
	switch unit {
	case "", "b", "byte", "bytes", "cpu", "cpus", "vcpu", "vcpus", "core", "cores":
		return []string{""}
	case "mcpu", "millicpu", "millicpus", "millicore", "millicores":
		return []string{"m"}
	}
	letter, rest := unit[:1], unit[1:]
	if !slices.Contains([]string{"k", "m", "g", "t", "p", "e"}, letter) {
		return nil
	}
	decimal, binary := strings.ToUpper(letter), strings.ToUpper(letter)+"i"
	if letter == "k" {
		decimal = "k"
	}
	switch rest {
	case "", "b":
		return []string{decimal, binary}
	case "i", "ib":
		return []string{binary}
	}
	return nil
}

// FixCPU is [Grammar.Fix] of [Quantity] for processors, of which there are thousandths, and no thousands.
func FixCPU(text string) string {
	number, unit, rest, found := cutAmount(plainAmount(text))
	switch {
	case !found || rest != "":
		return ""
	case unit == "mi" || unit == "mb" || unit == "mib":
		return phrase.Write(number + "m")
	case slices.Contains([]string{"k", "m", "g", "t", "p", "e"}, (unit + " ")[:1]) && !strings.HasPrefix(unit, "m"):
		return ""
	}
	return Quantity.Fix(text)
}

// protocolOf is what a port has where a word is spoken over it; empty for an unknown word.
func protocolOf(word string) string {
	switch word {
	case "tcp", "http", "https", "tls", "grpc", "ws", "wss":
		return "TCP"
	case "udp", "quic", "dns":
		return "UDP"
	case "sctp":
		return "SCTP"
	}
	return ""
}

// meantPort reads protocols in lower case and in front, protocols that are spoken over one of the three, and ranges with
// a colon or in the wrong order.
func meantPort(text string) []string {
	numbers, protocol := cutProtocol(strings.ToLower(strings.ReplaceAll(text, " ", "")))
	numbers = strings.TrimPrefix(numbers, ":")
	first, last, isRange := strings.Cut(strings.NewReplacer(":", "-", "..", "-").Replace(numbers), "-")
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	switch {
	case errFrom != nil || isRange && errTo != nil:
		return nil
	case isRange:
		numbers = strconv.Itoa(min(from, to)) + "-" + strconv.Itoa(max(from, to))
	default:
		numbers = strconv.Itoa(from)
	}
	switch known := protocolOf(protocol); {
	case protocol == "" || known == "TCP":
		return []string{numbers}
	case known != "":
		return []string{numbers + "/" + known}
	}
	return nil
}

// cutProtocol cuts the protocol from behind a port, or from before it.
func cutProtocol(text string) (numbers, protocol string) {
	before, after, found := strings.Cut(text, "/")
	if !found || strings.Trim(before, "abcdefghijklmnopqrstuvwxyz") != "" {
		return before, after
	}
	return after, before
}

// advisePort tells what no number can be guessed for.
func advisePort(text string) string {
	switch word := strings.ToLower(text); {
	case word == "*" || word == "any" || word == "all":
		return "leave ports out, which means all of them"
	case portName.Matches(word):
		return "names of ports are not known here: write the number of the container's port"
	}
	return ""
}

var portName = form.New(`^[a-z0-9-]*[a-z][a-z0-9-]*$`)
