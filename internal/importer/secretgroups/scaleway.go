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

// fillScaleway writes where the secrets live: what most stores have for all components, and what others have for their
// own component.
func (a *arranger) fillScaleway() {
	var stores []*externalsecrets.Store
	for _, c := range a.components {
		stores = append(stores, c.stores()...)
	}
	all := &a.Segregation.Spec.Scaleway
	all.Region, all.ProjectID = location(stores)
	var urls []string
	for _, s := range stores {
		urls = append(urls, s.Scaleway.APIURL)
	}
	all.APIURL = draft.MostCommon(urls, "")
	at := fieldpath.Of("spec", "scaleway")
	if all.Region == noRegion {
		a.Remark(draft.Missing, at.Child("region"),
			"no SecretStore says in which region the secrets live: write it, such as fr-par")
	}
	if all.ProjectID == noProject {
		a.Remark(draft.Missing, at.Child("projectID"),
			"no SecretStore names a Scaleway project by its UUID: copy it from the project's settings in the "+
				"Scaleway console")
	}
	for _, c := range a.components {
		a.fillComponentScaleway(c)
	}
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
	field, all := fieldpath.Of("spec", "provider", "scaleway"), a.Segregation.Spec.Scaleway
	switch {
	case s.Region() == noRegion && region == noRegion && region != all.Region:
		a.Note(draft.Missing, s.Object, field.Child("region"), c.Path("scaleway", "region"),
			"it names no region of Scaleway: write it, such as fr-par, or remove the field to take the one of the "+
				"other components")
	case s.Region() != region:
		a.Note(draft.Changed, s.Object, field.Child("region"), c.Path("scaleway"),
			"a component reads from one region, and this store is in another one than %s: its secrets must be there",
			region)
	}
	switch {
	case s.Project() == noProject && project == noProject && project != all.ProjectID:
		a.Note(draft.Missing, s.Object, field.Child("projectId"), c.Path("scaleway", "projectID"),
			"it is not the UUID of a Scaleway project: write it, or remove the field to take the one of the other "+
				"components")
	case s.Project() != project:
		a.Note(draft.Changed, s.Object, field.Child("projectId"), c.Path("scaleway"),
			"a component reads from one project, and this store is in another one than %s: its secrets must be there",
			project)
	}
	if s.Scaleway.APIURL != all.APIURL {
		a.Note(draft.Changed, s.Object, field.Child("apiUrl"), fieldpath.Of("spec", "scaleway"),
			"a Segregation has one apiURL for all components, and this store has another one")
	}
}
