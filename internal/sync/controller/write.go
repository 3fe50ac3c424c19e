package controller

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"

	"cloison.dev/cloison/internal/sync/decide"
)

// apply carries out a write: one server-side apply of the whole Secret. Where something of others must go too, one
// patch of the whole Secret comes first. Both are made on the condition that the Secret is still as it was when that
// was decided: a runtime that was paused, or is no longer the leader, overwrites nothing that it has not seen.
func apply(
	ctx context.Context, client typedcorev1.SecretInterface, current *corev1.Secret, write *decide.Write,
) (*corev1.Secret, error) {
	if write.Replace {
		replaced, err := replace(ctx, client, current, write)
		if err != nil {
			return nil, err
		}
		current = replaced
	}
	wanted := write.Secret.DeepCopy()
	if current != nil {
		// Facts: docs/facts.md, "Who applied an object last, and conditions of an apply".
		wanted.UID, wanted.ResourceVersion = current.UID, current.ResourceVersion
	}
	text, err := json.Marshal(wanted)
	if err != nil {
		return nil, errors.New("a Secret cannot be written as JSON") // the cause may quote a value
	}
	return client.Patch(ctx, write.Secret.Name, types.ApplyPatchType, text, metav1.PatchOptions{
		FieldManager: decide.FieldManager, Force: new(true),
	})
}

func replace(
	ctx context.Context, client typedcorev1.SecretInterface, current *corev1.Secret, write *decide.Write,
) (*corev1.Secret, error) {
	data := map[string]any{}
	for key, value := range write.Secret.Data {
		data[key] = value
	}
	for _, key := range write.Remove {
		data[key] = nil
	}
	patch := map[string]any{
		"metadata": map[string]any{
			"resourceVersion": current.ResourceVersion,
			"ownerReferences": owners(current, write.Secret),
			"labels":          given(write.Secret.Labels),
			"annotations":     given(write.Secret.Annotations),
		},
		"data": data,
	}
	text, err := json.Marshal(patch)
	if err != nil {
		return nil, errors.New("a patch of a Secret cannot be written as JSON") // the cause may quote a value
	}
	return client.Patch(
		ctx,
		current.Name,
		types.MergePatchType,
		text,
		metav1.PatchOptions{FieldManager: decide.FieldManager},
	)
}

// given are labels or annotations of a patch. A null, which nil is, would take those of others away.
func given(values map[string]string) map[string]string {
	if values == nil {
		return map[string]string{}
	}
	return values
}

// owners are those that the Secret is to have: its ExternalSecret, and those that are no ExternalSecret.
func owners(current, wanted *corev1.Secret) []metav1.OwnerReference {
	all := slices.Clone(wanted.OwnerReferences)
	for _, owner := range current.OwnerReferences {
		if !decide.IsExternalSecret(&owner) {
			all = append(all, owner)
		}
	}
	return all
}

// failure says why the API server did not take a Secret, without what it quotes: it may be a value. It is empty where
// the same request may be taken at once when it is made again.
func failure(err error, name string) string {
	var status apierrors.APIStatus
	switch {
	case apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause):
		return "could not update secret: the namespace is being deleted"
	case isOverQuota(err):
		return fmt.Sprintf(
			"could not update secret: a ResourceQuota of the namespace allows no further Secret, such as %q; "+
				"raise its secrets",
			name,
		)
	case apierrors.IsForbidden(err):
		return fmt.Sprintf(
			"could not update secret: the runtime may not write Secret %q; "+
				"its Role must allow create and patch on it by name",
			name,
		)
	case apierrors.IsInvalid(err) && errors.As(err, &status):
		return fmt.Sprintf(
			"could not update secret: the API server does not accept %s of Secret %q",
			fieldsOf(status.Status()),
			name,
		)
	case apierrors.IsRequestEntityTooLargeError(err):
		return fmt.Sprintf("could not update secret: Secret %q is too large", name)
	}
	return ""
}

// isOverQuota reports whether a quota is why the API server refuses. It says so in words only.
func isOverQuota(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "exceeded quota: ")
}

// fieldsOf are the fields that the API server refuses.
func fieldsOf(status metav1.Status) string {
	fields := map[string]bool{}
	if status.Details != nil {
		for _, cause := range status.Details.Causes {
			fields[cause.Field] = true
		}
	}
	if len(fields) == 0 {
		return "the fields"
	}
	return strings.Join(slices.Sorted(maps.Keys(fields)), ", ")
}
