package controller

import (
	"context"
	"encoding/json"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"cloison.dev/cloison/internal/sync/decide"
)

// patchStatus writes a status. It needs no right but that of a patch.
func (r *reconciler) patchStatus(ctx context.Context, object *unstructured.Unstructured, status any) error {
	patch, err := json.Marshal(map[string]any{"status": status})
	if err != nil {
		return err
	}
	written := client.RawPatch(types.MergePatchType, patch)
	owner := client.FieldOwner(decide.FieldManager)
	if err := r.client.Status().Patch(ctx, object.DeepCopy(), written, owner); err != nil {
		return plain(err)
	}
	return nil
}
