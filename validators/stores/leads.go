package stores

import (
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
)

// secretEnd is a Secret as an end of a way.
func secretEnd(ref secretflow.Ref) []finding.End {
	return finding.OfSecret.Named(ref.Namespace, ref.Name)
}

// filledBy are the Secrets of components that some reads fill, each once.
func (j *judge) filledBy(of func(*secretflow.Read) bool) []finding.End {
	var ends []finding.End
	for i := range j.flow.Reads {
		read := &j.flow.Reads[i]
		if !read.Unsure && j.components.Of(read.Target.Namespace) != nil && of(read) {
			ends = append(ends, secretEnd(read.Target)...)
		}
	}
	slices.SortFunc(ends, finding.End.Compare)
	return slices.Compact(ends)
}

// targetsOf are the Secrets that are filled through stores with the API key of one.
func (j *judge) targetsOf(store *secretflow.Store) []finding.End {
	return j.filledBy(func(read *secretflow.Read) bool {
		same := read.Store != nil && store.SecretKeyIn.Name != "" && read.Store.SecretKeyIn == store.SecretKeyIn
		return read.Store == store || same
	})
}

// keyOf is the API key of a store: the Secret that holds it or, where none does, its namespace.
func keyOf(store *secretflow.Store) []finding.End {
	if store.SecretKeyIn.Name == "" {
		return finding.OfComponent.In(store.Namespace)
	}
	return secretEnd(store.SecretKeyIn)
}

// inProject are the Secrets of others than the component of a read that are filled from its project.
func (j *judge) inProject(of *secretflow.Read) []finding.End {
	return j.filledBy(func(read *secretflow.Read) bool {
		return read.Remote.ProjectID != "" && strings.EqualFold(read.Remote.ProjectID, of.Remote.ProjectID) &&
			read.Remote.Folder != "" && read.Target.Namespace != of.Target.Namespace
	})
}

// filled are the Secrets that reads fill.
func filled(reads ...*secretflow.Read) []finding.End {
	var ends []finding.End
	for _, read := range reads {
		ends = append(ends, secretEnd(read.Target)...)
	}
	slices.SortFunc(ends, finding.End.Compare)
	return slices.Compact(ends)
}
