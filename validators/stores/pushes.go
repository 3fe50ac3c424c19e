package stores

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// pushes finds Secrets of components that are copied out.
func (j *judge) pushes() verdict.Result {
	r := explaining.New(explaining.OfRelations)
	if len(j.set.PushSecrets)+len(j.set.ClusterPushSecrets) == 0 {
		return r.Result
	}
	readers := j.folderReaders()
	for _, o := range j.set.PushSecrets {
		if j.components.Of(o.Namespace) != nil {
			j.push(r, pushed{o.Object, fieldpath.Of("spec"), &o.Value.Spec, o.Namespace, false}, readers)
		}
	}
	for _, o := range j.set.ClusterPushSecrets {
		if o.Value.Spec.PushSecretSpec == nil {
			continue
		}
		where := j.reach(func(namespace string) ternary.Answer {
			return o.Value.Spec.MakesIn(j.namespaces.Of(namespace))
		})
		if namespaces := slices.Concat(where.sure, where.unsure); len(namespaces) > 0 {
			p := pushed{o.Object, fieldpath.Of("spec", "pushSecretSpec"), o.Value.Spec.PushSecretSpec, namespaces[0],
				len(where.sure) == 0}
			j.push(r, p, readers)
		}
	}
	return r.Result
}

// pushed is a PushSecret, or what a ClusterPushSecret makes in a namespace.
type pushed struct {
	by        *objects.Object
	path      fieldpath.Path // of spec in by
	spec      *eso.PushSecretSpec
	namespace string
	// unsure is true where a ClusterPushSecret selects the namespace by labels that are not in the input.
	unsure bool
}

func (j *judge) push(r *explaining.Findings, p pushed, readers map[string][]string) {
	spec, namespace := p.spec, p.namespace
	if spec.Selector == nil || spec.Selector.Secret == nil {
		return // what a generator makes up is no secret of the component
	}
	what := fmt.Sprintf("Secret %q", spec.Selector.Secret.Name)
	if spec.Selector.Secret.Name == "" {
		what = "Secrets"
	}
	f := finding.Finding{
		Code: finding.PushesSecret, Severity: j.severity(), Field: p.path.Child("selector", "secret"),
		Message: fmt.Sprintf("%s of %s is copied out of the cluster into %s", what, j.name(namespace),
			pushStores(spec)),
		Fix: "remove it, or accept it with a reason",
	}
	if folder, other := pushedInto(spec, namespace, readers); other != "" {
		f.Severity = finding.Error
		f.Counterexample = fmt.Sprintf("it arrives in folder %s, which %s reads", folder, j.name(other))
	}
	if p.unsure {
		f.Severity, f.Undecided, f.Counterexample = finding.Warning, true, ""
		f.Message += unsureIn(namespace)
	}
	r.Report(p.by, f)
}

func pushStores(spec *eso.PushSecretSpec) string {
	var names []string
	for _, ref := range spec.SecretStoreRefs {
		if ref.Name != "" {
			names = append(names, fmt.Sprintf("store %q", ref.Name))
		} else {
			names = append(names, "every store with certain labels")
		}
	}
	if len(names) == 0 {
		return "no store"
	}
	return phrase.List(names)
}

// pushedInto finds a folder of another component that is written to.
func pushedInto(spec *eso.PushSecretSpec, namespace string, readers map[string][]string) (folder, other string) {
	for _, data := range spec.Data {
		if data.Match == nil || data.Match.RemoteRef == nil {
			continue
		}
		remote := eso.ParseReference(data.Match.RemoteRef.RemoteKey)
		if remote.Folder == "" {
			continue
		}
		for _, reader := range readers[remote.Folder] {
			if reader != namespace {
				return remote.Folder, reader
			}
		}
	}
	return "", ""
}

// folderReaders has, for each folder, the components that read it, two at most: that is enough to find another one.
// Reads that are perhaps not there are not among them.
func (j *judge) folderReaders() map[string][]string {
	readers := map[string][]string{}
	for i := range j.flow.Reads {
		read := &j.flow.Reads[i]
		if read.Unsure || read.Generates {
			continue
		}
		known, namespace := readers[read.Remote.Folder], read.Target.Namespace
		if len(known) < 2 && !slices.Contains(known, namespace) && j.components.Of(namespace) != nil {
			readers[read.Remote.Folder] = append(known, namespace)
		}
	}
	return readers
}
