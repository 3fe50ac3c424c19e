package api

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// Stores judges the values of stores.
func Stores(stores []*secretflow.Store, version eso.Version) verdict.Result {
	var all []*explaining.Findings
	for _, store := range stores {
		r := explaining.New(explaining.OfValues)
		f := fields{r, store.Object, version}
		names := store.Spec.Provider.Names()
		switch {
		case len(names) == 0:
			f.missing(fieldpath.Of("spec", "provider"),
				"name the provider: scaleway: {region, projectId, accessKey, secretKey}")
		case len(names) > 1:
			f.invalid(fieldpath.Of("spec", "provider"),
				fmt.Sprintf("the store has the providers %s; it must have one", strings.Join(names, " and ")),
				"keep one")
		}
		if store.Scaleway {
			f.scaleway(store, store.Spec.Provider.Scaleway)
		}
		f.storeInterval(store.Spec.RefreshInterval)
		for i, condition := range store.Spec.Conditions {
			f.condition(fieldpath.Of("spec", "conditions").Index(i), condition)
		}
		r.JoinHalves()
		r.Decide(store.Object, fieldpath.Of("spec"), explaining.Values)
		all = append(all, r)
	}
	return explaining.Merge(all...)
}

// storeInterval judges how often a store is checked: a number of seconds, or a duration.
func (f fields) storeInterval(interval intstr.IntOrString) {
	if interval.Type != intstr.String {
		return
	}
	field := fieldpath.Of("spec", "refreshInterval")
	if f.version.Before(namedIntervals) {
		f.invalid(field, fmt.Sprintf("%q is refused by %s of the operator; it must be a number of seconds",
			interval.StrVal, f.version), "write a number")
		return
	}
	f.duration(field, &interval.StrVal)
}

func (f fields) condition(field fieldpath.Path, condition eso.StoreConditions) {
	f.selector(field.Child("namespaceSelector"), condition.NamespaceSelector)
	for i, name := range condition.Namespaces {
		f.namespace(field.Child("namespaces").Index(i), name)
	}
	for i, expression := range condition.NamespaceRegexes {
		f.expression(field.Child("namespaceRegexes").Index(i), expression)
	}
}

func (f fields) expression(field fieldpath.Path, expression string) {
	if _, err := regexp.Compile(expression); err != nil {
		f.invalid(field, fmt.Sprintf("%q is no regular expression", expression),
			"write one in the syntax of Go's package regexp")
	}
}

func (f fields) scaleway(store *secretflow.Store, scaleway *eso.ScalewayProvider) {
	if f.required(explaining.RegionPath, scaleway.Region, "write the region, as in fr-par") &&
		!syntax.Region.Matches(scaleway.Region) {
		fix := "write a region, as in fr-par"
		if region := syntax.RegionOf(scaleway.Region); region != "" {
			fix = "write the region of the zone: " + region
		}
		f.project(explaining.RegionPath, fmt.Sprintf("%q is no region", scaleway.Region), fix)
	}
	if f.required(explaining.ProjectIDPath, scaleway.ProjectID, "write the project's id") &&
		!syntax.ProjectIDAnyCase.Matches(scaleway.ProjectID) {
		f.project(explaining.ProjectIDPath,
			fmt.Sprintf("%q is no project id; it must be a UUID", scaleway.ProjectID), "")
	}
	if scaleway.APIURL != "" && !f.placeholder(explaining.APIURLPath, scaleway.APIURL) {
		f.apiURL(scaleway.APIURL)
	}
	f.half(store, explaining.AccessKeyPath, scaleway.AccessKey)
	f.half(store, explaining.SecretKeyPath, scaleway.SecretKey)
}

func (f fields) project(field fieldpath.Path, message, fix string) {
	f.unless(finding.Finding{
		Code: finding.InvalidScalewayField, Severity: finding.Error, Field: field, Message: message, Fix: fix,
	})
}

