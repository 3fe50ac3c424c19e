package emulator

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
)

// Config is what a Server is made of. The zero value is usable.
type Config struct {
	// Seed makes ids: the same seed and the same seeding give the same ids,
	// keys and choice of rate-limited calls.
	Seed uint64
	// Regions are the regions that exist; any other is unknown. Omitted, they
	// are fr-par, nl-ams and pl-waw. The first one is where secrets that name no
	// region live.
	Regions []string
	// Now tells the time for created_at and its kin, and when what is ephemeral,
	// unseen or scheduled for deletion changes. Omitted, it is time.Now.
	Now func() time.Time
	// OrganizationID is a UUID. Omitted, it depends on Seed.
	OrganizationID string
	// GrantDelay is how long a rule that is made through the API allows nothing
	// yet. Omitted, it is none; on Scaleway it may take up to a minute.
	GrantDelay time.Duration
	// Quotas limit what calls may create. Omitted, there are no limits.
	Quotas Quotas
	// Control serves the control API under /_emulator/, which asks for no
	// authentication. Omitted, these paths are unknown.
	Control bool
	// Observe is told of every call to the API when it ends, from several
	// goroutines at once. Omitted, nobody is.
	Observe func(Exchange)
}

// Server emulates the Secret Manager API. It is an http.Handler; all methods
// are safe for concurrent use.
type Server struct {
	seed    uint64
	regions []string
	now     func() time.Time
	quotas  Quotas
	routes  []route
	control http.Handler // nil: not served
	observe func(Exchange)
	traffic traffic
	iam     *iam.Model // has a lock of its own
	ending

	mu      sync.Mutex
	named   map[string]Key     // the keys of seeds
	secrets map[string]*secret // by id
	live    map[place]*secret  // those that are not scheduled for deletion
	retired map[string]bool    // ids of secrets that are gone for good
	quirks  Quirks
	due     time.Time // when something happens by itself next; zero: never
	file    stateFile
}

// New returns a Server without keys, secrets or faults.
func New(c Config) *Server {
	s := &Server{
		seed:    c.Seed,
		regions: slices.Clone(c.Regions),
		now:     c.Now,
		quotas:  c.Quotas,
		secrets: map[string]*secret{},
		live:    map[place]*secret{},
		named:   map[string]Key{},
		retired: map[string]bool{},
	}
	if len(s.regions) == 0 {
		s.regions = []string{"fr-par", "nl-ams", "pl-waw"}
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.iam = iam.New(s.iamConfig(c))
	s.routes = slices.Concat(routes(), iamRoutes())
	s.traffic.calls, s.traffic.struck = map[Endpoint]int{}, map[Fault]int{}
	s.closed = make(chan struct{})
	if s.observe = c.Observe; s.observe == nil {
		s.observe = func(Exchange) {}
	}
	if c.Control {
		s.control = s.newControl()
	}
	return s
}

// answer runs the call's handler at one moment, while nothing else can change the
// state, and writes the state to its file before the caller learns of a change.
func (s *Server) answer(found route, params map[string]string, r *http.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := call{params: params, query: r.URL.Query(), body: body, now: sync.OnceValue(s.now)}
	s.passTime(c.now)
	answer, err := s.handle(found, c, r)
	if unsaved := s.save(); unsaved != nil {
		return nil, &apiError{http.StatusInternalServerError, plainBody{unsaved.Error()}}
	}
	return answer, err
}

// handle authenticates the call where its route asks for that and runs its
// handler.
func (s *Server) handle(found route, c call, r *http.Request) (any, error) {
	if !found.public {
		by, err := s.authenticate(r, c.now)
		if err != nil {
			return nil, err
		}
		c.caller = by
	}
	if region, ok := c.params["region"]; ok && !slices.Contains(s.regions, region) {
		return nil, errUnknownRoute()
	}
	return found.handle(s, c)
}

// metadata answers the SDK's GetAPIMetadata. Source: scaleway-sdk-go, which
// tests these values against the real API without credentials; the lower case
// of the field names is inferred.
func (s *Server) metadata(call) (any, error) {
	return struct {
		Domain    string `json:"domain"`
		Partition string `json:"partition"`
		Platform  string `json:"platform"`
	}{"scw.eu", "scw", "external"}, nil
}
