package oddfiles

// json is a JSON object, or what looks like one.
func (w Writer) json() string {
	const pod = `"apiVersion":"v1","kind":"Pod"`
	return w.pick(`{"apiVersion":"v1","kind":"Pod","kind":"Job","metadata":{"name":"a","name":"b"}}`,
		`{`+pod+`,"metadata":{"name":"\ud83d\ude00","x":"\/"},"a":1e3,"a":2}`,
		`{"apiVersion":"v1","kind":"Foo","items":[{"apiVersion":"v1","kind":"Job"}]}`, `{apiVersion: v1, kind: Pod}`,
		`{"a":`, "{\n\t\"apiVersion\":\"v1\",\n\t\"kind\":\"Pod\"}",
		`{`+pod+`,"a":[`+w.jsonValue()+`,`+w.jsonValue()+`]}`,
		`{`+pod+`,"metadata":{"labels":{"a":`+w.jsonValue()+`}}}`,
		`{`+pod+`,"Kind":"Job","<<":{"kind":"Job"},"y":1,"1":2,"":3,"*a":"&b","=":"="}`,
		`{`+pod+`,"a":`+w.jsonValue()+`}`, `{`+pod+`, // comment`+"\n"+`"a":1}`, `{`+pod+`,}`, `[{`+pod+`}]`, `5`,
		`"a"`, `null`, `{}`, `{`+pod+`} # comment`,
		`{"kind":"List","apiVersion":"v1","items":[{`+pod+`,"metadata":{"name":"a"}},{`+pod+`}]}`,
		`{`+pod+`,"items":null}`, `{`+pod+`,"items":{}}`, `{'apiVersion':'v1','kind':'Pod'}`,
		`{`+pod+`,"a":{"b":{"c":`+w.jsonValue()+`}}}`, `{`+pod+`,"metadata":{"name":"a","name":null}}`,
		`{`+pod+`,"spec":{"a":1},"spec":{"b":2}}`, `{`+pod+`,"`+"\x7f"+`":"`+"\u2028"+`"}`)
}

func (w Writer) jsonValue() string {
	return w.pick("1", "-0", "1.0", "1e3", "1E+2", "1e400", "12345678901234567890", "-9223372036854775808",
		"123456789012345678901234567890", "0.1", "true", "null", `"yes"`, `"2026-01-02"`, `"\ud800"`, `"\u0000"`,
		`"\u007f\u0085"`, `"a\nb"`, "\"\t\"", `"\x41"`, `"<&>"`, `"`+"\u2028\u0085\ufeff"+`"`, `"`+"\xff"+`"`, "01",
		"+1", ".5", "[]", "{}", `{"a":1,"a":2}`, "1e21", "1e20", "1e-7", "100000000000000000000", "9007199254740993",
		"9007199254740993.0", `"*a"`, `"!a"`, `" "`, "NaN", `'a'`)
}