func (f fields) apiURL(text string) {
	field := explaining.APIURLPath
	parsed, err := url.Parse(text)
	switch {
	case err != nil, parsed.Host == "", parsed.Scheme != "http" && parsed.Scheme != "https":
		f.project(field, "the value is no https: URL", "write one, or leave it out for Scaleway's own")
	case strings.HasSuffix(text, "/"):
		f.project(field, fmt.Sprintf("%q ends in a slash, which Scaleway's client refuses", parsed.Redacted()),
			"remove the slash")
	case parsed.Scheme == "http" && !isInside(parsed.Hostname()):
		f.unless(finding.Finding{
			Code: finding.UnencryptedAPI, Severity: finding.Warning, Field: field,
			Message: fmt.Sprintf("%q sends the API key and the secrets unencrypted", parsed.Redacted()),
			Fix:     "use https:",
		})
	}
}

// isInside reports whether a host is this machine or a Service of the cluster.
func isInside(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".svc") || strings.Contains(host, ".svc.") || err == nil &&
		address.IsLoopback()
}

// half judges one half of the API key. It never quotes a value.
func (f fields) half(store *secretflow.Store, field fieldpath.Path, half *eso.Credential) {
	const fix = "write secretRef: {name, key}"
	switch {
	case half == nil:
		f.missing(field, fix)
		return
	case half.Value != "" && half.SecretRef != nil:
		f.invalid(field, "there is a value and a reference to a Secret; only one may be there", "keep the reference")
	case half.Value == "" && half.SecretRef == nil:
		f.missing(field.Child("secretRef"), fix)
	}
	if half.Value != "" {
		f.inline(field.Child("value"), half.Value)
	}
	if half.SecretRef == nil {
		return
	}
	ref := field.Child("secretRef")
	if half.SecretRef.Name == "" {
		f.missing(ref.Child("name"), "name the Secret that holds the API key")
	}
	f.objectName(ref.Child("name"), half.SecretRef.Name)
	if f.required(ref.Child("key"), half.SecretRef.Key, "name the key of the Secret") {
		f.secretKey(ref.Child("key"), half.SecretRef.Key)
	}
	f.refNamespace(store, ref.Child("namespace"), half.SecretRef.Namespace)
}

// inline reports a half of an API key in the manifest. A placeholder is none; a variable is filled in with one.
func (f fields) inline(field fieldpath.Path, value string) {
	if IsPlaceholder(value) {
		f.Report(f.o, finding.Finding{
			Code: finding.Placeholder, Severity: finding.Error, Field: field,
			Message: "the value is a placeholder", Fix: "refer to a Secret with secretRef",
		})
		return
	}
	name := "the access key"
	if explaining.SecretKeyPath.Contains(field) {
		name = "the secret key"
	}
	f.Report(f.o, finding.Finding{
		Code: finding.InlineCredentials, Severity: finding.Error, Field: field,
		Message: name + " is a value in the manifest; it must be in a Secret",
		Fix:     "revoke the API key, put a new one into a Secret, and refer to it with secretRef: {name, key}",
	})
}

func (f fields) refNamespace(store *secretflow.Store, field fieldpath.Path, namespace *string) {
	switch {
	case store.Cluster && namespace == nil:
		f.Report(f.o, finding.Finding{
			Code: finding.MissingESOField, Severity: finding.Error, Field: field,
			Message: "a ClusterSecretStore must say in which namespace the Secret with the API key is",
			Fix:     "add namespace",
		})
	case namespace == nil:
	case store.Cluster:
		f.namespace(field, *namespace)
	case *namespace != store.Namespace:
		f.Report(f.o, finding.Finding{
			Code: finding.StoreNamespace, Severity: finding.Error, Field: field,
			Message: fmt.Sprintf("a SecretStore of namespace %q must not use Secrets of namespace %q; the operator "+
				"refuses it",
				store.Namespace, *namespace),
			Fix: "remove namespace, and put an API key of its own into the store's namespace",
		})
	}
}
