package devcli

import (
	"cmp"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/seed"
	"cloison.dev/cloison/internal/wholefile"
)

const (
	// defaultProject is the project of an emulator without seed.
	defaultProject = "11111111-1111-4111-8111-111111111111"
	defaultRegion  = "fr-par"
	// defaultKey names the key of a seed without keys.
	defaultKey = "cloison-dev"
)

// readSeed returns what the emulator starts with. It always has a key, and without a file a project.
func (o *options) readSeed() (seed.Seed, error) {
	read := seed.Seed{Project: defaultProject}
	if o.seed != "" {
		data, err := os.ReadFile(o.seed)
		if err != nil {
			return read, fmt.Errorf("read the seed: %w", err)
		}
		if read, err = seed.Read(data); err != nil {
			return read, inFile(o.seed, err)
		}
	}
	if len(read.Secrets) == 0 {
		read.Project = cmp.Or(read.Project, defaultProject)
	}
	if len(read.Keys) == 0 {
		read.Keys = []seed.Key{{
			Name: defaultKey, PermissionSets: []iam.SetName{iam.SecretManagerFullAccess},
		}}
	}
	return read, nil
}

// inFile adds the name of the file to each problem, which stands on a line of its own.
func inFile(file string, err error) error {
	var all []error
	for line := range strings.Lines(err.Error()) {
		all = append(all, fmt.Errorf("%s: %s", file, strings.TrimSuffix(line, "\n")))
	}
	return errors.Join(all...)
}

// fill loads the seed or the state of an earlier run, and returns the variables with which to use it.
func (o *options) fill(s *served, with seed.Seed, stderr *log.Logger) (variables, error) {
	if err := s.Load(with); err != nil {
		return nil, inFile(cmp.Or(o.seed, "the seed"), err)
	}
	if o.state != "" {
		found, err := s.OpenState(o.state)
		if err != nil {
			return nil, err
		}
		if found && o.seed != "" {
			stderr.Printf("%s is there already: its secrets and keys are served, not those of %s", o.state, o.seed)
		}
	}
	key, found := s.KeyNamed(with.Keys[0].Name)
	if !found {
		return nil, fmt.Errorf("%s was made from another seed, as it has no key %q; name "+
			"that seed, or move the file away",
			o.state, with.Keys[0].Name)
	}
	project := with.Project
	if project == "" && len(with.Secrets) > 0 {
		project = with.Secrets[0].Project
	}
	return variables{
		{"SCW_API_URL", s.url},
		{"SCW_ACCESS_KEY", key.AccessKey},
		{"SCW_SECRET_KEY", key.SecretKey},
		{"SCW_DEFAULT_REGION", cmp.Or(with.Region, defaultRegion)},
		{"SCW_DEFAULT_PROJECT_ID", project},
		{"SCW_DEFAULT_ORGANIZATION_ID", s.OrganizationID()},
	}, nil
}

// variables are those that scaleway-sdk-go reads, in order.
type variables []struct{ name, value string }

// exports returns the commands that set the variables in a POSIX shell.
func (v variables) exports() string {
	var text strings.Builder
	for _, of := range v {
		fmt.Fprintf(&text, "export %s='%s'\n", of.name, strings.ReplaceAll(of.value, "'", `'\''`))
	}
	return text.String()
}

// environment returns an environment in which the variables replace all that begin with SCW_, so that no account but
// the emulator's is used.
func (v variables) environment(inherited []string) []string {
	var all []string
	for _, entry := range inherited {
		if !strings.HasPrefix(entry, "SCW_") {
			all = append(all, entry)
		}
	}
	for _, of := range v {
		all = append(all, of.name+"="+of.value)
	}
	return all
}

// writeFile writes the variables as NAME=value, the form that docker and kustomize read. The file appears complete,
// readable by its owner alone, and no path means no file.
func (v variables) writeFile(path string) error {
	if path == "" {
		return nil
	}
	var text strings.Builder
	for _, of := range v {
		fmt.Fprintf(&text, "%s=%s\n", of.name, of.value)
	}
	if _, err := wholefile.WriteOwn(path, []byte(text.String())); err != nil {
		return fmt.Errorf("write the variables: %w", err)
	}
	return nil
}
