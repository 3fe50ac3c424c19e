package stores

import (
	"encoding/json"
	"fmt"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// secretOf is what identifies a secret without its folder: a name in a project and region, an id, or an item of another
// provider.
type secretOf struct{ place, form, name string }

// formItem is the form of what is read from another provider than Scaleway.
const formItem = "item"

// sharedSecrets finds secrets that two components read without saying the folder. Where Segregations declare what is
// read, each such reference is a finding already.
func (j *judge) sharedSecrets() verdict.Result {
	if j.components.Planned {
		return verdict.Result{}
	}
	same, names := explaining.New(explaining.OfStructure), explaining.New(explaining.OfValues)
	j.sameSecrets(same)
	j.namesOfOthers(names)
	return explaining.Merge(same, names)
}

// sameSecrets reports what two components read by the same name, id or item.
func (j *judge) sameSecrets(r *explaining.Findings) {
	first := map[secretOf]*secretflow.Read{}
	seen := map[fieldOf]bool{}
	for _, read := range j.ownReads() {
		key, known := secretOfRead(read)
		if !known {
			continue
		}
		before := first[key]
		if before == nil {
			first[key] = read
			continue
		}
		at := fieldOf{read.By, read.Field}
		if before.Target.Namespace == read.Target.Namespace || seen[at] || isSpreadStore(before, read) {
			continue
		}
		seen[at] = true
		r.Report(read.By, j.sameSecret(key, before, read))
	}
}

// isSpreadStore reports whether two reads come through one ClusterSecretStore of the input with credentials of its own:
// that it reaches both is a finding already.
func isSpreadStore(a, b *secretflow.Read) bool {
	return a.Store != nil && a.Store == b.Store && a.Store.Cluster && !isReferent(a.Store)
}

// sameSecret is the finding about a secret that two components read.
func (j *judge) sameSecret(key secretOf, before, read *secretflow.Read) finding.Finding {
	a, b := j.name(before.Target.Namespace), j.name(read.Target.Namespace)
	f := finding.Finding{
		Code: finding.ForeignFolder, Severity: finding.Error, Field: read.ReferenceField(),
		Message:        fmt.Sprintf("%s reads secret %q, which %s reads too: it is one secret", b, key.form+":"+key.name, a),
		Counterexample: fmt.Sprintf("%s and %s", describe(before), describe(read)),
		Fix:            "give each component a secret of its own in a folder of its own, and read it by its path",
		Lead:           finding.NewLead(filled(read), filled(before)),
	}
	if key.form == formItem {
		f.Code, f.Severity, f.Undecided, f.Counterexample = finding.StoreUndecided, finding.Warning, true, ""
		f.Lead = nil
		f.Message = fmt.Sprintf("not decided: %s reads the item %q as %s does, %s and %s; that it is one secret for both "+
			"is not known", b, key.name, a, storeText(before), storeText(read))
		f.Fix = "give each component an item of its own, or accept it with a reason"
	}
	if before.Unsure || read.Unsure {
		f.Severity, f.Undecided, f.Counterexample, f.Lead = finding.Warning, true, "", nil
		f.Message += unsureIn(read.Target.Namespace)
	}
	return f
}

// storeText is through which store a read reads.
func storeText(read *secretflow.Read) string {
	text := fmt.Sprintf("through %s %s", read.StoreRef.Kind, read.StoreRef.Name)
	if read.Store == nil {
		text += ", which is not in the input,"
	}
	return text
}

// secretOfRead identifies what a read reads; known is false for what is in a folder, and for what a search finds.
func secretOfRead(read *secretflow.Read) (key secretOf, known bool) {
	switch {
	case read.RemoteKey == "":
		return key, false
	case read.Store == nil:
		return secretOf{read.StoreRef.Name, formItem, read.RemoteKey}, read.StoreRef.Kind == eso.ClusterSecretStoreKind
	case !read.Store.Scaleway:
		return secretOf{placeOf(read.Store), formItem, read.RemoteKey}, true
	case read.Remote.Form == eso.FormID:
		return secretOf{"", eso.FormID, strings.ToLower(read.Remote.Name)}, true
	case read.Remote.Form == eso.FormName:
		return secretOf{projectOf(read.Store), eso.FormName, read.Remote.Name}, true
	}
	return key, false
}

func projectOf(store *secretflow.Store) string {
	return strings.ToLower(store.ProjectID) + " " + store.Region
}

// placeOf is where a store of another provider reads: its settings but for the credentials.
func placeOf(store *secretflow.Store) string {
	text, err := json.Marshal(store.Spec.Provider)
	if err != nil {
		return store.String()
	}
	var provider map[string]map[string]any
	if json.Unmarshal(text, &provider) != nil {
		return store.String()
	}
	for _, settings := range provider {
		for _, credential := range []string{"auth", "authRef", "caProvider", "caBundle"} {
			delete(settings, credential)
		}
	}
	text, err = json.Marshal(provider) // sorts the fields
	if err != nil {
		return store.String()
	}
	return string(text)
}

// ownReads are those of one component each: of ExternalSecrets, and of ClusterExternalSecrets for one component, as
// others are a finding of their own.
func (j *judge) ownReads() []*secretflow.Read {
	in := map[*objects.Object]map[string]bool{}
	for i := range j.flow.Reads {
		if read := &j.flow.Reads[i]; read.By.Kind == eso.ClusterExternalSecretKind &&
			j.components.Of(read.Target.Namespace) != nil {
			if in[read.By] == nil {
				in[read.By] = map[string]bool{}
			}
			in[read.By][read.Target.Namespace] = true
		}
	}
	var own []*secretflow.Read
	for _, read := range j.surestFirst() {
		if !read.Generates && j.components.Of(read.Target.Namespace) != nil && len(in[read.By]) <= 1 {
			own = append(own, read)
		}
	}
	return own
}

// namesOfOthers reports references by name where another component reads a secret of the name by its path.
func (j *judge) namesOfOthers(r *explaining.Findings) {
	byName := map[secretOf][]*secretflow.Read{}
	for _, read := range j.ownReads() {
		if read.Store == nil || !read.Store.Scaleway || read.Remote.Folder == "" || read.Remote.Name == "" {
			continue
		}
		key := secretOf{projectOf(read.Store), eso.FormName, read.Remote.Name}
		byName[key] = append(byName[key], read)
	}
	for _, read := range j.ownReads() {
		key, known := secretOfRead(read)
		if !known || key.form != eso.FormName {
			continue
		}
		for _, other := range byName[key] {
			if other.Target.Namespace == read.Target.Namespace {
				continue
			}
			r.ReportUnless(read.By, []fieldpath.Path{read.ReferenceField()}, finding.Finding{
				Code: finding.NameReference, Severity: finding.Warning, Undecided: true, Field: read.ReferenceField(),
				Message: fmt.Sprintf("not decided: %s means the first secret of that name in any folder of the project, "+
					"and %s reads one in folder %q", phrase.Quote("name:"+key.name), j.name(other.Target.Namespace),
					other.Remote.Folder),
				Fix: "write path:/folder/" + key.name,
			})
			break
		}
	}
}
