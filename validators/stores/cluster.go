package stores

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/ternary"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/result"
)

// reached are the components that a cluster-wide object reaches.
type reached struct {
	// sure are the namespaces that it does reach, unsure those of which the labels are not known.
	sure, unsure []string
}

func (c *checker) reach(reaches func(namespace string) ternary.Answer) reached {
	var r reached
	for i := range c.scope.Components {
		namespace := c.scope.Components[i].Namespace
		switch reaches(namespace) {
		case ternary.Yes:
			r.sure = append(r.sure, namespace)
		case ternary.Unknown:
			r.unsure = append(r.unsure, namespace)
		case ternary.No:
		}
	}
	return r
}

// spread reports a cluster-wide object that reaches a component or, without a Segregation, two of them: then the one
// may be meant.
func (c *checker) spread(out *result.Result, o *objects.Object, r reached, f finding.Finding, does string) {
	most := 1
	if c.scope.Planned {
		most = 0
	}
	switch {
	case len(r.sure) > most:
		f.Severity = finding.Error
		f.Message = fmt.Sprintf("%s %s %s", o, does, c.list(r.sure))
	case len(r.sure)+len(r.unsure) > most:
		f.Severity, f.Undecided = finding.Warning, true
		f.Message = fmt.Sprintf("whether %s %s %s depends on labels of namespaces that are not in the input", o, does,
			c.list(append(r.sure, r.unsure...)))
	default:
		return
	}
	out.Report(o, f)
}

// list names components, the first few of them.
func (c *checker) list(namespaces []string) string {
	const few = 4
	var names []string
	for _, namespace := range namespaces {
		names = append(names, c.name(namespace))
	}
	return phrase.And(few, names)
}

func (c *checker) clusterStores() verdict.Result {
	out := result.New(result.Relations)
	for _, store := range c.graph.Stores {
		if !store.Cluster {
			continue
		}
		field := fieldpath.Of("spec")
		if len(store.Spec.Conditions) > 0 {
			field = fieldpath.Of("spec", "conditions")
		}
		r := c.reach(func(namespace string) ternary.Answer { return c.namespaces.MayUse(store, namespace) })
		out.Answer(store.Object, fieldpath.Of("spec", "conditions"), "reach")
		c.spread(out, store.Object, r, finding.Finding{
			Code: finding.ClusterStoreReaches, Field: field, Counterexample: c.storeExample(store, r),
			Fix: "give each component a SecretStore with an API key of its own, or confine this store by conditions",
		}, "may be used from")
	}
	return out.Result
}

// storeExample is what a component can read through a ClusterSecretStore.
func (c *checker) storeExample(store *secretflow.Store, r reached) string {
	if len(r.sure) == 0 {
		return ""
	}
	what := "whatever its credentials read"
	if store.Scaleway && store.SecretKey.Name != "" {
		what = fmt.Sprintf("whatever the API key in Secret %s reads",
			objects.Path(store.SecretKey.Namespace, store.SecretKey.Name))
	}
	return fmt.Sprintf("an ExternalSecret in namespace %s with secretStoreRef {kind: ClusterSecretStore, name: %s} "+
		"reads %s", r.sure[0], store.Name, what)
}

func (c *checker) clusterExternalSecrets() verdict.Result {
	out := result.New(result.Relations)
	for _, o := range c.set.ClusterExternalSecrets {
		r := c.reach(func(namespace string) ternary.Answer { return o.Value.Spec.MakesIn(c.namespaces.Of(namespace)) })
		field := fieldpath.Of("spec", "namespaceSelectors")
		if len(o.Value.Spec.NamespaceSelectors) == 0 {
			field = fieldpath.Of("spec", "namespaceSelector")
		}
		out.Answer(o.Object, field, "reach")
		c.spread(out, o.Object, r, finding.Finding{
			Code: finding.ClusterExternalSecretReaches, Field: field,
			Fix: "use an ExternalSecret in the namespace that needs the secret",
		}, "makes its Secret in")
	}
	return out.Result
}

// pushes finds Secrets of components that are copied out.
func (c *checker) pushes() verdict.Result {
	r := result.New(result.Relations)
	if len(c.set.PushSecrets)+len(c.set.ClusterPushSecrets) == 0 {
		return r.Result
	}
	readers := c.folderReaders()
	for _, o := range c.set.PushSecrets {
		if c.scope.Of(o.Namespace) != nil {
			c.push(r, o.Object, fieldpath.Of("spec"), &o.Value.Spec, o.Namespace, readers)
		}
	}
	for _, o := range c.set.ClusterPushSecrets {
		if o.Value.Spec.PushSecretSpec == nil {
			continue
		}
		for i := range c.scope.Components {
			namespace := c.scope.Components[i].Namespace
			answer := o.Value.Spec.MakesIn(c.namespaces.Of(namespace))
			if answer != ternary.No {
				c.push(r, o.Object, fieldpath.Of("spec", "pushSecretSpec"), o.Value.Spec.PushSecretSpec, namespace,
					readers)
				break
			}
		}
	}
	return r.Result
}

func (c *checker) push(
	r *result.Result, o *objects.Object, path fieldpath.Path, spec *eso.PushSecretSpec, namespace string,
	readers map[string][]string,
) {
	if spec.Selector == nil || spec.Selector.Secret == nil {
		return // what a generator makes up is no secret of the component
	}
	what := fmt.Sprintf("Secret %q", spec.Selector.Secret.Name)
	if spec.Selector.Secret.Name == "" {
		what = "Secrets"
	}
	f := finding.Finding{
		Code: finding.PushesSecret, Severity: c.severity(), Field: path.Child("selector", "secret"),
		Message: fmt.Sprintf("%s of %s is copied out of the cluster into %s", what, c.name(namespace),
			pushStores(spec)),
		Fix: "remove it, or accept it with a reason",
	}
	if folder, other := pushedInto(spec, namespace, readers); other != "" {
		f.Severity = finding.Error
		f.Counterexample = fmt.Sprintf("it arrives in folder %s, which %s reads", folder, c.name(other))
	}
	r.Report(o, f)
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
func (c *checker) folderReaders() map[string][]string {
	readers := map[string][]string{}
	for i := range c.graph.Reads {
		read := &c.graph.Reads[i]
		known, namespace := readers[read.Remote.Folder], read.Target.Namespace
		if len(known) < 2 && !slices.Contains(known, namespace) && c.scope.Of(namespace) != nil {
			readers[read.Remote.Folder] = append(known, namespace)
		}
	}
	return readers
}
