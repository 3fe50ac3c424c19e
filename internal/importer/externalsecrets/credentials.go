package externalsecrets

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// Credentials name the Secret that holds the API key of a store. Where they cannot be carried over they are empty. What
// differs is noted at the field at of the Segregation.
func (s *Store) Credentials(d *draft.Draft, c *draft.Component, at fieldpath.Path) spec.Credentials {
	if s.Scaleway == nil {
		return spec.Credentials{}
	}
	field := fieldpath.Of("spec", "provider", "scaleway")
	access, secret := s.Scaleway.AccessKey, s.Scaleway.SecretKey
	if access == nil && secret == nil {
		if auth, found := authBlock(s.Object); found {
			d.Note(draft.Changed, s.Object, field.Child("auth"), at,
				"the provider scaleway has no field auth: its Secrets go where the operator reads them, accessKey "+
					"and secretKey")
			return auth
		}
	}
	if isInline(access) || isInline(secret) {
		d.Note(draft.NotCarried, s.Object, field, at,
			"the API key is written into the manifest: make a new one, put it into the Secret of the credentials, and "+
				"delete this one in Scaleway")
		return spec.Credentials{}
	}
	if access == nil || access.SecretRef == nil || secret == nil || secret.SecretRef == nil {
		d.Note(draft.Changed, s.Object, field, at,
			"it names no Secret with an API key: put one into the Secret of the credentials, in namespace %s",
			c.Namespace)
		return spec.Credentials{}
	}
	if access.SecretRef.Name != secret.SecretRef.Name {
		d.Note(draft.Changed, s.Object, field.Child("secretKey", "secretRef", "name"), at,
			"both halves of an API key are in one Secret: add the secret key to Secret %q", access.SecretRef.Name)
	}
	return spec.Credentials{
		Name: access.SecretRef.Name, AccessKey: access.SecretRef.Key, SecretKey: secret.SecretRef.Key,
	}
}

// isInline reports whether half of an API key is written into the manifest.
func isInline(half *eso.Credential) bool { return half != nil && half.Value != "" }

// authBlock reads the credentials from the auth block that other providers have, which people write here too.
func authBlock(o *objects.Object) (spec.Credentials, bool) {
	var manifest struct {
		Spec struct {
			Provider struct {
				Scaleway struct {
					Auth map[string]any `json:"auth"`
				} `json:"scaleway"`
			} `json:"provider"`
		} `json:"spec"`
	}
	if err := o.DecodePart(&manifest); err != nil {
		return spec.Credentials{}, false
	}
	found := spec.Credentials{}
	searchAuth(manifest.Spec.Provider.Scaleway.Auth, "", &found)
	return found, found.Name != "" && found.AccessKey != "" && found.SecretKey != ""
}

// searchAuth looks for references called like accessKey and secretKey, at any depth. around are the names of the blocks
// around this one, joined, in lower case.
func searchAuth(block map[string]any, around string, found *spec.Credentials) {
	for _, name := range slices.Sorted(maps.Keys(block)) {
		inner, isBlock := block[name].(map[string]any)
		if !isBlock {
			continue
		}
		secret, _ := inner["name"].(string)
		key, _ := inner["key"].(string)
		called := around + strings.ToLower(name)
		switch {
		case secret == "" || key == "":
			searchAuth(inner, called, found)
		case strings.Contains(called, "secretkey"), strings.Contains(called, "secretaccesskey"):
			found.Name, found.SecretKey = cmp.Or(found.Name, secret), key
		case strings.Contains(called, "accesskey"):
			found.Name, found.AccessKey = secret, key
		}
	}
}
