package eso

import "slices"

// Content is what an ExternalSecret writes into its Secret.
type Content struct {
	// Keys whose names are known, in any order. A key that is written twice is there twice.
	Keys []Key
	// Whole are the indexes of the reads that give any number of keys, or keys of unknown names.
	Whole []int
	// Open is true where there may be keys beyond Keys.
	Open bool
}

// Key is one key of a Secret.
type Key struct {
	Name string
	// Read is the index of the read whose value it holds; -1 where a template makes it of no value, or of several.
	Read int
	// Optional is true where a missing secret leaves the key out, without an error.
	Optional bool
	// Template makes the key of the value; nil where it is written as it was read.
	Template *TemplateKey
	// Uses are the indexes of the reads that the template may take values from.
	Uses []int
}

// Content lists the keys that the reads of s give or, with a template, those that the template makes of them.
//
// Facts: docs/facts.md, "Templates".
func (s *ExternalSecretSpec) Content(reads []Read) Content {
	var read Content
	for i := range reads {
		if reads[i].Key == "" {
			read.Whole, read.Open = append(read.Whole, i), true
			continue
		}
		read.Keys = append(read.Keys, Key{Name: reads[i].Key, Read: i, Optional: reads[i].Optional})
	}
	template := s.Target.Template
	if !template.MakesKeys() {
		return read
	}
	made, more := template.Keys()
	var keys []Key
	if template.MergePolicy == TemplateMerge {
		keys = read.Keys
	}
	for i := range made {
		keys = append(keys, Key{
			Name: made[i].Name, Read: read.only(made[i].Text), Template: &made[i], Uses: read.uses(made[i].Text),
		})
	}
	if template.MergePolicy == TemplateMerge {
		return Content{Keys: keys, Whole: read.Whole, Open: read.Open || more}
	}
	return Content{Keys: keys, Open: more}
}

// uses are the reads that a template may take values from: those of the keys that it names and, where it names others,
// those that may give any key; all reads where its text is not known.
func (c Content) uses(template string) []int {
	named, variables := map[string]bool{}, Variables(template)
	var found []int
	for _, key := range c.Keys {
		named[key.Name] = true
		if template == "" || variables[key.Name] {
			found = append(found, key.Read)
		}
	}
	use, _ := ParseTemplateUse(template)
	if template == "" || slices.ContainsFunc(use.Keys, func(key KeyUse) bool { return !named[key.Name] }) {
		found = append(found, c.Whole...)
	}
	return found
}

// only is the one read that a template takes a value from; -1 where that is not exactly one.
func (c Content) only(template string) int {
	if len(c.Whole) > 0 || template == "" {
		return -1
	}
	found := -1
	variables := Variables(template)
	for _, key := range c.Keys {
		if !variables[key.Name] {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = key.Read
	}
	return found
}
