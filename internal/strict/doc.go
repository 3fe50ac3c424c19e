// Package strict decodes the kinds of Cloison strictly: unknown, duplicate and wrongly-cased fields and wrong types are
// reported all at once, each with the path and the line of the field.
package strict
