package scaleway

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"

	secret "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/syntax"
)

// VaultConfig is what a [Vault] is made of.
type VaultConfig struct {
	// AccessKey and SecretKey are the two halves of the API key.
	AccessKey, SecretKey string
	// URL of the API. Default: Scaleway's own.
	URL string
	// Region and ProjectID of the secrets.
	Region, ProjectID string
	// Retry of each call. Zero fields mean their defaults.
	Retry Retry
	// Connections that the calls are sent over. Default: connections of its own.
	Connections http.RoundTripper
	// KeepAlive uses connections again after a value was read, which is many times faster. Only a program that has
	// silenced package log may set it: net/http quotes there what comes on an idle connection, which may be the rest of
	// a value.
	KeepAlive bool
}

// Vault reads the values of one project in one region, with one API key. It is safe for concurrent use. Its errors are
// [*VaultError].
type Vault struct {
	client  *client
	region  string
	project string
}

// NewVault makes a Vault without asking Scaleway anything. The error names all that is wrong with the configuration,
// and holds no half of the key.
func NewVault(c VaultConfig) (*Vault, error) {
	sent, err := storeURL(c.URL)
	var problems []string
	if err != nil {
		problems = append(problems, "the URL of the API "+err.Error())
	}
	if err := checkKey("the access key", c.AccessKey, "the secret key", c.SecretKey); err != nil {
		problems = append(problems, err.Error())
	}
	if !syntax.Region.Matches(c.Region) {
		problems = append(problems, fmt.Sprintf("the region %q must be %s", c.Region, syntax.Region.Must))
	}
	if !syntax.ProjectIDAnyCase.Matches(c.ProjectID) {
		problems = append(
			problems,
			fmt.Sprintf("the project %q must be %s", c.ProjectID, syntax.ProjectIDAnyCase.Must),
		)
	}
	if problems != nil {
		return nil, errors.New(strings.Join(problems, "; "))
	}
	if c.Connections == nil {
		c.Connections = NewConnections()
	}
	made, err := newClient(account{key{access: c.AccessKey, secret: c.SecretKey}, sent}, c.Connections, c.Retry)
	if err != nil {
		return nil, fmt.Errorf("the URL of the API %w", err)
	}
	made.transport.keepAlive = c.KeepAlive
	return &Vault{client: made, region: c.Region, project: c.ProjectID}, nil
}

// storeURL is where a store sends its key. Unlike a person's, that key is meant for this URL only, which is why http
// may lead to an emulator of the same cluster.
func storeURL(raw string) (string, error) {
	if raw == "" {
		return defaultURL, nil
	}
	parsed, err := url.Parse(raw)
	if err == nil && parsed.Scheme == "http" && isInCluster(parsed.Hostname()) {
		_, err = normalise("https" + strings.TrimPrefix(raw, "http"))
		return strings.TrimRight(raw, "/"), err
	}
	return normalise(raw)
}

// isInCluster reports whether a host is an address that is no public one, or a Service.
func isInCluster(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.IsPrivate() || address.IsLoopback() || sharedRange.Contains(address)
	}
	parts := strings.Split(host, ".")
	return len(parts) >= 3 && parts[2] == "svc" || len(parts) == 1
}

// sharedRange is 100.64.0.0/10, which no public host has and Kapsule's pods do.
var sharedRange = netip.MustParsePrefix("100.64.0.0/10")

// Value is one revision of a secret, as it was read.
type Value struct {
	// SecretID is the id of the secret.
	SecretID string
	// Revision is its number, from 1, also where another name such as latest_enabled was asked for.
	Revision int
	Data     []byte
}

// Listed is a secret as a list tells of it.
type Listed struct {
	ID, Folder, Name string
	// Versions counts the revisions ever made. It grows with each new one.
	Versions int
	// ConsumedByReading reports whether the value is gone once it was read.
	ConsumedByReading bool
}

// Filter chooses what is listed. The zero value lists every secret of the project.
type Filter struct {
	// Folder without its subfolders; empty means all folders.
	Folder string
	// Name of the secrets; empty means all names.
	Name string
	// Tags that a secret must all have.
	Tags []string
}

