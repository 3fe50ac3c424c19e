// Package importer reads hand-written manifests and writes the Segregation that replaces them. What a Segregation
// cannot say, or says differently, is a Note: nothing is left out in silence.
package importer
