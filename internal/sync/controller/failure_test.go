package controller

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

const canary = "CANARY0of0a0value"

// TestWhyASecretIsNotTakenIsSaidWithoutItsValues looks at the answers of the API server.
func TestWhyASecretIsNotTakenIsSaidWithoutItsValues(t *testing.T) {
	secrets := schema.GroupResource{Resource: "secrets"}
	terminating := apierrors.NewForbidden(secrets, "api", errors.New(canary))
	terminating.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: corev1.NamespaceTerminatingCause}}
	for want, err := range map[string]error{
		`could not update secret: the runtime may not write Secret "api"; ` +
			`its Role must allow create and patch on it by name`: apierrors.NewForbidden(secrets, "api",
			errors.New(canary)),
		"could not update secret: the namespace is being deleted": terminating,
		`could not update secret: a ResourceQuota of the namespace allows no further Secret, such as "api"; ` +
			`raise its secrets`: apierrors.NewForbidden(secrets, "api",
			errors.New("exceeded quota: shop-quota, requested: secrets=1, used: secrets=10, limited: secrets=10 "+
				canary)),
		`could not update secret: the API server does not accept data, metadata.labels of Secret "api"`: apierrors.NewInvalid(
			schema.GroupKind{Kind: "Secret"}, "api", field.ErrorList{
				field.Invalid(field.NewPath("metadata", "labels"), canary, canary), field.TooLong(field.NewPath("data"),
					canary, 7),
			}),
		`could not update secret: Secret "api" is too large`: apierrors.NewRequestEntityTooLargeError(canary),
	} {
		assert.Equal(t, want, failure(err, "api"))
	}
	for want, err := range map[string]error{
		"the API server answered Conflict":      apierrors.NewConflict(secrets, "api", errors.New(canary)),
		"the API server answered InternalError": apierrors.NewInternalError(errors.New(canary)),
		"the API server did not answer":         errors.New(canary),
	} {
		assert.Empty(t, failure(err, "api"), "it may be taken when it is made again")
		assert.EqualError(t, plain(err), want)
	}
}
