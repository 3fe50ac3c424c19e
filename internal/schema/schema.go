// Package schema holds the JSON Schema of a Segregation, generated from the types of package spec.
package schema

import _ "embed"

//go:generate go run ./generate

// JSON is the schema, in draft 2020-12.
//
//go:embed segregation.schema.json
var JSON []byte
