package main

import (
	"fmt"
	"net"
	"net/http"
	"time"

	"cloison.dev/cloison/internal/emulator"
)

// project is the Scaleway project of every row.
const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// scaleway is an emulated Secret Manager on a port of its own, with a key that may read the whole project.
type scaleway struct {
	*emulator.Server
	url    string
	key    emulator.Key
	server *http.Server
}

func newScaleway() (*scaleway, error) {
	s := &scaleway{Server: emulator.New(emulator.Config{})}
	var err error
	s.key, err = s.AddKey(emulator.Grant{
		Projects:       []string{project},
		PermissionSets: []emulator.PermissionSet{emulator.SecretManagerReadOnly, emulator.SecretManagerSecretAccess},
	})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.url = "http://" + listener.Addr().String()
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

func (s *scaleway) close() error {
	s.Close()
	return s.server.Close()
}

// put stores a secret and returns its id.
func (s *scaleway) put(folder, name, value string) (id string, err error) {
	id, err = s.AddSecret(emulator.Secret{ProjectID: project, Path: folder, Name: name}, emulator.Value(value))
	if err != nil {
		return "", fmt.Errorf("store secret %q of %q: %w", name, folder, err)
	}
	return id, nil
}

func (s *scaleway) delay(each time.Duration) error {
	return s.SetFaults(emulator.Faults{Latency: each})
}
