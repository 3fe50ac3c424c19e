package emulator

import "time"

// Seed is what a Server starts with, in the form of a YAML file. Everything but
// secrets' names and keys' names may be omitted:
//
//	project: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90   # of the secrets below that name none
//	region: fr-par                                  # likewise; omitted: the first of Config.Regions
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
//	  accessKey: SCWXXXXXXXXXXXXXXXXX               # omitted, with secretKey: made from Config.Seed
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
	Project string       `yaml:"project"`
	Region  string       `yaml:"region"`
	Secrets []SeedSecret `yaml:"secrets"`
	Keys    []SeedKey    `yaml:"keys"`

	Applications []SeedApplication `yaml:"applications"`
	Policies     []SeedPolicy      `yaml:"policies"`
}

// SeedSecret is a secret of a Seed, with either Values or Versions or neither.
// Values must have the shape of the secret's type.
type SeedSecret struct {
	Path              string         `yaml:"path"`
	Name              string         `yaml:"name"`
	Type              SecretType     `yaml:"type"`
	Values            []string       `yaml:"values"`
	Versions          []SeedVersion  `yaml:"versions"`
	Project           string         `yaml:"project"`
	Region            string         `yaml:"region"`
	Tags              []string       `yaml:"tags"`
	Description       string         `yaml:"description"`
	Protected         bool           `yaml:"protected"`
	Ephemeral         *SeedEphemeral `yaml:"ephemeral"`
	DeletionRequested bool           `yaml:"deletionRequested"`
}

// SeedVersion is a version of a SeedSecret. Only a deleted one has no Value.
type SeedVersion struct {
	Value       string        `yaml:"value"`
	Status      VersionStatus `yaml:"status"`
	Description string        `yaml:"description"`
}

// SeedEphemeral is an EphemeralPolicy; TimeToLive is written as Go writes it, such
// as 1h30m.
type SeedEphemeral struct {
	TimeToLive          time.Duration   `yaml:"timeToLive"`
	ExpiresOnceAccessed bool            `yaml:"expiresOnceAccessed"`
	Action              EphemeralAction `yaml:"action"`
}
