package scaleway

import (
	"strings"

	secret "github.com/scaleway/scaleway-sdk-go/api/secret/v1beta1"
	"github.com/scaleway/scaleway-sdk-go/scw"
	"github.com/scaleway/scaleway-sdk-go/validation"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
)

// folder is the filter of a list of secrets. Each item is compared with it.
type folder struct {
	inventory.FolderRef
	scheduled bool
}

func (f folder) request(page int32) *secret.ListSecretsRequest {
	return &secret.ListSecretsRequest{
		Region: scw.Region(f.Region), ProjectID: &f.ProjectID, Path: &f.Path, ScheduledForDeletion: f.scheduled,
		OrderBy: secret.ListSecretsRequestOrderByNameAsc, Page: &page, PageSize: new(uint32(pageSize)),
	}
}

// check refuses items that the filter should have left out. Two secrets of one name are possible only among those that
// are scheduled for deletion.
func (f folder) check(one *secret.Secret, seen map[string]bool) error {
	if err := belongs(one, f.Region, f.ProjectID); err != nil {
		return err
	}
	switch {
	case one.Path != f.Path:
		return inconsistency("lists secrets of another folder")
	case f.scheduled && one.DeletionRequestedAt == nil:
		return inconsistency("lists secrets that are not scheduled for deletion")
	}
	if err := onlyOnce("secret", one.ID, seen); err != nil || f.scheduled {
		return err
	}
	return onlyOnce("name", one.Name, seen)
}

func belongs(one *secret.Secret, region, projectID string) error {
	switch {
	case one == nil || one.Name == "" || !validation.IsUUID(one.ID):
		return inconsistency("lists secrets without a name or an id")
	case one.Region.String() != region:
		return inconsistency("lists secrets of another region")
	case !strings.EqualFold(one.ProjectID, projectID):
		return inconsistency("lists secrets of another project")
	}
	return nil
}

func convert(one *secret.Secret) capture.Secret {
	converted := capture.Secret{ID: one.ID, Name: one.Name, Revisions: int(one.VersionCount),
		Type: word(one.Type.String(), secret.SecretTypeUnknownType.String())}
	if one.DeletionRequestedAt != nil {
		converted.DeletionRequestedAt = *one.DeletionRequestedAt
	}
	if policy := one.EphemeralPolicy; policy != nil {
		converted.Ephemeral = &inventory.Ephemeral{
			ExpiresOnceAccessed: policy.ExpiresOnceAccessed != nil && *policy.ExpiresOnceAccessed,
		}
		if action := policy.Action; action == secret.EphemeralPolicyActionDelete ||
			action == secret.EphemeralPolicyActionDisable {
			converted.Ephemeral.Action = action.String()
		}
		if lifetime := policy.TimeToLive.ToTimeDuration(); lifetime != nil {
			converted.Ephemeral.TimeToLive = lifetime.String()
		}
	}
	return converted
}