// ReadPath reads a secret by its folder and name, in one call that needs no permission to list. The revision is a
// number, or latest_enabled.
func (v *Vault) ReadPath(ctx context.Context, folder, name, revision string) (Value, error) {
	q := v.question(toRead, "read a secret by its path")
	if problem := malformedReference(folder, name, revision); problem != "" {
		return Value{}, &VaultError{Failure: Unusable, Message: problem}
	}
	answer, err := v.client.api.AccessSecretVersionByPath(&secret.AccessSecretVersionByPathRequest{
		Region: scw.Region(v.region), ProjectID: v.project, SecretPath: folder, SecretName: name, Revision: revision,
	}, scw.WithContext(ctx))
	return q.value(answer, err)
}

// ReadID reads a secret by its id, in one call that needs no permission to list. The revision is a number, or
// latest_enabled.
func (v *Vault) ReadID(ctx context.Context, id, revision string) (Value, error) {
	q := v.question(toRead, "read a secret by its id")
	if problem := malformedID(id, revision); problem != "" {
		return Value{}, &VaultError{Failure: Unusable, Message: problem}
	}
	answer, err := v.client.api.AccessSecretVersion(&secret.AccessSecretVersionRequest{
		Region: scw.Region(v.region), SecretID: id, Revision: revision,
	}, scw.WithContext(ctx))
	if err == nil && answer != nil && !strings.EqualFold(answer.SecretID, id) {
		return Value{}, q.vaultError(inconsistency("answered with the value of something else"))
	}
	return q.value(answer, err)
}

// List lists secrets that are not scheduled for deletion. What Scaleway's filters let through is held against the
// filter again, so that a list never has more than was asked for.
func (v *Vault) List(ctx context.Context, of Filter) ([]Listed, error) {
	q := v.question(toList, "list secrets")
	listed, err := list[*secret.Secret]{
		page: func(number int32) ([]*secret.Secret, uint64, error) {
			answer, err := v.client.api.ListSecrets(v.request(of, number), scw.WithContext(ctx))
			if err != nil {
				return nil, 0, err
			}
			return answer.Secrets, answer.TotalCount, nil
		},
		check: func(one *secret.Secret, seen map[string]bool) error {
			if err := belongs(one, v.region, v.project); err != nil {
				return err
			}
			return onlyOnce("secret", one.ID, seen)
		},
	}.all()
	if err != nil {
		return nil, q.vaultError(err)
	}
	found := make([]Listed, 0, len(listed))
	for _, one := range listed {
		if (of.Folder != "" && one.Path != of.Folder) || (of.Name != "" && one.Name != of.Name) ||
			one.DeletionRequestedAt != nil {
			continue
		}
		ephemeral := convert(one).Ephemeral
		found = append(found, Listed{
			ID: one.ID, Folder: one.Path, Name: one.Name, Versions: int(one.VersionCount),
			ConsumedByReading: ephemeral != nil && ephemeral.ExpiresOnceAccessed,
		})
	}
	return found, nil
}

func (v *Vault) request(of Filter, page int32) *secret.ListSecretsRequest {
	request := &secret.ListSecretsRequest{
		Region: scw.Region(v.region), ProjectID: &v.project, Tags: of.Tags,
		OrderBy: secret.ListSecretsRequestOrderByNameAsc, Page: &page, PageSize: new(uint32(pageSize)),
	}
	if of.Folder != "" {
		request.Path = &of.Folder
	}
	if of.Name != "" {
		request.Name = &of.Name
	}
	return request
}

func (v *Vault) question(need need, asked string) question {
	return v.client.question(need, v.region, asked)
}

// value checks an answer that holds a value.
func (q question) value(answer *secret.AccessSecretVersionResponse, err error) (Value, error) {
	switch {
	case err != nil:
		return Value{}, q.vaultError(err)
	case answer.Data == nil, answer.Revision == 0, !syntax.UUID.Matches(answer.SecretID):
		return Value{}, q.vaultError(inconsistency("answered with no value"))
	case answer.DataCrc32 != nil && *answer.DataCrc32 != crc32.ChecksumIEEE(answer.Data):
		return Value{}, q.vaultError(inconsistency("answered with a value that is not of its checksum"))
	}
	return Value{SecretID: answer.SecretID, Revision: int(answer.Revision), Data: answer.Data}, nil
}

// malformedReference is why a path and a revision cannot be asked for; empty where they can. They become part of a URL.
func malformedReference(folder, name, revision string) string {
	switch {
	case !strings.HasPrefix(folder, "/"):
		return fmt.Sprintf("the folder %q must begin with a slash", folder)
	case name == "":
		return "the name of the secret is missing"
	}
	return malformedRevision(revision)
}

