// Package content makes the content of a Secret of what an ExternalSecret reads: properties of JSON secrets, decoding,
// rewriting, templates. It is pure, and has the semantics of the External Secrets Operator, as far as package eso
// describes them; where the operator would drop a value by chance, such as of two secrets that become one key, there is
// an error.
//
// The content is whole or there is none: [Make] names everything that is missing or wrong at once. What it says about a
// problem never holds a value, or what a parser said about one.
package content

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// Version is one value of Scaleway, as it was read.
type Version struct {
	Value []byte
	// Revision is its number, from 1.
	Revision int
}

// Outcome is what became of one [eso.Read].
type Outcome struct {
	// Found are the values, by the name of their secret. Of a read that is no search it is at most one, by any name.
	Found map[string]Version
	// Failure says why it is not known what there is, without any value; it is empty where it is known: what is not in
	// Found then does not exist.
	Failure string
}

// Content is what a Secret holds.
type Content struct {
	// Nothing reports that the reads gave no key at all, as where all of them are searches that found nothing. The rest
	// is empty then, whatever the template says: the Secret stays as it is, or is not made.
	Nothing     bool
	Type        corev1.SecretType
	Labels      map[string]string
	Annotations map[string]string
	Data        map[string][]byte
	// Kept are optional keys of which it is not known whether they still exist, with why: they stay as the Secret has
	// them.
	Kept map[string]string
	// Revisions of the secrets that were read, by reference. Example of a reference: path:/shop-api/database-url.
	Revisions map[string]int
}

// Problem is one reason why there is no content.
type Problem struct {
	// Field of the ExternalSecret, from its root. Example: spec.data[0].
	Field fieldpath.Path
	// Key of the Secret that lacks a value; empty where it is not one, or not known which.
	Key string
	// Reference to the secret that it is about; empty where it is not one.
	Reference string
	// Text says what is wrong, in words that can follow a colon.
	Text string
}

// String formats p for conditions and events. Example: DATABASE_URL (path:/shop-api/database-url): there is no such
// secret.
func (p Problem) String() string {
	switch {
	case p.Key != "" && p.Reference != "":
		return fmt.Sprintf("%s (%s): %s", p.Key, p.Reference, p.Text)
	case p.Key != "" || p.Reference != "":
		return p.Key + p.Reference + ": " + p.Text
	}
	return p.Field.String() + ": " + p.Text
}

// Longest is the greatest size of all values of a Secret together, in bytes.
const Longest = corev1.MaxSecretSize

// Make makes the content of the Secret of an ExternalSecret, of which reads are the [eso.ExternalSecretSpec.Reads] and
// outcomes what became of each. Where there are problems, there is no content.
func Make(of *eso.ExternalSecret, reads []eso.Read, outcomes []Outcome) (*Content, []Problem) {
	m := maker{revisions: map[string]int{}, kept: map[string]string{}}
	read := m.readAll(of, reads, outcomes)
	made := &Content{Revisions: m.revisions, Kept: m.kept, Nothing: len(read) == 0}
	if len(m.problems) == 0 && !made.Nothing {
		m.shape(of, read, made)
	}
	if len(m.problems) == 0 {
		m.checkSize(made.Data)
	}
	if len(m.problems) > 0 {
		return nil, m.problems
	}
	return made, nil
}

// maker collects what is wrong.
type maker struct {
	problems  []Problem
	revisions map[string]int
	kept      map[string]string
}

func (m *maker) add(p Problem) { m.problems = append(m.problems, p) }

// readAll gives the keys that the reads bring. Those of dataFrom come first, and a later one wins: the keys that data
// names are always what data says.
func (m *maker) readAll(of *eso.ExternalSecret, reads []eso.Read, outcomes []Outcome) map[string][]byte {
	keys := map[string][]byte{}
	for _, list := range []string{eso.DataFromList, eso.DataList} {
		for i := range reads {
			read, outcome := &reads[i], outcomes[i]
			switch {
			case read.Entry.List != list:
			case outcome.Failure != "" && isOptionalKey(read) && !of.Spec.Target.Template.MakesKeys():
				m.kept[read.Key] = outcome.Failure
			default:
				maps.Copy(keys, m.entry(read, outcome))
			}
		}
	}
	maps.DeleteFunc(m.kept, func(key string, _ string) bool { return keys[key] != nil })
	return keys
}

// isOptionalKey reports whether a read is of one key that may be missing: the search of one name in one folder. In all
// folders several secrets may have the name, and which of them is meant is never known.
func isOptionalKey(read *eso.Read) bool {
	return read.Optional && read.Key != "" && read.From.Folder != ""
}

