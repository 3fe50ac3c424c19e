// Command kptcatalog writes the entry of a release for a catalogue of kpt functions: a metadata.yaml in the form of
// the KRM functions catalogue of kpt. Every address in it comes from a flag, and without one of them nothing is
// written: an entry must lead to what can be fetched.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"os"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/form"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "kptcatalog:", strings.ReplaceAll(err.Error(), "\n", "\nkptcatalog: "))
		os.Exit(1)
	}
}

// release is what an entry is made of. No field may be empty.
type release struct {
	// home is the address of the repository's page, below which /tree/TAG/FOLDER is a folder.
	home string
	// images is the repository that has the image cloison.
	images string
	// version is the tag of the release.
	version string
	// email is who answers; license is the identifier of SPDX.
	email, license string
}

func run(args []string, stdout io.Writer) error {
	var r release
	flags := flag.NewFlagSet("kptcatalog", flag.ContinueOnError)
	flags.StringVar(&r.home, "home", "", "`address` of the repository's page")
	flags.StringVar(&r.images, "images", "", "`repository` of the images")
	flags.StringVar(&r.version, "version", "", "`tag` of the release")
	flags.StringVar(&r.email, "email", "", "`address` of the maintainers")
	flags.StringVar(&r.license, "license", "", "`identifier` of the licence, of SPDX")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := r.validate(); err != nil {
		return err
	}
	text, err := yaml.Marshal(r.entry())
	if err != nil {
		return err
	}
	_, err = stdout.Write(text)
	return err
}

var (
	tags         = form.New(`^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)
	repositories = form.New(`^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+$`)
	licenses     = form.New(`^[A-Za-z0-9.+-]+$`)
)

func (r *release) validate() error {
	var problems []error
	must := func(holds bool, flag, value, be string) {
		switch {
		case value == "":
			problems = append(problems, fmt.Errorf("-%s must be %s; there is none yet", flag, be))
		case !holds:
			problems = append(problems, fmt.Errorf("-%s must be %s, is %q", flag, be, value))
		}
	}
	home, err := url.Parse(r.home)
	must(err == nil && home.Scheme == "https" && home.Host != "" && !strings.HasSuffix(r.home, "/"), "home", r.home,
		"the address of the repository's page, such as https://git.example.com/team/cloison")
	must(repositories.Matches(r.images), "images", r.images,
		"the repository that the images are pushed to, without an image and a tag, such as registry.example.com/team")
	must(tags.Matches(r.version), "version", r.version, "the tag of a release, such as v1.2.3")
	address, err := mail.ParseAddress(r.email)
	must(err == nil && address.Address == r.email, "email", r.email,
		"the maintainers' address, such as team@example.com")
	must(licenses.Matches(r.license), "license", r.license, "the licence of the program, as SPDX calls it")
	return errors.Join(problems...)
}

// entry has the fields of the catalogue, all of which it requires. Facts: docs/facts.md, "Entries of kpt's catalogue".
type entry struct {
	Image              string   `yaml:"image"`
	Description        string   `yaml:"description"`
	Tags               []string `yaml:"tags"`
	SourceURL          string   `yaml:"sourceURL"`
	ExamplePackageURLs []string `yaml:"examplePackageURLs"`
	Emails             []string `yaml:"emails"`
	License            string   `yaml:"license"`
}

// Folders of this repository that an entry leads to.
const (
	sourceFolder  = "cmd/cloison"
	exampleFolder = "kustomization/kpt"
)

func (r *release) entry() entry {
	folder := func(path string) string { return r.home + "/tree/" + r.version + "/" + path }
	return entry{
		Image:              r.images + "/cloison",
		Description:        "Wall the secrets of an application's components off from each other, and prove it.",
		Tags:               []string{"mutator", "validator"},
		SourceURL:          folder(sourceFolder),
		ExamplePackageURLs: []string{folder(exampleFolder)},
		Emails:             []string{r.email},
		License:            r.license,
	}
}
