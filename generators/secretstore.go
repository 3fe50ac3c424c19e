package generators

import (
	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

// storeController marks the stores that the sync runtime serves and the External Secrets Operator leaves alone.
const storeController = "cloison"

func (c component) secretStore(group *plan.SecretGroup, sync *plan.Sync) Object {
	store := &Manifest[eso.SecretStoreSpec]{
		TypeMeta:   typeMeta(eso.APIVersion, "SecretStore"),
		ObjectMeta: c.meta(group.Store),
		Spec: eso.SecretStoreSpec{Provider: eso.Provider{Scaleway: eso.Scaleway{
			APIURL:    sync.APIURL,
			Region:    group.Region,
			ProjectID: group.ProjectID,
			AccessKey: credentialPart(group.Credentials.Name, group.Credentials.AccessKey),
			SecretKey: credentialPart(group.Credentials.Name, group.Credentials.SecretKey),
		}}},
	}
	if sync.Engine == spec.EngineCloison {
		store.Spec.Controller = storeController
	}
	return store
}

func credentialPart(name, key string) eso.CredentialPart {
	return eso.CredentialPart{SecretRef: eso.SecretKeySelector{Name: name, Key: key}}
}
