package iam

import (
	"sync"
	"time"
)

// Config is what a Model is made of; NewID is required.
type Config struct {
	// OrganizationID is a UUID. The default project has the same id. Facts: docs/facts.md, "Objects of IAM".
	OrganizationID string
	// NewID makes a UUID for the serial-th thing of a kind.
	NewID func(kind string, serial int) string
	// Born is when the default project was created. What was granted by then is
	// applied, whatever the time.
	Born time.Time
	// GrantDelay is how long a new rule allows nothing yet. Omitted, it is none. With the real API it may take up to a
	// minute.
	GrantDelay time.Duration
}

// Model is the state of one organization. Its methods are safe for concurrent use and return copies. It has no clock:
// each change takes the time at which it happens.
type Model struct {
	config Config
	sets   map[string]PermissionSet

	mu           sync.RWMutex
	changes      uint64
	serials      map[string]int
	applications table[Application]
	groups       table[Group]
	policies     table[Policy]
	projects     table[Project]
	keys         table[Key]        // by access key
	bySecret     map[string]string // access keys by secret key
}

// New returns a Model with the default project and nothing else.
func New(c Config) *Model {
	m := &Model{config: c, sets: map[string]PermissionSet{}}
	for _, set := range PermissionSets() {
		m.sets[set.Name] = set
	}
	m.clear()
	m.projects.rows[c.OrganizationID] = Project{
		ID: c.OrganizationID, Meta: created(Meta{Name: "default"}, c.Born),
	}
	return m
}

func (m *Model) clear() {
	m.serials = map[string]int{}
	m.applications = newTable[Application]("application")
	m.groups = newTable[Group]("group")
	m.policies = newTable[Policy]("policy")
	m.projects = newTable[Project]("project")
	m.keys = newTable[Key]("access_key")
	m.bySecret = map[string]string{}
}

// OrganizationID is the id of the organization that the Model is about.
func (m *Model) OrganizationID() string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.config.OrganizationID
}

// Born is when the default project was created. What is granted at that time is applied at once.
func (m *Model) Born() time.Time { return m.config.Born }

// Changes grows with every call that may have changed the state, so that whoever
// saves the Model knows when to take a Snapshot.
func (m *Model) Changes() uint64 {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.changes
}

// change locks the Model for a change and returns the function that unlocks it.
func (m *Model) change() (end func()) {
	m.mu.Lock()
	m.changes++
	return m.mu.Unlock
}

// newID returns an id that was never returned before, not even before a deletion or
// Restore.
func (m *Model) newID(kind string) string {
	m.serials[kind]++
	return m.config.NewID(kind, m.serials[kind])
}

// Meta is what applications, groups, policies and projects have in common.
type Meta struct {
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	Tags        []string  `json:"tags,omitempty"`
	CreatedAt   time.Time `json:"createdAt"`
	UpdatedAt   time.Time `json:"updatedAt"`
}

// Change replaces the fields that are not nil.
type Change struct {
	Name, Description *string
	Tags              *[]string
}

// of returns the changed Meta of an application, a group or a policy, or the old
// one and what is wrong with the change.
func (c Change) of(old Meta) (Meta, error) {
	changed := c.over(old)
	var p problems
	if p.meta(changed); len(p) > 0 {
		return old, p.err()
	}
	return changed, nil
}

func (c Change) over(old Meta) Meta {
	if c.Name != nil {
		old.Name = *c.Name
	}
	if c.Description != nil {
		old.Description = *c.Description
	}
	if c.Tags != nil {
		old.Tags = append([]string{}, *c.Tags...)
	}
	return old
}

// created is the Meta of something new.
func created(of Meta, at time.Time) Meta {
	of.Tags = append([]string{}, of.Tags...)
	of.CreatedAt, of.UpdatedAt = at, at
	return of
}
