// Package seed is what an emulator starts with: its form as a YAML file, how the file is read, what is checked, and
// how it is loaded into the models of secrets and of IAM.
package seed

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/id"
	"cloison.dev/cloison/internal/emulator/secret"
)

// Seed is what an emulator starts with, in the form of a YAML file. Everything but secrets' names and keys' names may
// be omitted:
//
//	project: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90   # of the secrets below that name none
//	region: fr-par                                  # likewise; omitted: the first of all
//	secrets:
//	- path: /trackdechets-backend                   # omitted: /
//	  name: database-url
//	  values: ["postgres://old", "postgres://new"]  # versions 1, 2, ...
//	- name: tls
//	  type: certificate                             # omitted: opaque
//	  versions:                                     # instead of values
//	  - value: "-----BEGIN CERTIFICATE-----..."
//	    status: disabled                            # omitted: enabled
//	    description: the first one
//	  project: 5d1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
//	  region: nl-ams
//	  tags: [web]
//	  description: of the load balancer
//	  protected: true
//	- name: one-time-token
//	  values: ["hunter2"]
//	  ephemeral: {timeToLive: 1h, expiresOnceAccessed: true, action: delete}
//	- name: old
//	  deletionRequested: true                       # scheduled for deletion now
//	keys:
//	- name: ci
//	  accessKey: SCWXXXXXXXXXXXXXXXXX               # omitted, with secretKey: made up
//	  secretKey: 11111111-1111-4111-8111-111111111111
//	  permissionSets: [SecretManagerReadOnly, SecretManagerSecretAccess]
//	  projects: []                                  # omitted or empty: all projects of the file
//	  condition: resource.name.startsWith("/trackdechets-backend/") # in CEL
//	- name: admin
//	  permissionSets: [IAMManager]
//	  organization: true                            # instead of projects
//	- name: backend
//	  application: trackdechets-backend-secrets     # instead of rights of its own
//	  expiresAt: 2027-01-01T00:00:00Z               # omitted: never
//	applications:
//	- name: trackdechets-backend-secrets
//	  description: of the backend
//	  tags: [cloison]
//	policies:
//	- name: trackdechets-backend-secrets
//	  application: trackdechets-backend-secrets     # omitted: no principal
//	  description: reads the backend's folder
//	  rules:                                        # with the four fields of a key's rights
//	  - permissionSets: [SecretManagerSecretAccess]
//	    condition: resource.name.startsWith("/trackdechets-backend/")
type Seed struct {
	Project string   `yaml:"project"`
	Region  string   `yaml:"region"`
	Secrets []Secret `yaml:"secrets"`
	Keys    []Key    `yaml:"keys"`

	Applications []Application `yaml:"applications"`
	Policies     []Policy      `yaml:"policies"`
}

// Secret is a secret of a Seed, with either Values or Versions or neither. Values must have the shape of the secret's
// type.
type Secret struct {
	Path              string      `yaml:"path"`
	Name              string      `yaml:"name"`
	Type              secret.Type `yaml:"type"`
	Values            []string    `yaml:"values"`
	Versions          []Version   `yaml:"versions"`
	Project           string      `yaml:"project"`
	Region            string      `yaml:"region"`
	Tags              []string    `yaml:"tags"`
	Description       string      `yaml:"description"`
	Protected         bool        `yaml:"protected"`
	Ephemeral         *Ephemeral  `yaml:"ephemeral"`
	DeletionRequested bool        `yaml:"deletionRequested"`
}

// Version is a version of a Secret. Only a deleted one has no Value.
type Version struct {
	Value       string        `yaml:"value"`
	Status      secret.Status `yaml:"status"`
	Description string        `yaml:"description"`
}

// Ephemeral is a secret.EphemeralPolicy; TimeToLive is written as Go writes it, such as 1h30m.
type Ephemeral struct {
	TimeToLive          time.Duration          `yaml:"timeToLive"`
	ExpiresOnceAccessed bool                   `yaml:"expiresOnceAccessed"`
	Action              secret.EphemeralAction `yaml:"action"`
}

// Key is an API key of a Seed. AccessKey and SecretKey are given both, so that a demonstration can name them, or
// neither. It is a key of the Application, or has the rights that stand beside it and an application of its own name.
type Key struct {
	Name      string     `yaml:"name"`
	AccessKey string     `yaml:"accessKey"`
	SecretKey string     `yaml:"secretKey"`
	ExpiresAt *time.Time `yaml:"expiresAt"`

	Application    string        `yaml:"application"`
	PermissionSets []iam.SetName `yaml:"permissionSets"`
	Projects       []string      `yaml:"projects"`
	Organization   bool          `yaml:"organization"`
	Condition      string        `yaml:"condition"`
}

// Application is an identity that keys and policies of a Seed name.
type Application struct {
	Name        string   `yaml:"name"`
	Description string   `yaml:"description"`
	Tags        []string `yaml:"tags"`
}

// Policy grants an application the permissions of its rules. What a Seed grants is applied at once, whatever the grant
// delay.
type Policy struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Application string `yaml:"application"`
	Rules       []Rule `yaml:"rules"`
}

// Rule is an iam.Grant; without Projects it is over all projects of the Seed.
type Rule struct {
	PermissionSets []iam.SetName `yaml:"permissionSets"`
	Projects       []string      `yaml:"projects"`
	Organization   bool          `yaml:"organization"`
	Condition      string        `yaml:"condition"`
}

// secret returns the secret with the defaults of the Seed.
func (of Secret) secret(in Seed) secret.Secret {
	made := secret.Secret{
		ProjectID: cmp.Or(of.Project, in.Project), Region: cmp.Or(of.Region, in.Region),
		Path: of.Path, Name: of.Name, Type: of.Type,
		Tags: of.Tags, Description: of.Description, Protected: of.Protected,
	}
	if e := of.Ephemeral; e != nil {
		made.Ephemeral = &secret.EphemeralPolicy{
			TimeToLive: e.TimeToLive, ExpiresOnceAccessed: e.ExpiresOnceAccessed, Action: e.Action,
		}
	}
	return made
}

// versions returns the versions of either field, with every status filled in.
func (of Secret) versions() []Version {
	all := slices.Clone(of.Versions)
	for _, value := range of.Values {
		all = append(all, Version{Value: value})
	}
	for i := range all {
		all[i].Status = cmp.Or(all[i].Status, secret.Enabled)
	}
	return all
}

// rule returns the rights that stand beside the key.
func (of Key) rule() Rule {
	return Rule{of.PermissionSets, of.Projects, of.Organization, of.Condition}
}

func (r Rule) isZero() bool {
	return len(r.PermissionSets)+len(r.Projects) == 0 && !r.Organization && r.Condition == ""
}

// grant returns what a rule of the Seed gives.
func (s Seed) grant(r Rule) iam.Grant {
	projects := r.Projects
	if len(projects) == 0 && !r.Organization {
		projects = s.projects()
	}
	return iam.Grant{
		Projects: projects, PermissionSets: r.PermissionSets, Condition: r.Condition, Organization: r.Organization,
	}
}

// projects returns all projects that the Seed names, sorted.
func (s Seed) projects() []string {
	all := []string{strings.ToLower(s.Project)}
	for _, of := range s.Secrets {
		all = append(all, strings.ToLower(of.Project))
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(project string) bool { return !id.IsUUID(project) })
}
