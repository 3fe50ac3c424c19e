package scaleway

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	secret "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/scaleway/scaleway-sdk-go/validation"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/version"
)

// client makes calls with one API key. It implements capture.SecretManager.
type client struct {
	api       *secret.API
	host      string
	transport *transport
}

func newClient(of account, connections http.RoundTripper, retry Retry) (*client, error) {
	silenceSDK()
	below := &transport{connections: connections, retry: retry.withDefaults()}
	made, err := scw.NewClient(
		scw.WithHTTPClient(below),
		scw.WithAuth(of.key.access, of.key.secret),
		scw.WithAPIURL(of.url),
		scw.WithUserAgent("cloison/"+version.Number),
	)
	parsed, notURL := url.Parse(of.url)
	if err != nil || notURL != nil {
		return nil, errors.New("is not accepted by Scaleway's SDK") // whose error quotes it
	}
	return &client{api: secret.NewAPI(made), host: parsed.Host, transport: below}, nil
}

// question begins a call. It refuses a region or an id that would change the URL.
func (c *client) question(need need, region, asked string) question {
	var regions []string
	for _, known := range c.api.Regions() {
		regions = append(regions, known.String())
	}
	return question{asked: asked, host: c.host, region: region, regions: strings.Join(regions, ", "), need: need}
}

func (q question) checked(ids ...string) error {
	if !validation.IsRegion(q.region) {
		return q.noRegion("can have no region", "")
	}
	for _, id := range ids {
		if !validation.IsUUID(id) {
			return q.error(inventory.Malformed, "was not asked because the id is no UUID",
				"give the id of a secret or project")
		}
	}
	return nil
}

// Secrets implements capture.SecretManager.
func (c *client) Secrets(ctx context.Context, of inventory.FolderRef,
	scheduledForDeletion bool) ([]capture.Secret, error) {
	kind := "secrets"
	if scheduledForDeletion {
		kind = "secrets scheduled for deletion"
	}
	q := c.question(toList, of.Region, fmt.Sprintf("list the %s of %s", kind, of))
	if err := q.checked(of.ProjectID); err != nil {
		return nil, err
	}
	folder := folder{FolderRef: of, scheduled: scheduledForDeletion}
	if folder.Path == "" {
		folder.Path = "/"
	}
	listed, err := list[*secret.Secret]{
		page: func(number int32) ([]*secret.Secret, uint64, error) {
			answer, err := c.api.ListSecrets(folder.request(number), scw.WithContext(ctx))
			if err != nil {
				return nil, 0, err
			}
			return answer.Secrets, answer.TotalCount, nil
		},
		check: folder.check,
	}.all()
	if err != nil {
		return nil, q.failed(err)
	}
	found := make([]capture.Secret, 0, len(listed))
	for _, one := range listed {
		found = append(found, convert(one))
	}
	return found, nil
}

// SecretCount implements capture.SecretManager.
func (c *client) SecretCount(ctx context.Context, region, projectID string) (int, error) {
	q := c.question(toList, region, fmt.Sprintf("count the secrets of project %s in %s", projectID, region))
	if err := q.checked(projectID); err != nil {
		return 0, err
	}
	answer, err := c.api.ListSecrets(&secret.ListSecretsRequest{
		Region: scw.Region(region), ProjectID: &projectID, Page: new(int32(1)), PageSize: new(uint32(1)),
		OrderBy: secret.ListSecretsRequestOrderByNameAsc,
	}, scw.WithContext(ctx))
	if err != nil {
		return 0, q.failed(err)
	}
	switch {
	case answer.Secrets == nil:
		return 0, q.failed(inconsistency("answered without a list"))
	case answer.TotalCount > maxItems:
		return 0, q.failed(inconsistency(fmt.Sprintf("counts more than %d items", maxItems)))
	case uint64(len(answer.Secrets)) > answer.TotalCount, len(answer.Secrets) == 0 && answer.TotalCount > 0:
		return 0, q.failed(inconsistency(fmt.Sprintf("lists %d items and counts %d", len(answer.Secrets),
			answer.TotalCount)))
	}
	for _, one := range answer.Secrets {
		if err := belongs(one, region, projectID); err != nil {
			return 0, q.failed(err)
		}
	}
	return int(answer.TotalCount), nil
}

// EnabledRevisions implements capture.SecretManager.
func (c *client) EnabledRevisions(ctx context.Context, of inventory.FolderRef, one capture.Secret) ([]int, error) {
	q := c.question(toList, of.Region, fmt.Sprintf("list the enabled revisions of secret %q of %s", one.Name, of))
	if err := q.checked(one.ID); err != nil {
		return nil, err
	}
	listed, err := list[*secret.SecretVersion]{
		page: func(number int32) ([]*secret.SecretVersion, uint64, error) {
			answer, err := c.api.ListSecretVersions(&secret.ListSecretVersionsRequest{
				Region: scw.Region(of.Region), SecretID: one.ID, Page: &number, PageSize: new(uint32(pageSize)),
				Status: []secret.SecretVersionStatus{secret.SecretVersionStatusEnabled},
			}, scw.WithContext(ctx))
			if err != nil {
				return nil, 0, err
			}
			return answer.Versions, answer.TotalCount, nil
		},
		check: func(version *secret.SecretVersion, seen map[string]bool) error {
			if version == nil || version.Revision == 0 || version.Region.String() != of.Region ||
				!strings.EqualFold(version.SecretID, one.ID) {
				return inconsistency("lists revisions of something else")
			}
			return onlyOnce("revision", strconv.FormatUint(uint64(version.Revision), 10), seen)
		},
	}.all()
	if err != nil {
		return nil, q.failed(err)
	}
	enabled := []int{}
	for _, version := range listed {
		if version.Status == secret.SecretVersionStatusEnabled {
			enabled = append(enabled, int(version.Revision))
		}
	}
	slices.Sort(enabled)
	return enabled, nil
}

// Value implements capture.SecretManager. It consumes a value whose ephemeral policy expires it once accessed; callers
// do not read those.
func (c *client) Value(ctx context.Context, of inventory.FolderRef, one capture.Secret, revision int) ([]byte, error) {
	q := c.question(toRead, of.Region, fmt.Sprintf("read revision %d of secret %q of %s", revision, one.Name, of))
	if err := q.checked(one.ID); err != nil {
		return nil, err
	}
	answer, err := c.api.AccessSecretVersion(&secret.AccessSecretVersionRequest{
		Region: scw.Region(of.Region), SecretID: one.ID, Revision: strconv.Itoa(revision),
	}, scw.WithContext(ctx))
	switch {
	case err != nil:
		return nil, q.failed(err)
	case answer.Data == nil, !strings.EqualFold(answer.SecretID, one.ID), int64(answer.Revision) != int64(revision):
		return nil, q.failed(inconsistency("answered with no value, or that of something else"))
	case answer.DataCrc32 != nil && *answer.DataCrc32 != crc32.ChecksumIEEE(answer.Data):
		return nil, q.failed(inconsistency("answered with a value that is not of its checksum"))
	}
	return answer.Data, nil
}
