package objects

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
)

// served lists the versions of the API groups whose kinds are read, as Kubernetes 1.26 and later serves them. Facts:
// docs/facts.md, "Served versions".
func served(group string) []string {
	switch group {
	case "", "apps", "batch", "networking.k8s.io", "rbac.authorization.k8s.io":
		return []string{"v1"}
	case "autoscaling":
		return []string{"v1", "v2"}
	}
	return nil
}

// notServed reports an object that the API server refuses because it no longer serves, or never did, the version. Of
// the kinds that are not read, only those of the group extensions are judged, of which nothing is served.
func (o *Object) notServed(isRead bool) *finding.Finding {
	kind := o.GroupKind()
	must := ""
	switch versions := served(kind.Group); {
	case kind.Group == "extensions":
		must = successor(kind.Kind)
	case len(versions) > 0 && !isRead && !isKind(kind.Group, kind.Kind):
		return o.refused(fieldpath.Of("kind"),
			fmt.Sprintf("Kubernetes has no kind %q in %q; the API server refuses it", o.Kind, o.APIVersion),
			"correct the name")
	case !isRead || len(versions) == 0 || slices.Contains(versions, o.version()):
		return nil
	default:
		for i, version := range versions {
			versions[i] = strings.TrimPrefix(kind.Group+"/"+version, "/")
		}
		must = strings.Join(versions, " or ")
	}
	return o.refused(fieldpath.Of("apiVersion"),
		fmt.Sprintf("the API server serves no %s of version %q; must be %s", o.Kind, o.APIVersion, must),
		"change apiVersion, and the fields that have changed with it")
}

// successor is where a kind of the group extensions went.
func successor(kind string) string {
	switch kind {
	case "DaemonSet", "Deployment", "ReplicaSet":
		return "apps/v1"
	case "Ingress", "NetworkPolicy":
		return "networking.k8s.io/v1"
	}
	return "of a group that is served"
}

func (o *Object) refused(field fieldpath.Path, message, fix string) *finding.Finding {
	f := o.About(finding.Finding{Code: finding.MalformedObject, Severity: finding.Error, Field: field,
		Message: message, Fix: fix})
	return &f
}

// known has every kind of the groups whose versions served lists.
var known = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, netv1.AddToScheme, rbacv1.AddToScheme,
		autoscalingv1.AddToScheme, autoscalingv2.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			panic("objects: the API's own types do not fit together: " + err.Error())
		}
	}
	return scheme
})

func isKind(group, kind string) bool {
	return slices.ContainsFunc(served(group), func(version string) bool {
		return known().Recognizes(schema.GroupVersionKind{Group: group, Version: version, Kind: kind})
	})
}

// untyped reports an object that does not say what it is.
func (o *Object) untyped() *finding.Finding {
	field := fieldpath.Path{}
	switch {
	case o.APIVersion == "":
		field = fieldpath.Of("apiVersion")
	case o.Kind == "":
		field = fieldpath.Of("kind")
	default:
		return nil
	}
	return o.refused(field, "the object has no "+field.String()+", so the API server refuses it", "add it")
}

func (o *Object) version() string {
	return strings.TrimPrefix(o.APIVersion, o.GroupKind().Group+"/")
}
