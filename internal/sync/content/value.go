package content

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/tidwall/gjson"

	"cloison.dev/cloison/internal/eso"
)

// property selects a property of a JSON value by a path of gjson: a text without its quotes, anything else as it is
// written.
func property(value []byte, path string) (selected []byte, found bool) {
	result := gjson.GetBytes(value, path)
	if !result.Exists() {
		return nil, false
	}
	return text([]byte(result.Raw)), true
}

// text is a JSON text without its quotes, nothing of null, and any other JSON value as it is written.
func text(raw []byte) []byte {
	var unquoted string
	if json.Unmarshal(raw, &unquoted) == nil {
		return []byte(unquoted)
	}
	return bytes.TrimSpace(raw)
}

// object reads the properties of a JSON object; null has none.
func object(value []byte) (properties map[string][]byte, is bool) {
	var raw map[string]json.RawMessage
	if json.Unmarshal(value, &raw) != nil {
		return nil, false
	}
	properties = make(map[string][]byte, len(raw))
	for name, one := range raw {
		properties[name] = text(one)
	}
	return properties, true
}

// decode decodes a value by a strategy of the API. Auto takes what is no base64 as it is.
func decode(strategy string, value []byte) (decoded []byte, ok bool) {
	switch strategy {
	case "", eso.DecodingNone:
		return value, true
	case eso.DecodingBase64:
		return decodeBase64(base64.StdEncoding, value)
	case eso.DecodingBase64URL:
		return decodeBase64(base64.URLEncoding, value)
	case eso.DecodingAuto:
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			if decoded, ok := decodeBase64(encoding, value); ok {
				return decoded, true
			}
		}
		return value, true
	}
	return nil, false
}

func decodeBase64(encoding *base64.Encoding, value []byte) (decoded []byte, ok bool) {
	decoded, err := encoding.DecodeString(string(value))
	return decoded, err == nil
}