func malformedID(id, revision string) string {
	if !syntax.UUID.Matches(id) {
		return fmt.Sprintf("the id %q must be %s", id, syntax.UUID.Must)
	}
	return malformedRevision(revision)
}

func malformedRevision(revision string) string {
	if !syntax.RevisionSelector.Matches(revision) {
		return fmt.Sprintf("the revision %q must be %s", revision, syntax.RevisionSelector.Must)
	}
	return ""
}

// Failure is the kind of a failed call: what may be done about it.
type Failure string

// The kinds of failures. Those of the first four are about one secret, the others about all calls of a Vault.
const (
	// Absent: there is no such secret, or no such revision.
	Absent Failure = "absent"
	// Denied: the API key may not do this.
	Denied Failure = "denied"
	// Unusable: the secret is there and cannot be read as it is, or the reference has not its form.
	Unusable Failure = "unusable"
	// Failing: the API answers this call with an error of its own (500). Scaleway has been seen to do so for a secret
	// that does not exist.
	Failing Failure = "failing"
	// KeyRefused: the API does not take the API key.
	KeyRefused Failure = "key refused"
	// Throttled: too many calls.
	Throttled Failure = "throttled"
	// Unreachable: the API did not answer, or that it cannot answer now.
	Unreachable Failure = "unreachable"
	// Stopped: the context ended first.
	Stopped Failure = "stopped"
	// Malformed: the answer is none of this API.
	Malformed Failure = "malformed"
)

// VaultError is a call of a [Vault] that failed.
type VaultError struct {
	Failure Failure
	// Message says what happened and what to do, without any value.
	Message string
}

func (e *VaultError) Error() string { return e.Message }

// Passes reports whether the same call may fare better later without anybody doing anything.
func (e *VaultError) Passes() bool {
	return e.Failure == Failing || e.Failure == Throttled || e.Failure == Unreachable
}

// AboutStore reports whether the failure tells something of all calls with the same key, and not of one secret only. An
// API that fails may do so for one secret or for all.
func (e *VaultError) AboutStore() bool {
	switch e.Failure {
	case KeyRefused, Throttled, Unreachable, Malformed, Failing:
		return true
	}
	return false
}

// vaultError says why a call failed.
func (q question) vaultError(err error) *VaultError {
	failed := q.failed(err)
	return &VaultError{Failure: failureOf(err, failed), Message: strings.TrimPrefix(failed.Message, q.asked+": ")}
}

func failureOf(err error, failed *capture.Error) Failure {
	var below *fault
	var missing *scw.ResourceNotFoundError
	var precondition *scw.PreconditionFailedError
	var expired *scw.ResourceExpiredError
	var argument *scw.InvalidArgumentsError
	switch {
	case errors.As(err, &below):
		return failureBelow(below)
	case errors.As(err, &missing):
		return absence(missing.Resource)
	case errors.As(err, &precondition), errors.As(err, &expired), errors.As(err, &argument):
		return Unusable
	}
	switch failed.Reason {
	case inventory.NotPermitted:
		return Denied
	case inventory.KeyRefused:
		return KeyRefused
	}
	return Malformed
}

// absence is what a 404 means: the secret is absent, unless it is something else that is not found, such as the
// project.
func absence(resource string) Failure {
	if resource == "" || strings.HasPrefix(resource, "secret") {
		return Absent
	}
	return Unusable
}

func failureBelow(f *fault) Failure {
	switch {
	case f.reason == inventory.TimedOut:
		return Stopped
	case f.status == http.StatusTooManyRequests:
		return Throttled
	case f.status == http.StatusInternalServerError:
		return Failing
	case f.reason == inventory.Unavailable:
		return Unreachable
	}
	return Malformed
}

// Vault opens a [Vault] with the API key that the environment has for a component, by the rules of this package: it is
// sent to the URL of the configuration only where SCW_API_URL says the same.
func (e Environment) Vault(component string, c VaultConfig) (*Vault, error) {
	if e.Lookup == nil {
		e.Lookup = os.LookupEnv
	}
	found, err := e.key(component)
	if err != nil {
		return nil, fmt.Errorf("API key of component %q: %w", component, err)
	}
	if c.URL, err = e.url(c.URL, found); err != nil {
		return nil, fmt.Errorf("API key of component %q: %w", component, err)
	}
	c.AccessKey, c.SecretKey = found.access, found.secret
	return NewVault(c)
}
