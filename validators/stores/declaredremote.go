package stores

import (
	"cmp"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
)

// remote holds what is read against what is declared.
func (w *wanted) remote(read *secretflow.Read, want secretflow.Remote) {
	got := read.Remote
	field := referenceField(read)
	around, _ := cut(field)
	switch {
	case read.Kind == eso.ReadFind && got.Folder != want.Folder:
		w.differs(read.By, finding.Error, field, got.Folder, want.Folder)
	case read.Kind == eso.ReadFind && got.Name != want.Name:
		w.differs(read.By, finding.Error, around+".name.regexp", got.Name, want.Name)
	case read.Kind != eso.ReadFind && (got.Form != eso.FormPath || got.Folder != want.Folder || got.Name != want.Name):
		w.differs(read.By, finding.Error, field, got.String(), want.String())
	}
	if got.Property != want.Property {
		w.differs(read.By, finding.Error, around+".property", got.Property, want.Property)
	}
	sameVersion := got.Version == want.Version || eso.IsLatestEnabled(got.Version) && eso.IsLatestEnabled(want.Version)
	if !sameVersion {
		w.differs(read.By, finding.Error, around+".version", got.Version, cmp.Or(want.Version, eso.LatestEnabled))
	}
	if eso.Decodes(read.Decoding) {
		w.differs(read.By, finding.Error, around+".decodingStrategy", read.Decoding, "None")
	}
	if read.Kind == eso.ReadFind && len(read.DataFrom.Find.Tags) > 0 {
		w.report(read.By, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: around + ".tags",
			Message: "the search asks for tags; the Segregation declares none", Fix: "remove tags",
		})
	}
}