// entry gives the keys that one read brings.
func (m *maker) entry(read *eso.Read, outcome Outcome) map[string][]byte {
	e := entry{maker: m, read: read}
	if outcome.Failure != "" {
		e.problem(read.Key, outcome.Failure)
		return nil
	}
	for name, version := range outcome.Found {
		m.revisions[e.reference(name)] = version.Revision
	}
	if read.Kind == eso.ReadFind {
		return e.found(outcome.Found)
	}
	for _, version := range outcome.Found {
		if read.Kind == eso.ReadExtract {
			return e.extracted(version.Value)
		}
		return e.value(version.Value)
	}
	e.problem(read.Key, e.missing())
	return nil
}

// entry is one read on its way to keys.
type entry struct {
	*maker
	read *eso.Read
}

func (e entry) problem(key, text string) {
	e.add(Problem{Field: e.field(), Key: key, Reference: e.subject(), Text: text})
}

// subject is the reference to the secret or the folder that is read; empty where all folders are searched for any name.
func (e entry) subject() string {
	switch from := e.read.From; {
	case e.read.Kind != eso.ReadFind || from.Folder != "":
		return from.String()
	case from.Name != "":
		return e.reference(from.Name)
	}
	return ""
}

func (e entry) field() fieldpath.Path {
	return fieldpath.Of("spec", e.read.Entry.List).Index(e.read.Entry.Index)
}

func (e entry) missing() string {
	if !eso.IsLatestEnabled(e.read.Version) {
		return fmt.Sprintf("there is no such secret, or it has no revision %s", phrase.Quote(e.read.Version))
	}
	return "there is no such secret, or no revision of it is enabled"
}

// reference to a secret that was found.
func (e entry) reference(name string) string {
	if e.read.Kind == eso.ReadFind && e.read.From.Folder != "" {
		return eso.PathReference(e.read.From.Folder, name).String()
	}
	if e.read.Kind == eso.ReadFind {
		return eso.Reference{Form: eso.FormName, Name: name}.String()
	}
	return e.read.From.String()
}

// value gives the one key of an entry of data.
func (e entry) value(value []byte) map[string][]byte {
	key := e.read.Key
	if e.read.Property != "" {
		selected, found := property(value, e.read.Property)
		if !found {
			e.problem(key, fmt.Sprintf("its value has no property %s", phrase.Quote(e.read.Property)))
			return nil
		}
		value = selected
	}
	return e.decoded(map[string][]byte{key: value})
}

// extracted gives a key for each property of a JSON object.
func (e entry) extracted(value []byte) map[string][]byte {
	if e.read.Property != "" {
		selected, found := property(value, e.read.Property)
		if !found {
			e.problem("", fmt.Sprintf("its value has no property %s", phrase.Quote(e.read.Property)))
			return nil
		}
		value = selected
	}
	properties, is := object(value)
	if !is {
		e.problem("", "its value must be a JSON object, and is none")
		return nil
	}
	return e.renamed(properties, e.read.DataFrom.Extract.ConversionStrategy)
}

// found gives a key for each secret that a search found.
func (e entry) found(versions map[string]Version) map[string][]byte {
	values := make(map[string][]byte, len(versions))
	for name, version := range versions {
		values[name] = version.Value
	}
	return e.renamed(values, e.read.DataFrom.Find.ConversionStrategy)
}

// renamed gives the values the keys that they become, and decodes them.
func (e entry) renamed(values map[string][]byte, conversion string) map[string][]byte {
	keys, problem := rewriteAll(values, e.read.DataFrom.Rewrite, conversion)
	if problem != "" {
		e.problem("", problem)
		return nil
	}
	return e.decoded(keys)
}

// decoded decodes all values, and holds their keys against what a Secret can have. A key that was rewritten to nothing
// is left out, as in the operator.
func (e entry) decoded(keys map[string][]byte) map[string][]byte {
	made := make(map[string][]byte, len(keys))
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		value, decodes := decode(e.read.Decoding, keys[key])
		switch {
		case key == "":
		case !syntax.SecretKey.Matches(key):
			e.problem("", misfit(key, nil, eso.TargetData))
		case !decodes:
			e.problem(key, "its value must be in the encoding "+e.read.Decoding+", and is not")
		default:
			made[key] = value
		}
	}
	return made
}

// nameOf repeats a key that may come out of a value only where it reads as a name.
func nameOf(key string) string {
	if phrase.IsName(key) {
		return "the key " + phrase.Quote(key)
	}
	return "a key, which is not repeated here,"
}

// checkSize holds the values against what the API server takes.
func (m *maker) checkSize(data map[string][]byte) {
	size := 0
	for _, value := range data {
		size += len(value)
	}
	if size > Longest {
		m.add(
			Problem{
				Field: fieldpath.Of("spec"),
				Text: fmt.Sprintf("all values together have %d bytes; a Secret can hold %d: "+
					"spread the keys over several ExternalSecrets", size, Longest),
			},
		)
	}
}
