package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-licenses/v2/licenses"
	"golang.org/x/mod/module"
	"k8s.io/klog/v2"
)

// allowedLicenses are met by giving their text along, which the archives and the images do.
func allowedLicenses() []string {
	return []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}
}

func mustBe() string {
	return "it must be one of " + strings.Join(allowedLicenses(), ", ") + "; leave the module out, or allow the licence " +
		"in tools/release/licenses.go once its terms are met"
}

// library is what a text of licences is for: a module, or a folder of one that has its own.
type library struct {
	// module and version are as Go names them; the standard library is std.
	module, version string
	// folder is the path of the library: the module, or a folder of it.
	folder   string
	licenses []string
	// texts are the files with the licences and notices, by their names.
	texts map[string][]byte
}

const ownModule = "cloison.dev/cloison"

// findLibraries are those that are linked into a program for one of the targets. It is an error where a library has no
// licence, or one that is not allowed.
func findLibraries(source string, targets []target) ([]library, error) {
	if err := onlyErrors(); err != nil {
		return nil, err
	}
	classifier, err := newClassifier()
	if err != nil {
		return nil, err
	}
	cache, err := goEnv("GOMODCACHE")
	if err != nil {
		return nil, err
	}
	standard, err := standardLibrary()
	if err != nil {
		return nil, err
	}
	found := map[string]library{standard.folder: standard}
	var problems []error
	for _, t := range targets {
		linked, err := linkedInto(source, t, classifier)
		if err != nil {
			return nil, fmt.Errorf("licences for %s/%s: %w", t.os, t.architecture, err)
		}
		for _, one := range embedded(linked) {
			found[one.folder] = one
		}
		for _, one := range linked {
			made, err := newLibrary(cache, one)
			if err != nil {
				problems = append(problems, err)
				continue
			}
			found[made.folder] = made
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	problems = slices.CompactFunc(problems, func(a, b error) bool { return a.Error() == b.Error() })
	sorted := slices.SortedFunc(maps.Values(found), func(a, b library) int { return strings.Compare(a.folder, b.folder) })
	return sorted, errors.Join(problems...)
}

// onlyErrors takes the warnings from the log of go-licenses, such as one for every package with assembly.
func onlyErrors() error {
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	klog.SetOutput(io.Discard)
	return errors.Join(flags.Set("logtostderr", "false"), flags.Set("stderrthreshold", "ERROR"))
}

// linkedInto are the libraries of the programs for a target, without those of this module. The go command behind it
// takes folder and target from the process.
func linkedInto(source string, t target, classifier licenses.Classifier) (_ []*licenses.Library, err error) {
	before, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if err := os.Chdir(source); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.Chdir(before)) }()
	for name, value := range t.environment() {
		restore, err := setEnv(name, value)
		if err != nil {
			return nil, err
		}
		defer restore()
	}
	return licenses.Libraries(context.Background(), classifier, false, []string{ownModule}, "./cmd/...")
}

// setEnv sets a variable of this process, and returns what sets it back.
func setEnv(name, value string) (restore func(), err error) {
	before, was := os.LookupEnv(name)
	return func() {
		if was {
			_ = os.Setenv(name, before) // it was accepted before
		} else {
			_ = os.Unsetenv(name)
		}
	}, os.Setenv(name, value)
}

