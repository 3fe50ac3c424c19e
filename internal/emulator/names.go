package emulator

import (
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/secret"
	"cloison.dev/cloison/internal/emulator/secretapi"
	"cloison.dev/cloison/internal/emulator/seed"
)

// What users of a Server name, so that they import one package.
type (
	// Secret is what AddSecret creates.
	Secret = secret.Secret
	// Version is what AddSecret and AddVersion create.
	Version = secret.Version
	// EphemeralPolicy is when the versions of a Secret expire.
	EphemeralPolicy = secret.EphemeralPolicy
	// Grant is what AddKey gives.
	Grant = iam.Grant
	// Key is what AddKey returns.
	Key = iam.Credentials
	// PermissionSet is the name of a permission set in a Grant.
	PermissionSet = iam.SetName
	// Seed is what Load loads.
	Seed = seed.Seed
	// Endpoint names a call as scaleway-sdk-go names it.
	Endpoint = api.Endpoint
	// Faults are what SetFaults sets.
	Faults = fault.Faults
	// Quotas are how much calls may create.
	Quotas = api.Quotas
)

// The endpoints and statuses that tests of the product name.
const (
	Metadata                  = api.Metadata
	ListSecrets               = secretapi.ListSecrets
	GetSecretVersion          = secretapi.GetSecretVersion
	AccessSecretVersion       = secretapi.AccessSecretVersion
	AccessSecretVersionByPath = secretapi.AccessSecretVersionByPath

	Disabled = secret.Disabled
)

// The permission sets that tests of the product grant. Package iam has more.
const (
	SecretManagerReadOnly     = iam.SecretManagerReadOnly
	SecretManagerSecretAccess = iam.SecretManagerSecretAccess
	SecretManagerFullAccess   = iam.SecretManagerFullAccess
)

// Value returns a Version that holds data and nothing else.
func Value(data string) Version { return secret.Value(data) }

// ReadSeed reads a Seed from one YAML document. See seed.Read.
func ReadSeed(data []byte) (Seed, error) { return seed.Read(data) }
