package stores

import (
	"cmp"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
)

// compareRemote compares what is read with what is declared.
func (w *wanted) compareRemote(read *secretflow.Read, want secretflow.Remote) {
	got := read.Remote
	field := read.ReferenceField()
	around := field.Parent()
	switch {
	case read.Kind == eso.ReadFind && got.Folder != want.Folder:
		w.entryDiffers(read, field, got.Folder, want.Folder)
	case read.Kind == eso.ReadFind && got.Name != want.Name:
		w.entryDiffers(read, around.Child("name", "regexp"), got.Name, want.Name)
	case read.Kind != eso.ReadFind && (got.Form != eso.FormPath || got.Folder != want.Folder || got.Name != want.Name):
		w.entryDiffers(read, field, got.String(), want.String())
	}
	if got.Property != want.Property {
		w.entryDiffers(read, around.Child("property"), got.Property, want.Property)
	}
	sameVersion := got.Version == want.Version || eso.IsLatestEnabled(got.Version) && eso.IsLatestEnabled(want.Version)
	if !sameVersion {
		w.entryDiffers(read, around.Child("version"), got.Version, cmp.Or(want.Version, eso.LatestEnabled))
	}
	if eso.Decodes(read.Decoding) {
		w.entryDiffers(read, around.Child("decodingStrategy"), read.Decoding, eso.DecodingNone)
	}
	if read.Kind == eso.ReadFind && len(read.DataFrom.Find.Tags) > 0 {
		w.report(read, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: around.Child("tags"),
			Message: "the search asks for tags; the Segregation declares none", Fix: "remove tags",
		})
	}
}
