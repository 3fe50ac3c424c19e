package fetch

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/scaleway"
)

// want is one value that is read: a revision of a secret, by path or by id.
type want struct{ folder, name, id, revision string }

// fixed reports whether new versions of the secret mean nothing to the want.
func (w want) fixed() bool { return w.revision != eso.LatestEnabled }

func compareWants(a, b want) int {
	return cmp.Or(
		cmp.Compare(a.folder, b.folder),
		cmp.Compare(a.name, b.name),
		cmp.Compare(a.id, b.id),
		cmp.Compare(a.revision, b.revision),
	)
}

// listing is one list that is asked for. Its tags are joined by line breaks, so that it can be the key of a map.
type listing struct{ folder, name, tags string }

// listings are those without tags that would have a secret.
func (w want) listings() [3]listing { return [3]listing{{folder: w.folder}, {name: w.name}, {}} }

func (l listing) filter() scaleway.Filter {
	return scaleway.Filter{
		Folder: l.folder,
		Name:   l.name,
		Tags:   strings.FieldsFunc(l.tags, func(r rune) bool { return r == '\n' }),
	}
}

// need is what one read takes: values, and the list that says which.
type need struct {
	// list is needed to know the wants; nil where they are known without.
	list *listing
	// poll is the list of the folder, which tells of changes; nil where there is none.
	poll *listing
	// direct is read by path where the list is refused, and its absence is known all the same.
	direct *want
	// wants that a list gives, by the names of their secrets. It is pure, and its results must not be changed.
	wants func(listed []scaleway.Listed) (map[string]want, string)
	// malformed is why the reference means nothing; then there is no need of anything else.
	malformed string
}

// lists are those that the need is about.
func (n need) lists() []listing {
	var all []listing
	for _, l := range []*listing{n.list, n.poll} {
		if l != nil {
			all = append(all, *l)
		}
	}
	return all
}

// needOf reads what the provider scaleway would look for.
func needOf(read *eso.Read) need {
	revision := cmp.Or(read.Version, eso.LatestEnabled)
	switch {
	case read.Kind == eso.ReadFind:
		return needOfSearch(read.DataFrom.Find)
	case read.From.Form == eso.FormPath && read.From.Folder != "" && read.From.Name != "":
		return needOfPath(want{folder: read.From.Folder, name: read.From.Name, revision: revision})
	case read.From.Form == eso.FormID:
		only := want{id: read.From.Name, revision: revision}
		wants := map[string]want{only.id: only}
		return need{wants: func([]scaleway.Listed) (map[string]want, string) { return wants, "" }}
	case read.From.Form == eso.FormName && read.From.Name != "":
		return needOfName(read.From.Name, revision)
	}
	return need{
		malformed: fmt.Sprintf(
			"the reference %s must be path:/FOLDER/NAME, id:UUID or name:NAME",
			phrase.Quote(read.RemoteKey),
		),
	}
}

func needOfPath(only want) need {
	wants := map[string]want{only.name: only}
	return need{
		poll:  &listing{folder: only.folder},
		wants: func([]scaleway.Listed) (map[string]want, string) { return wants, "" },
	}
}

// needOfName takes the one secret of that name. The operator takes the first of several, whichever that is.
func needOfName(name, revision string) need {
	list := &listing{name: name}
	return need{list: list, poll: list, wants: func(listed []scaleway.Listed) (map[string]want, string) {
		if len(listed) > 1 {
			var folders []string
			for _, one := range listed {
				folders = append(folders, one.Folder)
			}
			return nil, fmt.Sprintf("there are %d secrets of this name, in %s: name the one that is meant by its path",
				len(listed), phrase.And(mostNamed, slices.Sorted(slices.Values(folders))))
		}
		return wantsOf(listed, revision), ""
	}}
}

// mostNamed bounds how many of many folders a message names.
const mostNamed = 5

// needOfSearch takes the secrets of a folder, or of the whole project, whose names match.
func needOfSearch(find *eso.Find) need {
	list := &listing{folder: find.Folder(), tags: strings.Join(slices.Sorted(maps.Keys(find.Tags)), "\n")}
	made := need{list: list, poll: list}
	if only := find.OnlyName(); only != "" && list.folder != "" && list.tags == "" {
		made.direct = &want{folder: list.folder, name: only, revision: eso.LatestEnabled}
	}
	matcher, err := regexp.Compile(find.Expression())
	if err != nil {
		return need{
			malformed: fmt.Sprintf(
				"find.name.regexp %s must be a regular expression",
				phrase.Quote(find.Expression()),
			),
		}
	}
	made.wants = func(listed []scaleway.Listed) (map[string]want, string) {
		matching := slices.DeleteFunc(
			slices.Clone(listed),
			func(one scaleway.Listed) bool { return !matcher.MatchString(one.Name) },
		)
		names := map[string]bool{}
		for _, one := range matching {
			if names[one.Name] {
				return nil, fmt.Sprintf(
					"several folders have a secret of the name %s: name one folder in find.path",
					phrase.Quote(one.Name),
				)
			}
			names[one.Name] = true
		}
		return wantsOf(matching, eso.LatestEnabled), ""
	}
	return made
}

// wantsOf reads listed secrets by their paths.
func wantsOf(listed []scaleway.Listed, revision string) map[string]want {
	wants := make(map[string]want, len(listed))
	for _, one := range listed {
		wants[one.Name] = want{folder: one.Folder, name: one.Name, revision: revision}
	}
	return wants
}
