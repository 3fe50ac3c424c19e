package generators

import (
	es "cloison.dev/cloison/internal/externalsecrets"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
)

// storeController marks the stores that the sync runtime serves and the External Secrets Operator leaves alone.
const storeController = "cloison"

func (c component) secretStore(group *plan.SecretGroup, sync *plan.Sync) Object {
	store := &Manifest[es.SecretStoreSpec]{
		TypeMeta:   typeMeta(es.APIVersion, "SecretStore"),
		ObjectMeta: c.meta(group.Store),
		Spec: es.SecretStoreSpec{Provider: es.Provider{Scaleway: es.Scaleway{
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

func credentialPart(name, key string) es.CredentialPart {
	return es.CredentialPart{SecretRef: es.SecretKeySelector{Name: name, Key: key}}
}