// textFile is the name of a file that has to be given along.
var textFile = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|notice|patents)`)

// newLibrary reads the texts of a library that was found in the cache of modules.
func newLibrary(cache string, found *licenses.Library) (library, error) {
	if found.LicenseFile == "" {
		if one, is := choiceOf(found); is {
			return one.library(cache)
		}
		return library{}, fmt.Errorf("%s %s has no licence that is known: %s", found.Name(), found.Version(), mustBe())
	}
	relative, err := filepath.Rel(cache, filepath.Dir(found.LicenseFile))
	if err != nil {
		return library{}, err
	}
	escaped, rest, _ := strings.Cut(filepath.ToSlash(relative), "@")
	path, err := module.UnescapePath(escaped)
	if err != nil {
		return library{}, fmt.Errorf("%s: its licence is outside of the cache of modules: %w", found.LicenseFile, err)
	}
	version, inside, _ := strings.Cut(rest, "/")
	made := library{
		module: path, version: version, folder: strings.TrimSuffix(path+"/"+inside, "/"), texts: map[string][]byte{},
	}
	for _, one := range found.Licenses {
		made.licenses = append(made.licenses, one.Name)
		if !slices.Contains(allowedLicenses(), one.Name) {
			return library{}, fmt.Errorf("%s %s has the licence %s: %s", made.folder, made.version, one.Name, mustBe())
		}
	}
	slices.Sort(made.licenses)
	return made, made.readTexts(filepath.Dir(found.LicenseFile), filepath.Base(found.LicenseFile))
}

// readTexts reads the file with the licence, and all others of its folder that have to be given along.
func (l *library) readTexts(folder, license string) error {
	files, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, file := range files {
		name := file.Name()
		if !file.Type().IsRegular() || name != license && !textFile.MatchString(name) || strings.HasSuffix(name, ".go") {
			continue
		}
		if l.texts[name], err = os.ReadFile(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

// standardLibrary is Go's own, which is linked into every program.
func standardLibrary() (library, error) {
	root, err := goEnv("GOROOT")
	if err != nil {
		return library{}, err
	}
	version, err := goEnv("GOVERSION")
	if err != nil {
		return library{}, err
	}
	std := library{
		module: "std", version: version, folder: "std", licenses: []string{"BSD-3-Clause"}, texts: map[string][]byte{},
	}
	if err := std.readTexts(root, "LICENSE"); err != nil {
		return library{}, err
	}
	if len(std.texts["LICENSE"]) == 0 {
		return library{}, fmt.Errorf("%s must have Go's LICENSE, which goes with every program", root)
	}
	return std, nil
}

func goEnv(name string) (string, error) {
	value, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(value)), nil
}

// classifier remembers what it found in a file: most libraries are linked for every target.
type classifier struct {
	licenses.Classifier
	mutex sync.Mutex
	known map[string][]licenses.License
}

func newClassifier() (*classifier, error) {
	made, err := licenses.NewClassifier()
	return &classifier{Classifier: made, known: map[string][]licenses.License{}}, err
}

// Identify implements [licenses.Classifier].
func (c *classifier) Identify(file string) ([]licenses.License, error) {
	c.mutex.Lock()
	found, known := c.known[file]
	c.mutex.Unlock()
	if known {
		return found, nil
	}
	found, err := c.Classifier.Identify(file)
	if err != nil {
		return nil, err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.known[file] = found
	return found, nil
}

// licenseEntries are the texts of all libraries, a table of them, and the project's own licence where it has one.
func (r *release) licenseEntries() []entry {
	entries := []entry{{name: "licenses/licenses.csv", content: r.licenseTable()}}
	for _, one := range r.libraries {
		for name, text := range one.texts {
			entries = append(entries, entry{name: "licenses/" + one.folder + "/" + name, content: text})
		}
	}
	if r.license != nil {
		entries = append(entries, entry{name: "LICENSE", content: r.license})
	}
	return entries
}

// licenseTable has a line for every library: its path, its version and its licences.
func (r *release) licenseTable() []byte {
	var out bytes.Buffer
	table := csv.NewWriter(&out)
	_ = table.Write([]string{"library", "version", "licenses"}) // to memory
	for _, one := range r.libraries {
		_ = table.Write([]string{one.folder, one.version, strings.Join(one.licenses, " AND ")})
	}
	table.Flush()
	return out.Bytes()
}

// writeLicenses writes the table as a file of its own.
func (r *release) writeLicenses() error {
	return r.writeFile(r.name("cloison", "licenses.csv"), r.licenseTable())
}
