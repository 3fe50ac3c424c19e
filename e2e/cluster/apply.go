package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
)

// fieldManager owns the fields that this package applies.
const fieldManager = "cloison-e2e"

// Apply stores every object of a YAML stream, as Submit does, and fails the test
// with every refusal.
func (c *Cluster) Apply(t testing.TB, manifests []byte) {
	t.Helper()
	objects, err := Decode(manifests)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Submit(t.Context(), objects); err != nil {
		t.Fatalf("the API server refuses:\n%v", err)
	}
}

// Submit stores the objects by server-side apply with strict field validation,
// namespaces first, and returns every refusal, joined. When it returns, requests
// are already judged by the RBAC objects among them.
func (c *Cluster) Submit(ctx context.Context, objects []*unstructured.Unstructured) error {
	var refusals []error
	for _, object := range namespacesFirst(objects) {
		_, err := c.apply(ctx, object, nil)
		refusals = append(refusals, err)
	}
	if err := errors.Join(refusals...); err != nil {
		return err
	}
	if slices.ContainsFunc(objects, isRBAC) {
		return c.settleRBAC(ctx)
	}
	return nil
}

// Try asks whether the objects would be stored, as Submit asks, and returns every
// refusal, joined. Only namespaces are really stored, those that the objects
// merely mention included, because nothing is accepted in a namespace that does
// not exist.
func (c *Cluster) Try(ctx context.Context, objects []*unstructured.Unstructured) error {
	if err := c.mentionedNamespaces(ctx, objects); err != nil {
		return err
	}
	var refusals []error
	for _, object := range namespacesFirst(objects) {
		dryRun := []string{metav1.DryRunAll}
		if isNamespace(object) {
			dryRun = nil
		}
		_, err := c.apply(ctx, object, dryRun)
		refusals = append(refusals, err)
	}
	return errors.Join(refusals...)
}

// Preview returns what the API server would store for the object, defaults
// included. Nothing is stored; the object's namespace must exist.
func (c *Cluster) Preview(ctx context.Context, object *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	return c.apply(ctx, object, []string{metav1.DryRunAll})
}

// apply sends one object and returns what is stored. The error names it.
func (c *Cluster) apply(ctx context.Context, object *unstructured.Unstructured, dryRun []string) (
	*unstructured.Unstructured, error) {
	resource, err := c.resource(object)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", describe(object), err)
	}
	body, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("%s: encode: %w", describe(object), err)
	}
	force := true
	stored, err := resource.Patch(ctx, object.GetName(), types.ApplyPatchType, body, metav1.PatchOptions{
		FieldManager:    fieldManager,
		FieldValidation: metav1.FieldValidationStrict,
		Force:           &force,
		DryRun:          dryRun,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", describe(object), err)
	}
	return stored, nil
}

// resource returns the client for an object's kind and namespace, which is
// "default" for a namespaced object that names none, as it is for kubectl.
func (c *Cluster) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("find its resource: %w", err)
	}
	client := c.Dynamic.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return client, nil
	}
	if namespace := object.GetNamespace(); namespace != "" {
		return client.Namespace(namespace), nil
	}
	return client.Namespace(metav1.NamespaceDefault), nil
}

// mentionedNamespaces stores the namespaces that objects are in.
func (c *Cluster) mentionedNamespaces(ctx context.Context, objects []*unstructured.Unstructured) error {
	for _, object := range objects {
		name := object.GetNamespace()
		if name == "" {
			continue
		}
		namespace := &unstructured.Unstructured{}
		namespace.SetAPIVersion("v1")
		namespace.SetKind("Namespace")
		namespace.SetName(name)
		if _, err := c.apply(ctx, namespace, nil); err != nil {
			return err
		}
	}
	return nil
}

// namespacesFirst keeps the order otherwise.
func namespacesFirst(objects []*unstructured.Unstructured) []*unstructured.Unstructured {
	sorted := slices.Clone(objects)
	rank := map[bool]int{true: 0, false: 1}
	slices.SortStableFunc(sorted, func(a, b *unstructured.Unstructured) int {
		return rank[isNamespace(a)] - rank[isNamespace(b)]
	})
	return sorted
}

func isNamespace(object *unstructured.Unstructured) bool {
	return object.GetAPIVersion() == "v1" && object.GetKind() == "Namespace"
}

func isRBAC(object *unstructured.Unstructured) bool {
	return object.GroupVersionKind().Group == rbacv1.GroupName
}

// describe names an object in the project's way: Kind namespace/name.
func describe(object *unstructured.Unstructured) string {
	if object.GetNamespace() == "" {
		return fmt.Sprintf("%s %s", object.GetKind(), object.GetName())
	}
	return fmt.Sprintf("%s %s/%s", object.GetKind(), object.GetNamespace(), object.GetName())
}
