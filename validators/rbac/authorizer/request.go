package authorizer

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Request is one request to be authorized.
type Request struct {
	Verb string
	// Group is empty for the core group.
	Group, Resource, Subresource string
	// Namespace is empty for cluster-scoped resources, and for requests over all namespaces.
	Namespace string
	// Name of the object; empty for any. Lists and watches with a field selector for one name have that name, creations
	// have none, but for a server-side apply.
	Name string
	// URL is the path of a request that is not for a resource; empty for one that is.
	URL string
	// AnyName asks whether there is a name for which it is allowed, whatever Name is.
	AnyName bool
}

// String formats r as "verb resource.group/subresource", or "verb URL".
func (r Request) String() string {
	if r.URL != "" {
		return r.Verb + " " + r.URL
	}
	return r.Verb + " " + r.ResourceName()
}

// ResourceRequest is a request for a resource, which has its subresource at its end, if there is one.
func ResourceRequest(verb, group, combined string) Request {
	resource, sub, _ := strings.Cut(combined, "/")
	return Request{Verb: verb, Group: group, Resource: resource, Subresource: sub}
}

// Combined is the resource as rules write it. Format: deployments/scale.
func (r Request) Combined() string {
	if r.Subresource == "" {
		return r.Resource
	}
	return r.Resource + "/" + r.Subresource
}

// ResourceName formats the resource the way kubectl takes it. Format: deployments.apps/scale.
func (r Request) ResourceName() string {
	name := r.Resource
	if r.Group != "" {
		name += "." + r.Group
	}
	if r.Subresource != "" {
		name += "/" + r.Subresource
	}
	return name
}

// RuleAllows reports whether a rule allows a request, as the API server decides it: "*" means every verb, group,
// resource with its subresources, and URL; "*/scale" for that subresource of every resource; a URL may end with "*";
// "pods/*" is no wildcard. A rule without names allows every name. (Covers of k8s.io/component-helpers compares rules
// with rules: it knows no request without a name.)
//
// Facts: docs/facts.md, "Rules of RBAC".
func RuleAllows(rule *rbacv1.PolicyRule, r Request) bool {
	if !isOrStar(rule.Verbs, r.Verb) {
		return false
	}
	if r.URL != "" {
		return slices.ContainsFunc(rule.NonResourceURLs, func(url string) bool { return urlMatches(url, r.URL) })
	}
	return isOrStar(rule.APIGroups, r.Group) && allowsResource(rule, r.Combined(), r.Subresource) &&
		(len(rule.ResourceNames) == 0 || r.AnyName || slices.Contains(rule.ResourceNames, r.Name))
}

// isOrStar reports whether a list of verbs or groups has a name, or "*".
func isOrStar(list []string, name string) bool {
	return slices.ContainsFunc(list, func(item string) bool { return item == name || item == "*" })
}

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
