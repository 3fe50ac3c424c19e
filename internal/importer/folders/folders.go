// Package folders makes a component of each folder of an Inventory: it fills in spec.scaleway, and the components with
// the keys of their secrets. What an Inventory does not say is a note.
package folders

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/importer/draft"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
)

// folder is one of an Inventory.
type folder struct {
	inventory.Folder
	inventory finding.Object
	// field of the Inventory.
	field fieldpath.Path
}

// reader is what all steps share.
type reader struct {
	*draft.Draft
	folders []folder
}

// Read fills a draft in, whose Segregation has its name.
func Read(d *draft.Draft, inventories []*inventory.Inventory) {
	r := &reader{Draft: d}
	for _, each := range inventories {
		about := finding.Object{APIVersion: inventory.APIVersion, Kind: inventory.Kind, Name: each.Metadata.Name}
		for i, f := range each.Spec.Folders {
			r.folders = append(r.folders, folder{f, about, fieldpath.Of("spec", "folders").Index(i)})
		}
	}
	slices.SortStableFunc(r.folders, func(a, b folder) int { return a.Compare(b.FolderRef) })
	r.folders = slices.CompactFunc(r.folders, func(a, b folder) bool { return a.FolderRef == b.FolderRef })
	r.dropInside()
	r.fillScaleway()
	for _, f := range r.folders {
		r.add(f)
	}
	d.Sort()
}

func (r *reader) note(outcome draft.Outcome, f folder, field, at fieldpath.Path, reason string) {
	r.Notes = append(r.Notes, draft.Note{Outcome: outcome, Object: f.inventory, Field: field, Reason: reason, At: at})
}

// dropInside leaves out the root, which contains every other folder, and the folders inside of others: no two components
// share a folder.
func (r *reader) dropInside() {
	var kept []folder
	for _, f := range r.folders {
		around := slices.IndexFunc(kept, func(outer folder) bool {
			return outer.Region == f.Region && outer.ProjectID == f.ProjectID && strings.HasPrefix(f.Path, outer.Path+"/")
		})
		switch {
		case f.Path == "/":
			r.note(draft.NotCarried, f, f.field, fieldpath.Path{},
				`folder "/" contains those of every component: move its secrets to the folders of those that read them`)
		case around >= 0:
			r.note(draft.NotCarried, f, f.field, fieldpath.Path{}, "folder "+strconv.Quote(f.Path)+" is inside of folder "+
				strconv.Quote(kept[around].Path)+", and no two components share one: move its secrets beside that")
		default:
			kept = append(kept, f)
		}
	}
	r.folders = kept
}

// fillScaleway writes what most folders have in common.
func (r *reader) fillScaleway() {
	var regions, projects, prefixes []string
	for _, f := range r.folders {
		regions, projects = append(regions, f.Region), append(projects, f.ProjectID)
		prefixes = append(prefixes, path.Dir(f.Path))
	}
	all := &r.Segregation.Spec.Scaleway
	all.Region, all.ProjectID = draft.MostCommon(regions, ""), draft.MostCommon(projects, "")
	if prefix := draft.MostCommon(prefixes, ""); prefix != "/" {
		all.PathPrefix = prefix
	}
}

// add makes a component of a folder.
func (r *reader) add(f folder) {
	name := r.freeName(path.Base(f.Path))
	namespace := r.Segregation.Metadata.Name + "-" + name
	r.Add(name, namespace)
	c, all := r.Of(namespace), r.Segregation.Spec.Scaleway
	place := spec.Scaleway{}
	if f.Region != all.Region {
		place.Region = f.Region
	}
	if f.ProjectID != all.ProjectID {
		place.ProjectID = f.ProjectID
	}
	if place != (spec.Scaleway{}) {
		c.Spec.Scaleway = &place
	}
	group := &spec.SecretGroup{}
	fill(group, r.readable(c, f))
	if len(group.Keys)+len(group.Map) > 0 {
		if f.Path != path.Join("/", all.PathPrefix, namespace) {
			group.Path = f.Path
		}
		c.Spec.Secrets = group
	}
	r.noteKinship(c, f)
}

