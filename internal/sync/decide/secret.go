package decide

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/wellknown"
)

// FieldManager is who the runtime says it is in the managed fields of what it writes.
const FieldManager = wellknown.RuntimeName

// Write is a Secret to be written.
type Write struct {
	// Secret is all that the runtime decides of it: what a server-side apply, with force, is given.
	Secret *corev1.Secret
	// Replace reports whether the Secret has something that an apply would leave and that must go: keys of others, or
	// another state of the same owner. Then a patch of the whole Secret comes first, so that nobody sees a mixture.
	Replace bool
	// Remove are the keys of data that must go, sorted.
	Remove []string
	// DataChanges reports whether any value changes, comes or goes.
	DataChanges bool
}

// misfit is why a content cannot be written over the Secret that is there; empty where it can.
func (f Facts) misfit(made *content.Content) string {
	current := f.Current
	if current == nil {
		return ""
	}
	owner := metav1.GetControllerOf(current)
	switch {
	case owner != nil && IsExternalSecret(owner) && owner.Name != f.External.Name:
		return fmt.Sprintf(
			"target is owned by another ExternalSecret: %s belongs to %s; give one of them another target",
			phrase.Quote(current.Name),
			phrase.Quote(owner.Name),
		)
	case owner != nil && !IsExternalSecret(owner) && f.owns():
		return fmt.Sprintf(
			"failed to take ownership of target secret: %s belongs to %s %s; give the ExternalSecret another target",
			phrase.Quote(current.Name),
			owner.Kind,
			phrase.Quote(owner.Name),
		)
	case made.Type != "" && made.Type != typeOf(current):
		return fmt.Sprintf(
			"could not update secret: its type is %s and cannot become %s; delete the Secret %s to have it made again",
			phrase.Quote(string(typeOf(current))),
			phrase.Quote(string(made.Type)),
			phrase.Quote(current.Name),
		)
	case current.Immutable != nil && *current.Immutable && !sameData(current.Data, f.data(made)):
		return fmt.Sprintf(
			"could not update secret, target is immutable; delete the Secret %s to have it made again",
			phrase.Quote(current.Name),
		)
	}
	return ""
}

// IsExternalSecret reports whether an owner is an ExternalSecret, of any version of its API.
func IsExternalSecret(owner *metav1.OwnerReference) bool {
	group, _, _ := bytes.Cut([]byte(owner.APIVersion), []byte("/"))
	return string(group) == eso.Group && owner.Kind == eso.ExternalSecretKind
}

func typeOf(s *corev1.Secret) corev1.SecretType {
	if s.Type == "" {
		return corev1.SecretTypeOpaque
	}
	return s.Type
}

// owns reports whether the Secret goes when the ExternalSecret does.
func (f Facts) owns() bool {
	policy := f.External.Spec.Target.CreationPolicy
	return policy == "" || policy == eso.CreateOwned
}

// data is what the Secret is to hold: what was made, optional keys that cannot be read as they are and, where the
// Secret is another's, the keys of others.
func (f Facts) data(made *content.Content) map[string][]byte {
	data := maps.Clone(made.Data)
	if data == nil {
		data = map[string][]byte{}
	}
	if f.Current == nil {
		return data
	}
	for key := range made.Kept {
		if value, has := f.Current.Data[key]; has {
			data[key] = value
		}
	}
	return data
}

// wanted is the Secret as it is to be.
func (f Facts) wanted(made *content.Content) *corev1.Secret {
	target := &f.External.Spec.Target
	wanted := &corev1.Secret{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: f.External.Namespace, Name: f.External.Spec.TargetName(f.External.Name),
			Labels: maps.Clone(made.Labels), Annotations: maps.Clone(made.Annotations),
		},
		Type: made.Type,
		Data: f.data(made),
	}
	if target.Immutable {
		wanted.Immutable = new(true)
	}
	if f.owns() {
		wanted.OwnerReferences = []metav1.OwnerReference{f.owner()}
	}
	if !target.Creates() {
		wanted.Type = "" // it is another's
	}
	return wanted
}

func (f Facts) owner() metav1.OwnerReference {
	return metav1.OwnerReference{
		APIVersion: eso.APIVersion, Kind: eso.ExternalSecretKind, Name: f.External.Name, UID: f.External.UID,
		Controller: new(true), BlockOwnerDeletion: new(true),
	}
}

