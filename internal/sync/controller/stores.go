package controller

import (
	"context"
	"net/http"
	"sync"

	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/fetch"
)

// stores are the SecretStores that are read from.
type stores struct {
	config Config
	// connections to Scaleway, which all stores share. Each would keep its own otherwise, as many as it makes calls at
	// a time.
	connections http.RoundTripper
	// changed is told of an ExternalSecret of which more is known.
	changed func(name string)

	mu   sync.Mutex
	ctx  context.Context // of all loops
	open map[string]*opened
}

// opened is a store that is being read from.
type opened struct {
	*fetch.Store
	from     vaultKey
	observer *observer
	stop     context.CancelFunc
}

// vaultKey is what a store is opened with: with anything else it is another store.
type vaultKey struct{ access, secret, url, region, project string }

// config opens what a store is opened with.
func (k vaultKey) config(retry scaleway.Retry) scaleway.VaultConfig {
	return scaleway.VaultConfig{
		AccessKey: k.access, SecretKey: k.secret, URL: k.url, Region: k.region, ProjectID: k.project, Retry: retry,
	}
}

// get opens a store, once for the same configuration. Another one has everything read again, with the new key.
func (s *stores) get(name string, from vaultKey) (*fetch.Store, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if is := s.open[name]; is != nil && is.from == from {
		return is.Store, nil
	}
	config := from.config(s.config.Retry)
	config.KeepAlive, config.Connections = true, s.connections
	vault, err := scaleway.NewVault(config)
	if err != nil {
		return nil, err
	}
	s.close(name)
	ctx, stop := context.WithCancel(s.ctx)
	watched := s.config.Metrics.observer(name)
	made := fetch.NewStore(fetch.Config{
		Vault: vault, Poll: s.config.PollInterval, Changed: s.changed, Observer: watched,
	})
	s.open[name] = &opened{Store: made, from: from, observer: watched, stop: stop}
	go made.Run(ctx)
	return made, nil
}

// close ends the reading from a store.
func (s *stores) close(name string) {
	if is := s.open[name]; is != nil {
		is.stop()
		is.observer.end()
		delete(s.open, name)
	}
}

// keep ends the reading from all stores but some.
func (s *stores) keep(names map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.open {
		if !names[name] {
			s.close(name)
			s.config.Metrics.forgetStore(name)
		}
	}
}
