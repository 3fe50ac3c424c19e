package eso

import (
	"crypto/sha3"
	"encoding/json"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ExternalSecretStatus is what a controller says of an ExternalSecret, as the operator writes it.
type ExternalSecretStatus struct {
	// RefreshTime is when everything was last read. It is omitted where it never was.
	RefreshTime *metav1.Time `json:"refreshTime,omitempty"`
	// SyncedResourceVersion is the [SyncedVersion] that the Secret was made of.
	SyncedResourceVersion string      `json:"syncedResourceVersion,omitempty"`
	Conditions            []Condition `json:"conditions,omitempty"`
	// Binding names the Secret that was written.
	Binding *Binding `json:"binding,omitempty"`
}

// StoreStatus is what a controller says of a SecretStore.
type StoreStatus struct {
	Conditions []Condition `json:"conditions,omitempty"`
	// Capabilities are what the controller can do with the store.
	Capabilities string `json:"capabilities,omitempty"`
}

// Condition of an ExternalSecret or a SecretStore.
type Condition struct {
	Type               string                 `json:"type"`
	Status             metav1.ConditionStatus `json:"status"`
	Reason             string                 `json:"reason,omitempty"`
	Message            string                 `json:"message,omitempty"`
	LastTransitionTime metav1.Time            `json:"lastTransitionTime,omitzero"`
}

// Binding names a Secret.
type Binding struct {
	Name string `json:"name,omitempty"`
}

// Types and reasons of conditions, and what else the operator writes there.
const (
	ConditionReady = "Ready"

	ReasonSecretSynced      = "SecretSynced"
	ReasonSecretSyncedError = "SecretSyncedError"
	ReasonSecretMissing     = "SecretMissing"

	ReasonStoreValid           = "Valid"
	ReasonInvalidStoreProvider = "InvalidProviderConfig"

	CapabilityReadOnly = "ReadOnly"

	// MessageSynced is the message of a condition of the reason SecretSynced.
	MessageSynced = "secret synced"
	// MessageRetained is that of an ExternalSecret whose reads gave nothing, so that its Secret stays as it is.
	MessageRetained = "secret retained due to DeletionPolicy=Retain"
)

// ForceSyncAnnotation with a new value has an ExternalSecret synced at once.
const ForceSyncAnnotation = "force-sync"

// ReadStatus reads the status of e; what is none of its form is as if nobody had written any.
func (e *ExternalSecret) ReadStatus() ExternalSecretStatus {
	var status ExternalSecretStatus
	if json.Unmarshal(e.Status, &status) != nil {
		return ExternalSecretStatus{}
	}
	return status
}

// Condition of a type; nil where there is none.
func (s *ExternalSecretStatus) Condition(of string) *Condition {
	return FindCondition(s.Conditions, of)
}

// ReadStatus reads the status of s; what is none of its form is as if nobody had written any.
func (s *Store) ReadStatus() StoreStatus {
	var status StoreStatus
	if json.Unmarshal(s.Status, &status) != nil {
		return StoreStatus{}
	}
	return status
}

// FindCondition finds the condition of a type; nil where there is none.
func FindCondition(conditions []Condition, of string) *Condition {
	i := slices.IndexFunc(conditions, func(c Condition) bool { return c.Type == of })
	if i < 0 {
		return nil
	}
	return &conditions[i]
}

// SetCondition puts a condition in the place of the one of its type, or at the end; the others stay as they are. Its
// time of transition counts only where the status is another one than before. The result is a copy; changed reports
// whether it says something else than before.
func SetCondition(conditions []Condition, next Condition) (set []Condition, changed bool) {
	set = slices.Clone(conditions)
	before := FindCondition(set, next.Type)
	if before == nil {
		return append(set, next), true
	}
	if before.Status == next.Status {
		next.LastTransitionTime = before.LastTransitionTime
	}
	changed = before.Status != next.Status || before.Reason != next.Reason || before.Message != next.Message
	*before = next
	return set, changed
}

// SyncedVersion tells two states of an ExternalSecret apart, as the operator does: by its generation, labels and
// annotations.
func SyncedVersion(of *metav1.ObjectMeta) string {
	text := fmt.Sprintf("{annotations:%+v labels:%+v}", of.Annotations, of.Labels)
	return fmt.Sprintf("%d-%x", of.Generation, sha3.Sum224([]byte(text)))
}
