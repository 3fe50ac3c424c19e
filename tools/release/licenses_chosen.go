package main

import (
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-licenses/v2/licenses"
)

// choice is a licence that is taken of those that a module offers, which is why nothing tells it by the text.
type choice struct {
	module, version, license string
	// texts are the files of the module that go along.
	texts []string
}

// chosen are the choices, each for the version that was looked at.
func chosen() []choice {
	return []choice{{
		module: "github.com/golang/freetype", version: "v0.0.0-20170609003504-e2365dfdc4a0", license: "FTL",
		texts: []string{"LICENSE", "licenses/ftl.txt"},
	}}
}

func choiceOf(found *licenses.Library) (choice, bool) {
	for _, one := range chosen() {
		if found.Version() == one.version && slices.ContainsFunc(found.Packages, func(name string) bool {
			return strings.HasPrefix(name+"/", one.module+"/")
		}) {
			return one, true
		}
	}
	return choice{}, false
}

func (c choice) library(cache string) (library, error) {
	made := library{
		module: c.module, version: c.version, folder: c.module, licenses: []string{c.license}, texts: map[string][]byte{},
	}
	for _, name := range c.texts {
		text, err := os.ReadFile(filepath.Join(cache, c.module+"@"+c.version, filepath.FromSlash(name)))
		if err != nil {
			return library{}, err
		}
		made.texts[name] = text
	}
	return made, nil
}

// What is inside of go-graphviz as WebAssembly, which no module of Go says: its version is that of its file
// graphviz.version and of its Dockerfile.
const (
	graphvizModule  = "github.com/goccy/go-graphviz"
	graphvizVersion = "v0.2.10"
)

//go:embed licenses/graphviz.txt
var graphvizText []byte

//go:embed licenses/expat.txt
var expatText []byte

// embedded are the libraries that others hold as a binary. A version of the module that was not looked at has none, and a
// test says so.
func embedded(linked []*licenses.Library) []library {
	for _, one := range linked {
		if one.Version() == graphvizVersion && slices.ContainsFunc(one.Packages, func(name string) bool {
			return strings.HasPrefix(name, graphvizModule)
		}) {
			return []library{
				{module: "graphviz", version: "12.1.2", folder: "graphviz", licenses: []string{"EPL-1.0"},
					texts: map[string][]byte{"LICENSE": graphvizText}},
				{module: "expat", version: "2.6.3", folder: "expat", licenses: []string{"MIT"},
					texts: map[string][]byte{"COPYING": expatText}},
			}
		}
	}
	return nil
}
