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
		if status, changed := storeStatus(store, g.facts.Now); changed {
			if err := g.patchStatus(ctx, store.object, status); err != nil {
				return err
			}
		}
	}
	return nil
}

// storeStatus is the status that a store is to have. changed reports whether it says something else than the one that
// is there.
func storeStatus(store *secretStore, now time.Time) (status eso.StoreStatus, changed bool) {
	ready := eso.Condition{
		Type: eso.ConditionReady, Status: metav1.ConditionTrue, Reason: eso.ReasonStoreValid,
		Message:            "store validated",
		LastTransitionTime: metav1.NewTime(now.Truncate(time.Second)),
	}
	if len(store.refused) > 0 {
		ready.Status, ready.Reason = metav1.ConditionFalse, eso.ReasonInvalidStoreProvider
		ready.Message = strings.Join(slices.Compact(store.refused), "; ")
	}
	status = store.ReadStatus()
	status.Conditions, changed = eso.SetCondition(status.Conditions, ready)
	status.Capabilities = eso.CapabilityReadOnly
	return status, changed
}
