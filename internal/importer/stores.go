package importer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/spec"
)

// store is where an ExternalSecret reads. object is nil where the store is not in the input.
type store struct {
	name     string
	cluster  bool
	object   *objects.Object
	scaleway *eso.ScalewayProvider
	// controller of the store; empty means the External Secrets Operator.
	controller string
}

// isOther reports whether the store is one of another provider than Scaleway.
func (s *store) isOther() bool { return s.object != nil && s.scaleway == nil }

// storesOf finds stores by the namespace, which is empty for a ClusterSecretStore, and the name.
func storesOf(set *objects.Set) map[[2]string]*store {
	found := map[[2]string]*store{}
	add := func(o objects.Typed[eso.Store], cluster bool) {
		s := &store{
			name: o.Name, cluster: cluster, object: o.Object,
			controller: o.Value.Spec.Controller, scaleway: o.Value.Spec.ScalewayProvider(),
		}
		namespace := o.Namespace
		if cluster {
			namespace = ""
		}
		if _, twice := found[[2]string{namespace, o.Name}]; !twice {
			found[[2]string{namespace, o.Name}] = s
		}
	}
	for _, o := range set.SecretStores {
		if o.Namespace != "" {
			add(o, false)
		}
	}
	for _, o := range set.ClusterSecretStores {
		add(o, true)
	}
	return found
}

