package iam

import "time"

// Application is a machine's identity: it holds API keys and is the principal of
// policies.
type Application struct {
	ID string `json:"id"`
	Meta
	// Keys is how many API keys it has; not part of a Snapshot.
	Keys int `json:"-"`
}

// CreateApplication gives the application its id.
func (m *Model) CreateApplication(of Meta, at time.Time) (Application, error) {
	var p problems
	if p.meta(of); len(p) > 0 {
		return Application{}, p.err()
	}
	defer m.change()()
	added := Application{ID: m.newID("application"), Meta: created(of, at)}
	m.applications.rows[added.ID] = added
	return added, nil
}

// Application returns the application of an id.
func (m *Model) Application(id string) (Application, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	found, err := m.applications.get(id)
	return m.counted(found), err
}

// Applications returns all of them, by id.
func (m *Model) Applications() []Application {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := m.applications.all()
	for i := range all {
		all[i] = m.counted(all[i])
	}
	return all
}

func (m *Model) counted(a Application) Application {
	for _, key := range m.keys.rows {
		if key.ApplicationID == a.ID {
			a.Keys++
		}
	}
	return a
}

// UpdateApplication changes an application. Its updated_at moves, whatever changes. Facts: docs/facts.md, "Objects of
// IAM".
func (m *Model) UpdateApplication(id string, c Change, at time.Time) (Application, error) {
	defer m.change()()
	found, err := m.applications.get(id)
	if err != nil {
		return found, err
	}
	if found.Meta, err = c.of(found.Meta); err != nil {
		return found, err
	}
	found.UpdatedAt = at
	m.applications.rows[id] = found
	return m.counted(found), nil
}

// DeleteApplication deletes an application with its API keys, takes it out of
// groups and leaves its policies without principal (inferred, but for itself).
func (m *Model) DeleteApplication(id string) error {
	defer m.change()()
	if err := m.applications.remove(id); err != nil {
		return err
	}
	for _, key := range m.keys.all() {
		if key.ApplicationID == id {
			m.forget(key)
		}
	}
	for _, group := range m.groups.all() {
		m.groups.rows[group.ID] = group.without(id)
	}
	m.orphan(Principal{ApplicationID: id})
	return nil
}