// difference is what is to be written; nil where the Secret is as it is to be.
func (f Facts) difference(made *content.Content) *Write {
	wanted, current := f.wanted(made), f.Current
	write := &Write{Secret: wanted, DataChanges: true}
	if current != nil {
		write.Remove = f.superfluous(wanted)
		write.DataChanges = len(write.Remove) > 0 || !coversData(current.Data, wanted.Data)
	}
	if f.Restarts {
		f.record(wanted, made, write.DataChanges)
	}
	if current == nil {
		return write
	}
	write.Replace = len(write.Remove) > 0 || f.hasWrongOwner(current)
	isAsWanted := !write.DataChanges && !write.Replace &&
		covers(current.Labels, wanted.Labels) && covers(current.Annotations, wanted.Annotations) &&
		(wanted.Immutable == nil || current.Immutable != nil && *current.Immutable) &&
		(!f.owns() || metav1.IsControlledBy(current, f.External)) && isManaged(current, wanted)
	if isAsWanted {
		return nil
	}
	return write
}

// superfluous are the keys of the Secret that must go: all that are not given, whoever wrote them, where the Secret is
// the ExternalSecret's. Of another's Secret an apply takes away what the runtime wrote before, and no more.
func (f Facts) superfluous(wanted *corev1.Secret) []string {
	if !f.External.Spec.Target.Creates() {
		return nil
	}
	var keys []string
	for key := range f.Current.Data {
		if _, given := wanted.Data[key]; !given {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// hasWrongOwner reports whether an ExternalSecret owns the Secret that must not: one of another UID or, where the
// Secret is not to go with its ExternalSecret, any.
func (f Facts) hasWrongOwner(current *corev1.Secret) bool {
	return slices.ContainsFunc(current.OwnerReferences, func(owner metav1.OwnerReference) bool {
		return IsExternalSecret(&owner) && (!f.owns() || owner.UID != f.External.UID)
	})
}

func coversData(has, wanted map[string][]byte) bool {
	for key, value := range wanted {
		if is, there := has[key]; !there || !bytes.Equal(is, value) {
			return false
		}
	}
	return true
}

func covers(has, wanted map[string]string) bool {
	for key, value := range wanted {
		if is, there := has[key]; !there || is != value {
			return false
		}
	}
	return true
}

// appliedEntry is what a Secret notes of the last time that a runtime applied it; nil where none did.
func appliedEntry(secret *corev1.Secret) *metav1.ManagedFieldsEntry {
	i := slices.IndexFunc(secret.ManagedFields, func(entry metav1.ManagedFieldsEntry) bool {
		return entry.Manager == FieldManager && entry.Operation == metav1.ManagedFieldsOperationApply
	})
	if i < 0 {
		return nil
	}
	return &secret.ManagedFields[i]
}

// AppliedAt is when a runtime last applied a change to a Secret, in seconds; zero where none did. A change by anybody
// else does not move it. Facts: docs/facts.md, "Who applied an object last, and conditions of an apply".
func AppliedAt(secret *corev1.Secret) metav1.Time {
	if secret == nil {
		return metav1.Time{}
	}
	if entry := appliedEntry(secret); entry != nil && entry.Time != nil {
		return *entry.Time
	}
	return metav1.Time{}
}

// isManaged reports whether the runtime is known as the one who applied the Secret, with nothing that it does not want
// any more.
func isManaged(current, wanted *corev1.Secret) bool {
	entry := appliedEntry(current)
	if entry == nil || entry.FieldsV1 == nil {
		return false
	}
	var applied struct {
		Data     map[string]any `json:"f:data"`
		Metadata struct {
			Labels      map[string]any `json:"f:labels"`
			Annotations map[string]any `json:"f:annotations"`
		} `json:"f:metadata"`
	}
	if json.Unmarshal(entry.FieldsV1.GetRawBytes(), &applied) != nil {
		return false
	}
	return within(applied.Data, wanted.Data) && within(applied.Metadata.Labels, wanted.Labels) &&
		within(applied.Metadata.Annotations, wanted.Annotations)
}

// within reports whether all fields of a managed map are among those that are wanted.
func within[V any](applied map[string]any, wanted map[string]V) bool {
	for field := range applied {
		key, is := strings.CutPrefix(field, "f:")
		if _, given := wanted[key]; is && !given {
			return false
		}
	}
	return true
}

func sameData(a, b map[string][]byte) bool {
	return maps.EqualFunc(a, b, bytes.Equal)
}
