package oddfiles

import "strings"

// text is a value that is text for every reader.
func (w Writer) text() string {
	return w.pick("a", `"b"`, "'c'", "!!str 5", "!!binary YQ==", `"yes"`, "*n", "&v d", "e f", "2026-01-02",
		`"\u00e9"`, "a#b", "a:b", "=", "!!str y", "'<<'", "1e400")
}

// texts is a mapping of texts.
func (w Writer) texts() string {
	var fields []string
	for range w.IntN(3) {
		fields = append(fields, w.pick("a", "y", "1", `"b.c/d"`, "*n ", "!!str a", "true",
			"!!binary YQ==")+": "+w.text())
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// scalar is a value that may take several lines.
func (w Writer) scalar() string {
	if w.oneIn(6) {
		return w.pick("|-\n    text\n    more", ">\n    folded\n    text", "|+\n    kept\n\n", "|2\n    two\n",
			">-\n    a\n\n    b\n     c\n", "plain\n    more", "'a\n\n    b'", "\"a\\\n    b\"", "|\n    \ttab\n",
			"| # comment\n    text", "!!str |\n    text", "&b |\n    text", "|\n---\n", "\n    - a\n    - b",
			"\n- a\n- b", "\n    a: b\n    a: c")
	}
	return w.flowScalar()
}

// flowScalar is a value that fits in every place.
func (w Writer) flowScalar() string {
	switch {
	case w.oneIn(40):
		return w.pick("!!int x", "!!binary '?'", "*unknown", "%a", "@a", "`a`", "-", "&v", `"\ud83d\ude00"`,
			"!foo bar", "!<!x> 5", ".inf", ".nan", "\ufeff", "a\u2028b", "!!float x", "!!null a", "!!bool a",
			"!!timestamp a", "{", "]", "'", `"`, "? a", "!!map a", "!!seq {}", "!!str {}", "!!str []", "! [a]",
			"! {a: b}", "\x01")
	case w.oneIn(3):
		return w.text()
	}
	return w.pick("yes", "no", "on", "Off", "y", "N", "~", "null", "Null", "true", "False", "TRUE", "tRUE", "0",
		"017", "08", "0x1f", "0X1F", "0o17", "0O17", "1_000", "_1", "1_", "0x_1", "-3", "-0", "+0x1", "-017", "1.5",
		"1e3", "1E3", "1e+3", ".5", "-.5", "5.", "1_0.5", "12345678901234567890", "-9223372036854775808",
		"-9223372036854775809", "9223372036854775808", "18446744073709551616", "123456789012345678901234567890",
		"1e400", "-1e-400", "1e21", "1e20", "1e-7", "0.1", "100000000000000000000.0", "2026-01-02T03:04:05Z",
		"2026-1-2 3:4:5 -5", "12:30:45", "190:20:30", "!!str", "!!str ~", "!!binary gIGC", "!!binary 'Y Q = ='",
		"!!int '5'", "!!int 5", "!!float 1", "!!bool yes", "!!bool 'true'", "!!null ''", "!!timestamp 2026-01-02",
		"!<tag:yaml.org,2002:str> 5", "! x", "! 5", "! y", "! ~", "!  5", "&v ! 5", "! &v 5", "! '5'", "&v 5", "&v",
		"!!value =", "<", "<<", "é", "\u00a0", `"\u00e9\n"`, `"\xe9\0"`, `"\N\_\L\P"`, `"\/"`, `"\e\a"`, "*m", "1.",
		"+1", "0b11", "-0b11", "0b12", "''", `""`, "[]", "{}", "a::b", "-a", "?a", ":a", "null ", "http://a.b/c?d=e",
		"{{ a }}", `{"a":"b"}`, "\U0001f600", "a\u0085b", "0.0", "-0.0", "0x", "0b", "0o",
		"0777777777777777777777777", "0xffffffffffffffff", "0xfffffffffffffffff", "++1", "1e", "e1", "NaN", "nan",
		"inf", "Infinity", "0x1p4", "1__0", "١", "+1_", "0.", "a ! b", "'a ! b'")
}

func (w Writer) key() string {
	switch {
	case w.oneIn(30):
		return w.pick("~", "null", "1.5", "1e3", "[a]", "{a: b}", "*m ", "!!binary '?'", "", ".inf", "! a", "! 1",
			"! y", "!!null ~", "!!bool true", "!foo a", "!!int 1")
	case w.oneIn(2):
		return w.pick("a", "b", "c", `"d"`, "'e'", "tls.crt", "f g")
	}
	return w.pick("y", "on", "NO", `"y"`, "1", "01", "0x10", "-1", "true", "!!str a", "!!str y", "!!binary YQ==",
		"? a", "? y", "*n ", `"<<"`, "!!str <<", "=", "2026-01-02", "12345678901234567890", "18446744073709551615",
		"é", "&k a", "&k 1", "A", "a ", `"a\n"`, "metadata", "items", "name", "kind", "!!str kind")
}
