// Package register replaces External Secrets Operator's package of the same
// path: it registers no generator, because no test uses one.
package register
