package controller

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"cloison.dev/cloison/internal/eso"
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

// tellStores writes whether the stores can be read from.
func (g *gathering) tellStores(ctx context.Context) error {
	for _, store := range g.from {
		status := storeStatus(store)
		if status == nil {
			continue
		}
		if err := g.patchStatus(ctx, store.object, status); err != nil {
			return err
		}
	}
	return nil
}

// storeStatus is the status that a store is to have; nil where it has it.
func storeStatus(store *secretStore) *eso.StoreStatus {
	var status eso.StoreStatus
	_ = json.Unmarshal(store.Status, &status) // what is none of its form is written anew
	ready := eso.Condition{
		Type: eso.ConditionReady, Status: metav1.ConditionTrue, Reason: eso.ReasonStoreValid,
		Message:            "store validated",
		LastTransitionTime: metav1.NewTime(time.Now().Truncate(time.Second)),
	}
	if len(store.refused) > 0 {
		ready.Status, ready.Reason = metav1.ConditionFalse, eso.ReasonInvalidStoreProvider
		ready.Message = strings.Join(slices.Compact(store.refused), "; ")
	}
	for _, before := range status.Conditions {
		if before.Type == ready.Type && before.Status == ready.Status && before.Reason == ready.Reason &&
			before.Message == ready.Message {
			return nil
		}
	}
	return &eso.StoreStatus{Conditions: []eso.Condition{ready}, Capabilities: eso.CapabilityReadOnly}
}
