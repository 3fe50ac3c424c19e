// Package readers holds no code, only tests: they hold the reader of manifests against what kubectl reads them with, on
// odd files. It must make the same objects of them, or refuse them.
package readers
