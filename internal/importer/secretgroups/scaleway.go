package secretgroups

import (
	"cmp"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/importer/externalsecrets"
	"cloison.dev/cloison/internal/spec"
)

// Placeholders stand where the manifests have no region and no project.
const (
	noRegion  = externalsecrets.RegionPlaceholder
	noProject = externalsecrets.ProjectPlaceholder
)

// fillScaleway writes where the secrets live: what most stores that are read have for all components, and what others
// have for their own component. Where none is read, it is what all stores agree on.
func (a *arranger) fillScaleway() {
	var stores []*externalsecrets.Store
	for _, c := range a.components {
		stores = append(stores, c.stores()...)
	}
	all := &a.Segregation.Spec.Scaleway
	all.Region, all.ProjectID = location(stores)
	unread := externalsecrets.ScalewayStores(a.set)
	regionsDiffer, projectsDiffer := false, false
	if all.Region == noRegion {
		all.Region, regionsDiffer = agreedOn(unread, (*externalsecrets.Store).Region, noRegion)
	}
	if all.ProjectID == noProject {
		all.ProjectID, projectsDiffer = agreedOn(unread, (*externalsecrets.Store).Project, noProject)
	}
	var urls []string
	for _, s := range stores {
		urls = append(urls, s.Scaleway.APIURL)
	}
	all.APIURL = draft.MostCommon(urls, "")
	if a.Fallback != nil {
		a.fallBack(all)
	} else {
		a.noteMissing(all, regionsDiffer, projectsDiffer)
	}
	for _, c := range a.components {
		a.fillComponentScaleway(c)
	}
}

// noteMissing notes what the stores do not say.
func (a *arranger) noteMissing(all *spec.Scaleway, regionsDiffer, projectsDiffer bool) {
	at := fieldpath.Of("spec", "scaleway")
	switch {
	case regionsDiffer:
		a.Remark(draft.Missing, at.Child("region"), "the stores that nothing reads name several regions: write the one "+
			"that is meant")
	case all.Region == noRegion:
		a.Remark(draft.Missing, at.Child("region"),
			"no SecretStore says in which region the secrets live: write it, such as fr-par")
	}
	switch {
	case projectsDiffer:
		a.Remark(draft.Missing, at.Child("projectID"), "the stores that nothing reads name several Scaleway projects: "+
			"write the one that is meant")
	case all.ProjectID == noProject:
		a.Remark(draft.Missing, at.Child("projectID"),
			"no SecretStore names a Scaleway project by its UUID: copy it from the project's settings in the "+
				"Scaleway console")
	}
}

// fallBack writes what the stores do not say.
func (a *arranger) fallBack(all *spec.Scaleway) {
	at := fieldpath.Of("spec", "scaleway")
	if all.Region == noRegion {
		all.Region = a.Fallback.Region
		a.Remark(draft.Wanted, at.Child("region"), "spec.scaleway.region: the region that the secrets live "+
			"in, unless it is %s", all.Region)
	}
	if all.ProjectID == noProject {
		all.ProjectID = a.Fallback.ProjectID
		a.Remark(draft.Wanted, at.Child("projectID"), "spec.scaleway.projectID: the UUID of the Scaleway project "+
			"that the secrets live in: no store names one")
	}
}

// agreedOn is what all stores have that have any, and whether they differ; none where they do, or have none.
func agreedOn(stores []*externalsecrets.Store, what func(*externalsecrets.Store) string, none string) (string, bool) {
	found := none
	for _, s := range stores {
		switch got := what(s); {
		case got == none, got == found:
		case found == none:
			found = got
		default:
			return none, true
		}
	}
	return found, false
}

// location is the region and the project that most stores have.
func location(stores []*externalsecrets.Store) (region, project string) {
	var regions, projects []string
	for _, s := range stores {
		regions, projects = append(regions, s.Region()), append(projects, s.Project())
	}
	return draft.MostCommon(regions, noRegion), draft.MostCommon(projects, noProject)
}

// fillComponentScaleway writes what differs from the other components. A component has one region and project.
func (a *arranger) fillComponentScaleway(c *component) {
	stores := c.stores()
	if len(stores) == 0 {
		return
	}
	region, project := location(stores)
	if a.Fallback != nil && region == noRegion {
		region = a.Segregation.Spec.Scaleway.Region
	}
	if a.Fallback != nil && project == noProject {
		project = a.Segregation.Spec.Scaleway.ProjectID
	}
	all, own := a.Segregation.Spec.Scaleway, spec.Scaleway{}
	if region != all.Region {
		own.Region = region
	}
	if project != all.ProjectID {
		own.ProjectID = project
	}
	if own != (spec.Scaleway{}) {
		c.Spec.Scaleway = &own
	}
	for _, s := range stores {
		a.noteDifferences(c, s, cmp.Or(own.Region, all.Region), cmp.Or(own.ProjectID, all.ProjectID))
	}
}

// noteDifferences notes where a store differs from what the Segregation says of its component.
func (a *arranger) noteDifferences(c *component, s *externalsecrets.Store, region, project string) {
	all := a.Segregation.Spec.Scaleway
	a.noteDifference(c, s, difference{
		field: "region", component: "region", what: "region",
		got: s.Region(), want: region, others: all.Region,
		none: noRegion, missing: "it names no region of Scaleway: write it, such as fr-par",
	})
	a.noteDifference(c, s, difference{
		field: "projectId", component: "projectID", what: "project",
		got: s.Project(), want: project, others: all.ProjectID,
		none: noProject, missing: "it is not the UUID of a Scaleway project: write it",
	})
	if s.Scaleway.APIURL != all.APIURL {
		a.Note(draft.Changed, s.Object, fieldOf("apiUrl"), fieldpath.Of("spec", "scaleway"),
			"a Segregation has one apiURL for all components, and this store has another one")
	}
}

// difference compares one field of a store with what its component says.
type difference struct {
	// field of the store, and the field of the component for it.
	field, component string
	// what it is, for messages.
	what string
	// got is what the store has, want what the component has, and others what the other components have.
	got, want, others string
	// none is the placeholder, and missing what to do about it.
	none, missing string
}

func (a *arranger) noteDifference(c *component, s *externalsecrets.Store, d difference) {
	switch {
	case d.got == d.none && d.want == d.none && d.want != d.others:
		a.Note(draft.Missing, s.Object, fieldOf(d.field), c.Path("scaleway", d.component),
			"%s, or remove the field to take the one of the other components", d.missing)
	case d.got != d.want:
		a.Note(draft.Changed, s.Object, fieldOf(d.field), c.Path("scaleway"),
			"a component reads from one %s, and this store is in another one than %s: its secrets must be there",
			d.what, d.want)
	}
}

// fieldOf is the path of a field of a store of Scaleway.
func fieldOf(name string) fieldpath.Path { return fieldpath.Of("spec", "provider", "scaleway", name) }
