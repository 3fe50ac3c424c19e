// Package flux tests what Flux does with what Cloison renders and cloison-push pushes.
package flux
