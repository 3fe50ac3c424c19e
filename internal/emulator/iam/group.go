package iam

import (
	"slices"
	"time"
)

// Group is several applications that policies can name at once. The emulator has
// no users.
type Group struct {
	ID string `json:"id"`
	Meta
	ApplicationIDs []string `json:"applicationIDs,omitempty"`
}

func (g Group) without(application string) Group {
	g.ApplicationIDs = slices.DeleteFunc(slices.Clone(g.ApplicationIDs),
		func(id string) bool { return id == application })
	return g
}

// CreateGroup makes a group without members.
func (m *Model) CreateGroup(of Meta, at time.Time) (Group, error) {
	var p problems
	defer m.change()()
	p.meta(of)
	m.uniqueGroup(&p, of.Name, "")
	if len(p) > 0 {
		return Group{}, p.err()
	}
	added := Group{ID: m.newID("group"), Meta: created(of, at)}
	m.groups.rows[added.ID] = added
	return added, nil
}

// uniqueGroup refuses the name of another group than the one of the id. How it is refused is inferred. Facts:
// docs/facts.md, "Model of IAM".
func (m *Model) uniqueGroup(p *problems, name, id string) {
	for _, group := range m.groups.rows {
		if group.Name == name && group.ID != id {
			p.add("name", "constraint", "must be unique inside the organization")
		}
	}
}

// Group returns the group of an id.
func (m *Model) Group(id string) (Group, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.groups.get(id)
}

// Groups returns all of them, by id.
func (m *Model) Groups() []Group {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.groups.all()
}

// UpdateGroup changes a group and moves its updated_at (inferred).
func (m *Model) UpdateGroup(id string, c Change, at time.Time) (Group, error) {
	defer m.change()()
	found, err := m.groups.get(id)
	if err != nil {
		return found, err
	}
	if found.Meta, err = c.of(found.Meta); err != nil {
		return found, err
	}
	var p problems
	if m.uniqueGroup(&p, found.Name, id); len(p) > 0 {
		return found, p.err()
	}
	found.UpdatedAt = at
	m.groups.rows[id] = found
	return found, nil
}

// SetMembers replaces the members of a group and leaves its updated_at. Facts: docs/facts.md, "Objects of IAM".
func (m *Model) SetMembers(id string, applications []string) (Group, error) {
	return m.changeMembers(id, applications, func(Group) []string { return applications })
}

// AddMembers adds applications that are no members yet.
func (m *Model) AddMembers(id string, applications []string) (Group, error) {
	return m.changeMembers(id, applications, func(g Group) []string {
		return slices.Concat(g.ApplicationIDs, slices.DeleteFunc(slices.Clone(applications), func(id string) bool {
			return slices.Contains(g.ApplicationIDs, id)
		}))
	})
}

// RemoveMember takes an application out of a group.
func (m *Model) RemoveMember(id, application string) (Group, error) {
	return m.changeMembers(id, []string{application}, func(g Group) []string {
		return g.without(application).ApplicationIDs
	})
}

// changeMembers refuses applications that do not exist.
func (m *Model) changeMembers(id string, applications []string, change func(Group) []string) (Group, error) {
	defer m.change()()
	found, err := m.groups.get(id)
	if err != nil {
		return found, err
	}
	for _, application := range applications {
		if _, err := m.applications.get(application); err != nil {
			return found, err
		}
	}
	found.ApplicationIDs = slices.Clone(change(found))
	m.groups.rows[id] = found
	return found, nil
}

// DeleteGroup deletes a group and leaves its policies without principal
// (inferred, but for itself).
func (m *Model) DeleteGroup(id string) error {
	defer m.change()()
	if err := m.groups.remove(id); err != nil {
		return err
	}
	m.orphan(Principal{GroupID: id})
	return nil
}
