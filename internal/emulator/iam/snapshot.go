package iam

import (
	"fmt"
	"maps"
)

// Snapshot is all state of a Model, in the form of JSON. It holds secret keys in
// clear text: write it only where they may be read.
type Snapshot struct {
	OrganizationID string         `json:"organizationID"`
	Serials        map[string]int `json:"serials,omitempty"`
	Applications   []Application  `json:"applications,omitempty"`
	Groups         []Group        `json:"groups,omitempty"`
	Policies       []Policy       `json:"policies,omitempty"`
	Projects       []Project      `json:"projects,omitempty"`
	Keys           []Key          `json:"keys,omitempty"`
}

// Snapshot returns a copy of the state, sorted by id.
func (m *Model) Snapshot() Snapshot {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return Snapshot{
		OrganizationID: m.config.OrganizationID,
		Serials:        maps.Clone(m.serials),
		Applications:   m.applications.all(),
		Groups:         m.groups.all(),
		Policies:       m.policies.all(),
		Projects:       m.projects.all(),
		Keys:           m.keys.all(),
	}
}

// Restore replaces the state, the organization included. It fails, and changes
// nothing, on a snapshot whose rules or keys no Model would have accepted.
func (m *Model) Restore(s Snapshot) error {
	m.mu.RLock()
	config := m.config
	m.mu.RUnlock()
	restored := New(config)
	restored.config.OrganizationID = s.OrganizationID
	restored.clear()
	maps.Copy(restored.serials, s.Serials)
	for _, row := range s.Applications {
		restored.applications.rows[row.ID] = row
	}
	for _, row := range s.Groups {
		restored.groups.rows[row.ID] = row
	}
	for _, row := range s.Projects {
		restored.projects.rows[row.ID] = row
	}
	for _, row := range s.Policies {
		var p problems
		if row.Rules = restored.parse(&p, row.Rules); len(p) > 0 {
			return fmt.Errorf("restore policy %q: %w", row.ID, p.err())
		}
		restored.policies.rows[row.ID] = row
	}
	for i, row := range s.Keys {
		err := restored.checkKey(row)
		if err == nil {
			_, err = restored.applications.get(row.ApplicationID)
		}
		if err != nil {
			return fmt.Errorf("restore keys[%d]: %w", i, err)
		}
		restored.keys.rows[row.AccessKey] = row
		restored.bySecret[row.SecretKey] = row.AccessKey
	}
	defer m.change()()
	m.config.OrganizationID = s.OrganizationID
	m.serials, m.applications, m.groups = restored.serials, restored.applications, restored.groups
	m.policies, m.projects, m.keys, m.bySecret = restored.policies, restored.projects, restored.keys, restored.bySecret
	return nil
}
