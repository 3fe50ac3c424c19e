package objects

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/kubeyaml"
)

// Bounds of numbers. The parser of quantities works for seconds on what is beyond them, or does not come to an end.
const (
	// longestExponent is the number of digits of the exponents that are refused anywhere.
	longestExponent = 7
	// longExponent is that of those that are refused where a quantity is: elsewhere they may be part of a name.
	longExponent = 4
	// longestNumber is the number of digits of a quantity that are refused.
	longestNumber = 1000
)

// heavyNumber is the refusal of JSON with a number that no quantity needs; nil where there is none.
func heavyNumber(text []byte) error {
	if hasEndlessNumber(text) {
		return &kubeyaml.Refusal{
			Reason: "a number has an exponent of seven digits or more, which no quantity needs",
		}
	}
	if hasLongNumber(text) && hasHeavyQuantity(text) {
		return &kubeyaml.Refusal{
			Reason: "a quantity has an exponent of four digits or more, or a thousand digits, which none needs",
		}
	}
	return nil
}

// hasEndlessNumber reports whether JSON has a number, also as a text, with an exponent of seven digits or more. One
// byte in seven is looked at: so many digits in a row cannot be missed.
func hasEndlessNumber(text []byte) bool {
	for i := longestExponent - 1; i < len(text); i += longestExponent {
		if !isDigit(text[i]) {
			continue
		}
		first, end := digitsAround(text, i)
		if isEndless(text, first, end) {
			return true
		}
		i = max(i, end-longestExponent)
	}
	return false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isEndless reports whether the digits at a place are the exponent of such a number.
func isEndless(text []byte, first, end int) bool {
	if end-first < longestExponent || end == len(text) || !strings.ContainsRune(`",]}`, rune(text[end])) {
		return false
	}
	mantissa := bytes.TrimRight(text[:first], "+-")
	if len(mantissa) == 0 || mantissa[len(mantissa)-1]|0x20 != 'e' {
		return false
	}
	mantissa = mantissa[:len(mantissa)-1]
	rest := bytes.TrimRight(mantissa, "0123456789.+-")
	return len(rest) > 0 && len(rest) < len(mantissa) && strings.ContainsRune(`":,[`, rune(rest[len(rest)-1]))
}

// digitsAround is the place of the digits around one.
func digitsAround(text []byte, at int) (first, end int) {
	first, end = at, at
	for first > 0 && isDigit(text[first-1]) {
		first--
	}
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	return first, end
}

// hasLongNumber reports whether there may be a quantity that is refused: one byte in four is looked at.
func hasLongNumber(text []byte) bool {
	for i := longExponent - 1; i < len(text); i += longExponent {
		if !isDigit(text[i]) {
			continue
		}
		first, end := digitsAround(text, i)
		if end-first >= longestNumber || end-first >= longExponent && endsInExponent(text[:first]) {
			return true
		}
		i = max(i, end-longExponent)
	}
	return false
}

// endsInExponent reports whether a text ends in the sign of an exponent behind a digit.
func endsInExponent(text []byte) bool {
	text = bytes.TrimRight(text, "+-")
	last := len(text) - 1
	return last > 0 && text[last]|0x20 == 'e' && (isDigit(text[last-1]) || text[last-1] == '.')
}

// hasHeavyQuantity reports whether JSON has such a quantity where Kubernetes' kinds have quantities.
func hasHeavyQuantity(text []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var document any
	return decoder.Decode(&document) == nil && isHeavy(document, false)
}

// isHeavy reports whether a value has such a quantity. counted is true inside of a list of resources.
func isHeavy(value any, counted bool) bool {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if isHeavy(inner, counted || countsResources(key) || isQuantity(key)) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, func(inner any) bool { return isHeavy(inner, counted) })
	case json.Number:
		return counted && isHeavyText(v.String())
	case string:
		return counted && isHeavyText(v)
	}
	return false
}

// countsResources reports whether a field has quantities by the names of resources.
func countsResources(field string) bool {
	return slices.Contains([]string{"requests", "limits", "hard", "used", "capacity", "allocatable", "min", "max",
		"default", "defaultRequest", "maxLimitRequestRatio", "overhead", "podFixed", "allocatedResources", "quota"}, field)
}

// isQuantity reports whether a field is a quantity.
func isQuantity(field string) bool {
	return slices.Contains([]string{"sizeLimit", "divisor", "averageValue", "target", "storage"}, field)
}

func isHeavyText(text string) bool {
	if len(text) >= longestNumber {
		return strings.Trim(text, "0123456789.+-eEmkKMGTPinu") == ""
	}
	mantissa, exponent, found := strings.Cut(strings.ToLower(text), "e")
	exponent = strings.TrimLeft(exponent, "+-")
	return found && len(exponent) >= longExponent && strings.Trim(exponent, "0123456789") == "" &&
		strings.Trim(mantissa, "0123456789.+-") == ""
}
