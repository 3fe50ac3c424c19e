package devcli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strings"

	"cloison.dev/cloison/internal/emulator"
)

const (
	// defaultProject is the project of an emulator without seed.
	defaultProject = "11111111-1111-4111-8111-111111111111"
	defaultRegion  = "fr-par"
	// defaultKey names the key of a seed without keys.
	defaultKey = "cloison-dev"
)

// readSeed returns what the emulator starts with: never without a key, and without a file with a project.
func (d *scaleway) readSeed() (emulator.Seed, error) {
	seed := emulator.Seed{Project: defaultProject}
	if d.seed != "" {
		data, err := os.ReadFile(d.seed)
		if err != nil {
			return seed, fmt.Errorf("read the seed: %w", err)
		}
		if seed, err = emulator.ReadSeed(data); err != nil {
			return seed, inFile(d.seed, err)
		}
	}
	if len(seed.Secrets) == 0 {
		seed.Project = cmp.Or(seed.Project, defaultProject)
	}
	if len(seed.Keys) == 0 {
		seed.Keys = []emulator.SeedKey{{
			Name: defaultKey, PermissionSets: []emulator.PermissionSet{emulator.SecretManagerFullAccess},
		}}
	}
	return seed, nil
}

// inFile says of each problem, which stands on a line of its own, in which file it is.
func inFile(file string, err error) error {
	var all []error
	for line := range strings.Lines(err.Error()) {
		all = append(all, fmt.Errorf("%s: %s", file, strings.TrimSuffix(line, "\n")))
	}
	return errors.Join(all...)
}

// fill loads the seed or the state of an earlier run, and returns the variables with which to use it.
func (d *scaleway) fill(s *served, seed emulator.Seed, stderr *log.Logger) (variables, error) {
	if err := s.Load(seed); err != nil {
		return nil, inFile(cmp.Or(d.seed, "the seed"), err)
	}
	if d.state != "" {
		found, err := s.OpenState(d.state)
		if err != nil {
			return nil, err
		}
		if found && d.seed != "" {
			stderr.Printf("%s is there already: its secrets and keys are served, not those of %s", d.state, d.seed)
		}
	}
	key, found := s.KeyNamed(seed.Keys[0].Name)
	if !found {
		return nil, fmt.Errorf("%s was made from another seed, as it has no key %q; name that seed, or move the file away",
			d.state, seed.Keys[0].Name)
	}
	project := seed.Project
	if project == "" && len(seed.Secrets) > 0 {
		project = seed.Secrets[0].Project
	}
	return variables{
		{"SCW_API_URL", s.url},
		{"SCW_ACCESS_KEY", key.AccessKey},
		{"SCW_SECRET_KEY", key.SecretKey},
		{"SCW_DEFAULT_REGION", cmp.Or(seed.Region, defaultRegion)},
		{"SCW_DEFAULT_PROJECT_ID", project},
		{"SCW_DEFAULT_ORGANIZATION_ID", s.OrganizationID()},
	}, nil
}

// variables are those that scaleway-sdk-go reads, in order.
type variables []struct{ name, value string }

// exports sets the variables in a POSIX shell.
func (v variables) exports() string {
	var text strings.Builder
	for _, of := range v {
		fmt.Fprintf(&text, "export %s='%s'\n", of.name, strings.ReplaceAll(of.value, "'", `'\''`))
	}
	return text.String()
}

// environment is another environment in which the variables replace all that begin with SCW_, so that no
// account but the emulator's is used.
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

// writeFile writes the variables as NAME=value, the form that docker and kustomize read. The file appears complete, readable by
// its owner alone.
func (v variables) writeFile(path string) error {
	if path == "" {
		return nil
	}
	beside, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write the variables: %w", err)
	}
	for _, of := range v {
		fmt.Fprintf(beside, "%s=%s\n", of.name, of.value)
	}
	if err = beside.Close(); err == nil {
		err = os.Rename(beside.Name(), path)
	}
	if err != nil {
		err = fmt.Errorf("write the variables: %w", err)
		if removed := os.Remove(beside.Name()); !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
		return err
	}
	return nil
}
