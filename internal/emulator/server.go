package emulator

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/iamapi"
	"cloison.dev/cloison/internal/emulator/id"
	"cloison.dev/cloison/internal/emulator/secret"
	"cloison.dev/cloison/internal/emulator/secretapi"
)

// Config is what a Server is made of. The zero value is usable.
type Config struct {
	// Random makes ids: the same number and the same contents give the same ids, keys and choice of calls that faults
	// strike.
	Random uint64
	// Regions are the regions that exist; any other is unknown. Omitted, they are fr-par, nl-ams and pl-waw. The
	// first one is where secrets go that name no region.
	Regions []string
	// Now is the clock for created_at and other times, and for when what is ephemeral, not visible yet or scheduled for
	// deletion changes. Omitted, it is time.Now.
	Now func() time.Time
	// OrganizationID is a UUID. Omitted, it depends on Random.
	OrganizationID string
	// GrantDelay is how long a rule that is made through the API allows nothing yet. Omitted, it is none; on Scaleway
	// it may take up to a minute.
	GrantDelay time.Duration
	// Quotas limit what calls may create. Omitted, there are no limits.
	Quotas Quotas
	// Control serves the control API under /_emulator/, which asks for no authentication. Omitted, these paths are
	// unknown.
	Control bool
	// Observe is called with every call to the API when it ends, from several goroutines at once. It may be nil.
	Observe func(Exchange)
}

// Server emulates Scaleway's APIs. It is an http.Handler; all methods are safe for concurrent use.
type Server struct {
	ids     id.Source
	now     func() time.Time
	routes  []api.Route
	control http.Handler // nil: not served
	observe func(Exchange)
	faults  *fault.Injector
	traffic *traffic
	iam     *iam.Model // has a lock of its own

	mu      sync.Mutex // guards what follows, and the service of secrets
	secrets *secret.Store
	service *secretapi.Service
	keys    map[string]Key // the keys of seeds, by name
	file    stateFile
}

// New returns a Server without keys, secrets or faults.
func New(c Config) *Server {
	if len(c.Regions) == 0 {
		c.Regions = []string{"fr-par", "nl-ams", "pl-waw"}
	}
	s := &Server{
		ids: id.Source(c.Random), now: c.Now, observe: c.Observe, traffic: newTraffic(), keys: map[string]Key{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.observe == nil {
		s.observe = func(Exchange) {}
	}
	s.secrets = secret.NewStore(s.ids, c.Regions)
	s.iam = iam.New(s.iamConfig(c))
	s.service = &secretapi.Service{
		Store: s.secrets, OrganizationID: s.iam.OrganizationID, Quota: c.Quotas.Secrets,
	}
	management := &iamapi.Service{Model: s.iam, IDs: s.ids, Quotas: c.Quotas, InUse: s.inUse}
	s.routes = slices.Concat([]api.Route{api.MetadataRoute()}, s.service.Routes(), management.Routes())
	s.faults = fault.NewInjector(s.ids, endpoints(s.routes))
	if c.Control {
		s.control = s.newControl()
	}
	return s
}

// iamConfig makes ids depend on Config.Random and on what is counted.
func (s *Server) iamConfig(c Config) iam.Config {
	organization := strings.ToLower(c.OrganizationID)
	if organization == "" {
		organization = s.ids.UUID("organization", 0)
	}
	return iam.Config{
		OrganizationID: organization,
		NewID:          s.ids.UUID,
		Born:           time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC),
		GrantDelay:     c.GrantDelay,
	}
}

func endpoints(routes []api.Route) []api.Endpoint {
	var all []api.Endpoint
	for _, r := range routes {
		all = append(all, r.Endpoint)
	}
	return all
}

// inUse reports whether a project has secrets. Handlers call it, which run under the lock.
func (s *Server) inUse(project string) bool {
	return slices.ContainsFunc(s.secrets.All(), func(e *secret.Entry) bool { return e.ProjectID == project })
}
