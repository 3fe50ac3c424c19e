// Package strict reads the kinds that people write. What is not exactly right is reported, with the path and the line
// of the field, and everything at once: unknown, duplicate and wrongly-cased fields, wrong types.
package strict
