package iam

import "time"

// Project is what resources belong to. The emulator's secrets and rules may name
// projects that do not exist here.
type Project struct {
	ID string `json:"id"`
	Meta
}

// CreateProject gives the project its id.
func (m *Model) CreateProject(of Meta, at time.Time) (Project, error) {
	var p problems
	if p.name(of.Name); len(p) > 0 {
		return Project{}, p.err()
	}
	defer m.change()()
	added := Project{ID: m.newID("project"), Meta: created(of, at)}
	m.projects.rows[added.ID] = added
	return added, nil
}

// Project returns the project of an id.
func (m *Model) Project(id string) (Project, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.projects.get(id)
}

// Projects returns all of them, by id.
func (m *Model) Projects() []Project {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.projects.all()
}

// UpdateProject changes a project and moves its updated_at (inferred).
func (m *Model) UpdateProject(id string, c Change, at time.Time) (Project, error) {
	defer m.change()()
	found, err := m.projects.get(id)
	if err != nil {
		return found, err
	}
	changed := c.over(found.Meta)
	var p problems
	if p.name(changed.Name); len(p) > 0 {
		return found, p.err()
	}
	found.Meta = changed
	found.UpdatedAt = at
	m.projects.rows[id] = found
	return found, nil
}

// DeleteProject deletes a project. Rules keep naming it, and then allow nothing.
func (m *Model) DeleteProject(id string) error {
	defer m.change()()
	return m.projects.remove(id)
}
