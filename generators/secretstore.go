package generators

import (
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

func (c component) secretStore(group *plan.SecretGroup, sync *plan.Sync) Object {
	store := &eso.Store{
		TypeMeta:   typeMeta(eso.APIVersion, eso.SecretStoreKind),
		ObjectMeta: c.meta(group.Store),
		Spec: eso.StoreSpec{Provider: &eso.StoreProvider{Scaleway: &eso.ScalewayProvider{
			APIURL:    sync.APIURL,
			Region:    group.Region,
			ProjectID: group.ProjectID,
			AccessKey: credential(group.Credentials.Name, group.Credentials.AccessKey),
			SecretKey: credential(group.Credentials.Name, group.Credentials.SecretKey),
		}}},
	}
	if sync.Engine == spec.EngineCloison {
		// The sync runtime serves the store, and the External Secrets Operator does not.
		store.Spec.Controller = wellknown.RuntimeController
	}
	return store
}

func credential(name, key string) *eso.Credential {
	return &eso.Credential{SecretRef: &eso.SecretKeySelector{Name: name, Key: key}}
}
