package rbac

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Request is one question to the authorizer.
type Request struct {
	Verb string
	// Group, Resource and Subresource say what is asked for. Group is empty for the core group.
	Group, Resource, Subresource string
	// Namespace is empty for what is in none, and for all namespaces together.
	Namespace string
	// Name of the object; empty for any. Lists and watches with a field selector for one name have that name, creations
	// have none, but for a server-side apply.
	Name string
	// URL is the path of a request that is not for a resource; empty for one that is.
	URL string
	// anyName asks whether there is any name for which it is allowed.
	anyName bool
}

// String formats r as "verb resource.group/subresource", or "verb URL".
func (r Request) String() string {
	if r.URL != "" {
		return r.Verb + " " + r.URL
	}
	return r.Verb + " " + resourceName(r.Group, r.combined())
}

// combined is the resource as rules write it.
func (r Request) combined() string {
	if r.Subresource == "" {
		return r.Resource
	}
	return r.Resource + "/" + r.Subresource
}

// resourceName formats a resource the way kubectl takes it. Format: deployments.apps/scale.
func resourceName(group, resource string) string {
	if group == "" {
		return resource
	}
	name, sub, isSub := strings.Cut(resource, "/")
	if isSub {
		return name + "." + group + "/" + sub
	}
	return name + "." + group
}

// matches says whether a rule allows a request. It is what the API server decides: "*" stands for every verb, group,
// resource with its subresources, and URL; "*/scale" for that subresource of every resource; a URL may end with "*";
// "pods/*" is no wildcard. Names that are not given allow every name.
//
// Source: pkg/apis/rbac/v1/evaluation_helpers.go of Kubernetes 1.36.
func matches(rule *rbacv1.PolicyRule, r Request) bool {
	if r.URL != "" {
		return contains(rule.Verbs, r.Verb) && slices.ContainsFunc(rule.NonResourceURLs, func(url string) bool { return urlMatches(url, r.URL) })
	}
	return contains(rule.Verbs, r.Verb) && contains(rule.APIGroups, r.Group) && allowsResource(rule, r.combined(), r.Subresource) &&
		(len(rule.ResourceNames) == 0 || r.anyName || slices.Contains(rule.ResourceNames, r.Name))
}

// contains says whether a list of verbs or groups has one of that name, or "*".
func contains(list []string, name string) bool {
	for _, item := range list {
		if item == "*" || item == name {
			return true
		}
	}
	return false
}

// allowsResource says whether a rule is about a resource, which has its subresource at its end, if there is one.
func allowsResource(rule *rbacv1.PolicyRule, combined, subresource string) bool {
	for _, item := range rule.Resources {
		if item == "*" || item == combined {
			return true
		}
		if of, every := strings.CutPrefix(item, "*/"); every && subresource != "" && of == subresource {
			return true
		}
	}
	return false
}

func urlMatches(allowed, url string) bool {
	if allowed == "*" || allowed == url {
		return true
	}
	return strings.HasSuffix(allowed, "*") && strings.HasPrefix(url, strings.TrimRight(allowed, "*"))
}
