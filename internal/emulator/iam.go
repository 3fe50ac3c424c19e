package emulator

import (
	"strings"

	"cloison.dev/cloison/internal/emulator/iam"
)

// iamConfig makes ids depend on the seed and on what is counted.
func (s *Server) iamConfig(c Config) iam.Config {
	organization := strings.ToLower(c.OrganizationID)
	if organization == "" {
		organization = newID(s.seed, "organization", 0)
	}
	return iam.Config{
		OrganizationID: organization,
		NewID:          func(kind string, serial int) string { return newID(s.seed, kind, serial) },
		Born:           born(),
		GrantDelay:     c.GrantDelay,
	}
}

// OrganizationID is the organization of everything that the Server holds. Its
// default project has the same id.
func (s *Server) OrganizationID() string { return s.iam.OrganizationID() }
