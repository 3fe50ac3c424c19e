package decide

import (
	"maps"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/restart"
	"cloison.dev/cloison/internal/wellknown"
)

// record writes into the annotations of the wanted Secret which revisions it holds and, where its data has changed with
// them, that restarts are pending. A change that is pending stays so. Without a record there is none: the Secret is
// created or adopted.
func (f Facts) record(wanted *corev1.Secret, made *content.Content, dataChanges bool) {
	state := restart.State(f.External.Generation, made.Revisions)
	annotations := maps.Clone(wanted.Annotations)
	if annotations == nil {
		annotations = map[string]string{}
	}
	wanted.Annotations = annotations
	annotations[wellknown.AppliedAnnotation] = state
	if f.Current == nil {
		return
	}
	before, recorded := f.Current.Annotations[wellknown.AppliedAnnotation]
	if pending, is := f.Current.Annotations[wellknown.RestartPendingAnnotation]; is {
		annotations[wellknown.RestartPendingAnnotation] = pending
	}
	switch {
	case !recorded:
	case dataChanges && f.isNew(made, before != state):
		annotations[wellknown.RestartPendingAnnotation] = restart.NewChange(state, f.Now).String()
	case f.Content == nil, len(made.Kept) > 0: // not all of the revisions are known
		annotations[wellknown.AppliedAnnotation] = before
	}
}

// isNew reports whether a content is another one than before, and not the same one that repairs the Secret. A process
// that has not written the Secret yet goes by the revisions.
func (f Facts) isNew(made *content.Content, otherState bool) bool {
	if f.Last == nil {
		return otherState
	}
	return !sameData(f.Last.Data, made.Data)
}
