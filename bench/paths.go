package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"cloison.dev/cloison/internal/emulator"
)

// Budgets of reading the paths.
const (
	pathsWallBudget = time.Second
	// pathsFreeCalls is how many calls there may be beside one for each page.
	pathsFreeCalls = 20
)

const (
	pathsSecrets, pathsFolders = 250, 20
	pathsLatency               = 100 * time.Millisecond
	// pathsPageSize is the largest page that the emulator gives.
	pathsPageSize = 100
	// pathsFirst is how many secrets the first folder has: more than fit into a page.
	pathsFirst = 117
	// pathsProject is that of the workloads.
	pathsProject = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"
)

// pathsRow is one way of reading all secrets of all folders.
type pathsRow struct {
	name  string
	wall  time.Duration
	calls int
	// budget is true for the row that the budgets are for; the others are there for comparison.
	budget bool
}

// within judges calls and time.
func (r pathsRow) within() bool {
	return !r.budget || r.calls <= pathsFreeCalls+pathsPages() && r.wall < pathsWallBudget
}

// folderSize is how many secrets a folder has.
func folderSize(folder int) int {
	if folder == 0 {
		return pathsFirst
	}
	return share(pathsSecrets-pathsFirst, pathsFolders-1, folder-1)
}

// pathsPages is how many pages the lists of all folders have.
func pathsPages() int {
	pages := 0
	for folder := range pathsFolders {
		pages += (folderSize(folder) + pathsPageSize - 1) / pathsPageSize
	}
	return pages
}

// folderPath and secretName are those of the Segregation of writePaths.
func folderPath(folder int) string { return fmt.Sprintf("/bench-c%d", folder) }
func secretName(secret int) string { return fmt.Sprintf("key-%d", secret) }

// writePaths writes a Segregation that reads every secret of every folder.
func writePaths(w io.Writer, indentation string) {
	line := func(format string, values ...any) { fmt.Fprintf(w, indentation+format+"\n", values...) }
	line("apiVersion: cloison.dev/v1alpha1")
	line("kind: Segregation")
	line("metadata: {name: bench}")
	line("spec:")
	line("  scaleway: {region: fr-par, projectID: %s}", pathsProject)
	line("  validation: {paths: Live}")
	line("  components:")
	for folder := range pathsFolders {
		line("    c%d:", folder)
		line("      secrets:")
		line("        keys:")
		for secret := range folderSize(folder) {
			line("        - KEY_%d", secret)
		}
	}
}

// service is an emulator with the secrets of the Segregation of writePaths.
type service struct {
	*emulator.Server
	url    string
	key    emulator.Key
	server *http.Server
}

func newService(latency time.Duration) (*service, error) {
	s := &service{Server: emulator.New(emulator.Config{})}
	if err := s.fill(); err != nil {
		return nil, err
	}
	if err := s.SetFaults(emulator.Faults{Latency: latency}); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: s.Server, ReadHeaderTimeout: time.Minute}
	go s.server.Serve(listener) //nolint:errcheck // ends with Close; before that, calls fail
	return s, nil
}

func (s *service) fill() error {
	for folder := range pathsFolders {
		for secret := range folderSize(folder) {
			of := emulator.Secret{ProjectID: pathsProject, Path: folderPath(folder), Name: secretName(secret)}
			if _, err := s.AddSecret(of, emulator.Value("value")); err != nil {
				return err
			}
		}
	}
	var err error
	s.key, err = s.AddKey(emulator.Grant{
		Projects:       []string{pathsProject},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly, emulator.SecretManagerSecretAccess},
	})
	return err
}

// env makes a program ask this service.
func (s *service) env() []string {
	return []string{"SCW_API_URL=" + s.url, "SCW_ACCESS_KEY=" + s.key.AccessKey, "SCW_SECRET_KEY=" + s.key.SecretKey}
}

// paths measures how long it takes to read whether every secret exists.
func (b *bench) paths(r *report) error {
	s, err := newService(pathsLatency)
	if err != nil {
		return err
	}
	defer s.server.Close() //nolint:errcheck // nothing is lost
	list, err := b.write("paths-list", func(w io.Writer) {
		fmt.Fprint(w, listHeader, "functionConfig:\n")
		writePaths(w, "  ")
		fmt.Fprint(w, "items: []\n")
	})
	if err != nil {
		return err
	}
	spec, err := b.write("paths", func(w io.Writer) { writePaths(w, "") })
	if err != nil {
		return err
	}
	programs := []struct {
		name string
		run  subject
	}{
		{"cloison inventory", subject{program: b.cloison, input: spec, args: []string{"inventory", "-f", spec},
			env: s.env()}},
		{"the function, paths: Live", subject{program: b.cloison, input: list, env: s.env()}},
	}
	for _, p := range programs {
		row, err := s.measure(p.name, b.runs, func() (time.Duration, error) {
			u, err := execute(p.run, io.Discard)
			return u.wall, err
		})
		if err != nil {
			return err
		}
		row.budget = true
		r.paths = append(r.paths, row)
	}
	row, err := s.measure("three calls a key, as the operator, 20 workers", 1, s.readLikeTheOperator)
	r.paths = append(r.paths, row)
	return err
}

// measure counts the calls of one run and takes the median of the time of several. Asking for metadata is a call, too.
func (s *service) measure(name string, runs int, run func() (time.Duration, error)) (pathsRow, error) {
	row := pathsRow{name: name}
	var all []usage
	for range runs {
		s.ResetStats()
		wall, err := run()
		if err != nil {
			return row, err
		}
		all = append(all, usage{wall: wall})
		stats := s.Stats()
		row.calls = max(row.calls, stats.Total()+stats.Calls[emulator.Metadata])
	}
	row.wall = medians(all).wall
	return row, nil
}
