package stores

import (
	"cmp"
	"path"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
)

// remote holds what is read against what is declared.
func (w *wanted) remote(read *secretflow.Read, want secretflow.Remote) {
	got := read.From
	field := referenceField(read)
	around, _ := cut(field)
	switch {
	case read.Kind == secretflow.ReadFind && got.Folder != want.Folder:
		w.differs(read.By, finding.Error, field, got.Folder, want.Folder)
	case read.Kind == secretflow.ReadFind && got.Name != want.Name:
		w.differs(read.By, finding.Error, around+".name.regexp", got.Name, want.Name)
	case read.Kind != secretflow.ReadFind && (got.Form != secretflow.FormPath || got.Folder != want.Folder || got.Name != want.Name):
		w.differs(read.By, finding.Error, field, written(got), "path:"+path.Join(want.Folder, want.Name))
	}
	if got.Property != want.Property {
		w.differs(read.By, finding.Error, around+".property", got.Property, want.Property)
	}
	if version(got) != version(want) {
		w.differs(read.By, finding.Error, around+".version", got.Version, cmp.Or(want.Version, "latest_enabled"))
	}
	if read.Decoding != "" && read.Decoding != "None" {
		w.differs(read.By, finding.Error, around+".decodingStrategy", read.Decoding, "None")
	}
	if read.Kind == secretflow.ReadFind && len(read.Entry.Find.Tags) > 0 {
		w.report(read.By, finding.Finding{
			Code: finding.NotAsDeclared, Severity: finding.Error, Field: around + ".tags",
			Message: "the search asks for tags; the Segregation declares none", Fix: "remove tags",
		})
	}
}

// version is empty for the latest enabled one.
func version(remote secretflow.Remote) string {
	if remote.Version == "latest_enabled" {
		return ""
	}
	return remote.Version
}

// written is the reference as it was written.
func written(remote secretflow.Remote) string {
	switch {
	case remote.Form == "":
		return remote.Name
	case remote.Folder == "":
		return remote.Form + ":" + remote.Name
	}
	return remote.Form + ":" + path.Join(remote.Folder, remote.Name)
}