// freeName is the name of a component that no other has, from the last segment of its folder's path.
func (r *reader) freeName(base string) string {
	segregation := r.Segregation.Metadata.Name
	name := strings.TrimPrefix(base, segregation+"-")
	if !syntax.DNSLabel.Matches(name) || !syntax.DNSLabel.Matches(segregation+"-"+name) {
		name = label(name, longestLabel-len(segregation+"-"))
	}
	found := name
	for i := 2; r.Segregation.Spec.Components[found] != nil; i++ {
		found = name + "-" + strconv.Itoa(i)
	}
	return found
}

// longestLabel is the length of a DNS label, with room for a number.
const longestLabel = 60

// label makes a DNS label of a segment of a path, of a greatest length.
func label(segment string, longest int) string {
	text := strings.Map(func(r rune) rune {
		if r == '_' || r == '.' {
			return '-'
		}
		return r
	}, strings.ToLower(segment))
	text = strings.Trim(text, "-")
	if text == "" || longest < 1 {
		return "c"
	}
	return strings.TrimRight(text[:min(len(text), longest)], "-")
}

// readable are the names of the secrets of a folder that a component may read. Others have a note.
func (r *reader) readable(c *draft.Component, f folder) []string {
	var names []string
	var json []string
	for i, secret := range f.Secrets {
		field, about := f.field.Child("secrets").Index(i), "secret "+strconv.Quote(secret.Name)
		if why := unreadable(&secret); why != "" {
			r.note(draft.NotCarried, f, field, c.Path("secrets"), about+" "+why)
			continue
		}
		names = append(names, secret.Name)
		if slices.Contains([]string{"key_value", "basic_credentials", "database_credentials"}, secret.Type) {
			json = append(json, strconv.Quote(secret.Name))
		}
	}
	if len(json) > 0 {
		r.note(draft.Suggested, f, f.field, c.Path("secrets"), "folder "+strconv.Quote(f.Path)+" has JSON in "+
			phrase.And(5, json)+", the whole of which is one key: write map with a property for each key, or extract for all "+
			"of them")
	}
	return names
}

// unreadable is why a secret cannot be synced; empty where it can.
func unreadable(secret *inventory.Secret) string {
	switch {
	case secret.DeletionRequestedAt != "":
		return "is to be deleted"
	case secret.Revision == 0, secret.Enabled != nil && len(secret.Enabled) == 0:
		return "has no value that can be read: add it to keys once it has one"
	case secret.Ephemeral != nil && secret.Ephemeral.ExpiresOnceAccessed:
		return "is gone once it was read: Cloison syncs no such secrets"
	}
	return ""
}

// noteKinship suggests what a folder may be instead of a component, where its name says so.
func (r *reader) noteKinship(c *draft.Component, f folder) {
	base := path.Base(f.Path)
	if group, isShared := strings.CutPrefix(base, r.Segregation.Metadata.Name+"-shared-"); isShared {
		r.note(draft.Suggested, f, f.field, c.Path(), "folder "+strconv.Quote(f.Path)+" is called as one that several "+
			"components read: move its keys to spec.sharedSecrets."+group+", with the components, in place of component "+
			c.Name)
		return
	}
	for _, other := range r.folders {
		group, isGroup := strings.CutPrefix(base, path.Base(other.Path)+"-")
		if isGroup && path.Dir(other.Path) == path.Dir(f.Path) {
			r.note(draft.Suggested, f, f.field, c.Path(), "folder "+strconv.Quote(f.Path)+" may be a second one of the "+
				"component of folder "+strconv.Quote(other.Path)+": then move its keys to secretGroups."+group+
				" there, in place of component "+c.Name)
			return
		}
	}
}