var (
	regionForm  = form.New(`^[a-z]{2}-[a-z]{3}$`)
	projectForm = form.New(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// Values that Cloison refuses, so that nobody forgets to replace them.
const (
	regionPlaceholder  = "FILL-IN-REGION"
	projectPlaceholder = "FILL-IN-PROJECT-ID"
)

// region of the store; a placeholder where there is none, or none that Scaleway has.
func (s *store) region() string {
	if regionForm.Matches(s.scaleway.Region) {
		return s.scaleway.Region
	}
	return regionPlaceholder
}

// project of the store, as region.
func (s *store) project() string {
	if project := strings.ToLower(s.scaleway.ProjectID); projectForm.Matches(project) {
		return project
	}
	return projectPlaceholder
}

// mostCommon is the value that is there most often, the first of several; placeholders count only where there is
// nothing else.
func mostCommon(values []string, placeholder string) string {
	best := ""
	count := map[string]int{}
	for _, value := range values {
		count[value]++
	}
	for _, value := range values {
		if value != placeholder && count[value] > count[best] {
			best = value
		}
	}
	return cmp.Or(best, placeholder)
}

// readScaleway says where the secrets live: what most stores say for all, what others say for their component.
func (im *importer) readScaleway() {
	var regions, projects, urls []string
	for _, p := range im.components {
		for _, s := range p.stores() {
			regions, projects, urls = append(regions, s.region()), append(projects, s.project()), append(urls, s.scaleway.APIURL)
		}
	}
	all := &im.seg.Spec.Scaleway
	all.Region, all.ProjectID = mostCommon(regions, regionPlaceholder), mostCommon(projects, projectPlaceholder)
	all.APIURL = mostCommon(urls, "")
	at := []string{"spec", "scaleway"}
	if all.Region == regionPlaceholder {
		im.remark(Missing, append(at, "region"),
			"no SecretStore says in which region the secrets live: write it, such as fr-par")
	}
	if all.ProjectID == projectPlaceholder {
		im.remark(Missing, append(slices.Clone(at), "projectID"),
			"no SecretStore names a Scaleway project by its UUID: copy it from the project's settings in the Scaleway console")
	}
	for _, p := range im.components {
		im.readComponentScaleway(p)
	}
}

// readComponentScaleway gives a component what differs from the rest. A component has one region and project.
func (im *importer) readComponentScaleway(p *component) {
	stores := p.stores()
	if len(stores) == 0 {
		return
	}
	all := im.seg.Spec.Scaleway
	var regions, projects []string
	for _, s := range stores {
		regions, projects = append(regions, s.region()), append(projects, s.project())
	}
	own := spec.Scaleway{}
	if region := mostCommon(regions, regionPlaceholder); region != all.Region {
		own.Region = region
	}
	if project := mostCommon(projects, projectPlaceholder); project != all.ProjectID {
		own.ProjectID = project
	}
	if own != (spec.Scaleway{}) {
		p.spec.Scaleway = &own
	}
	for _, s := range stores {
		im.holdAgainst(p, s, cmp.Or(own.Region, all.Region), cmp.Or(own.ProjectID, all.ProjectID))
	}
}

// holdAgainst notes where a store differs from what the Segregation says of its component.
func (im *importer) holdAgainst(p *component, s *store, region, project string) {
	field, all := "spec.provider.scaleway", im.seg.Spec.Scaleway
	switch {
	case s.region() == regionPlaceholder && region == regionPlaceholder && region != all.Region:
		im.note(Missing, s.object, field+".region", p.at("scaleway", "region"),
			"it names no region of Scaleway: write it, such as fr-par, or remove the field to take the one of the other "+
				"components")
	case s.region() != region:
		im.note(Changed, s.object, field+".region", p.at("scaleway"),
			"a component reads from one region, and this store is in another one than %s: its secrets must be there", region)
	}
	switch {
	case s.project() == projectPlaceholder && project == projectPlaceholder && project != all.ProjectID:
		im.note(Missing, s.object, field+".projectId", p.at("scaleway", "projectID"),
			"it is not the UUID of a Scaleway project: write it, or remove the field to take the one of the other components")
	case s.project() != project:
		im.note(Changed, s.object, field+".projectId", p.at("scaleway"),
			"a component reads from one project, and this store is in another one than %s: its secrets must be there", project)
	}
	if s.scaleway.APIURL != all.APIURL {
		im.note(Changed, s.object, field+".apiUrl", []string{"spec", "scaleway"},
			"a Segregation has one apiURL for all components, and this store has another one")
	}
}

// stores are those of Scaleway that the component's groups read, each once.
func (p *component) stores() []*store {
	var found []*store
	for _, g := range p.groups {
		for _, s := range g.stores {
			if s.scaleway != nil && !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
	}
	return found
}

// credentials is the Secret that holds the store's API key.
func (im *importer) credentials(p *component, s *store, at []string) spec.Credentials {
	if s.scaleway == nil {
		return spec.Credentials{}
	}
	field := "spec.provider.scaleway"
	access, secret := s.scaleway.AccessKey, s.scaleway.SecretKey
	if access == nil && secret == nil {
		if auth, found := authBlock(s.object); found {
			im.note(Changed, s.object, field+".auth", at,
				"the provider scaleway has no field auth: its Secrets go where the operator reads them, accessKey and secretKey")
			return auth
		}
	}
	if inline(access) || inline(secret) {
		im.note(NotCarried, s.object, field, at,
			"the API key is written into the manifest: make a new one, put it into the Secret of the credentials, and delete "+
				"this one in Scaleway")
		return spec.Credentials{}
	}
	if access == nil || access.SecretRef == nil || secret == nil || secret.SecretRef == nil {
		im.note(Changed, s.object, field, at,
			"it names no Secret with an API key: put one into the Secret of the credentials, in namespace %s", p.namespace)
		return spec.Credentials{}
	}
	if access.SecretRef.Name != secret.SecretRef.Name {
		im.note(Changed, s.object, field+".secretKey.secretRef.name", at,
			"both halves of an API key are in one Secret: add the secret key to Secret %q", access.SecretRef.Name)
	}
	return spec.Credentials{Name: access.SecretRef.Name, AccessKey: access.SecretRef.Key, SecretKey: secret.SecretRef.Key}
}

func inline(half *eso.Credential) bool { return half != nil && half.Value != "" }

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
	if _, err := o.Decode(&manifest); err != nil {
		return spec.Credentials{}, false
	}
	found := spec.Credentials{}
	searchAuth(manifest.Spec.Provider.Scaleway.Auth, "", &found)
	return found, found.Name != "" && found.AccessKey != "" && found.SecretKey != ""
}

// searchAuth looks for references called like accessKey and secretKey, however deep. path is the lower-case way to
// block.
func searchAuth(block map[string]any, path string, found *spec.Credentials) {
	for _, name := range slices.Sorted(maps.Keys(block)) {
		inner, isBlock := block[name].(map[string]any)
		if !isBlock {
			continue
		}
		secret, _ := inner["name"].(string)
		key, _ := inner["key"].(string)
		at := path + strings.ToLower(name)
		switch {
		case secret == "" || key == "":
			searchAuth(inner, at, found)
		case strings.Contains(at, "secretkey"), strings.Contains(at, "secretaccesskey"):
			found.Name, found.SecretKey = cmp.Or(found.Name, secret), key
		case strings.Contains(at, "accesskey"):
			found.Name, found.AccessKey = secret, key
		}
	}
}
