package api

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/stores/explaining"
)

// Versions finds objects of a version that the operator does not serve.
func Versions(set *objects.Set) verdict.Result {
	r := explaining.New(explaining.OfAPI)
	for _, o := range set.All {
		if o.GroupKind().Group != eso.Group || slices.Contains(set.Malformed, o) {
			continue
		}
		want := eso.APIVersion
		switch o.Kind {
		case eso.SecretStoreKind, eso.ClusterSecretStoreKind, eso.ExternalSecretKind, eso.ClusterExternalSecretKind:
		case eso.PushSecretKind, eso.ClusterPushSecretKind:
			want = eso.PushAPIVersion
		default:
			continue
		}
		r.Decide(o, fieldpath.Of("apiVersion"), explaining.Version)
		if o.APIVersion == want {
			continue
		}
		fix := fmt.Sprintf("write apiVersion: %s", want)
		if o.Kind == eso.SecretStoreKind || o.Kind == eso.ClusterSecretStoreKind {
			fix += "; the provider scaleway has region, projectId, and accessKey and secretKey, each with " +
				"secretRef: {name, key}"
		}
		r.Report(o, finding.Finding{
			Code: finding.NotServed, Severity: finding.Error, Field: fieldpath.Of("apiVersion"),
			Message: fmt.Sprintf("the External Secrets Operator no longer serves %s %s; it must be %s", o.APIVersion,
				o.Kind,
				want),
			Fix: fix,
		})
	}
	return r.Result
}

// UnknownFields finds fields that the API does not have: no version of it or, where the operator's is known, this one.
// They explain that what is required beside them is missing.
func UnknownFields(set *objects.Set, version eso.Version) verdict.Result {
	r := explaining.New(explaining.OfAPI)
	boundedFields(r, set, version)
	for _, o := range set.All {
		for _, field := range set.Stray[o] {
			switch {
			case field.Path.IsZero():
			case field.Twice:
				r.Report(o, finding.Finding{
					Code: finding.UnknownESOField, Severity: finding.Error, Field: field.Path,
					Message: "the field is given twice; the API server refuses that", Fix: "keep one of the two",
				})
			default:
				unknownField(r, o, field.Path)
			}
		}
	}
	return r.Result
}

// unknownField adds the finding about a field that the API does not have.
func unknownField(r *explaining.Findings, o *objects.Object, field fieldpath.Path) {
	around, name := field.Parent(), field.Last()
	siblings := fieldsAt(rootType(o.Kind), around)
	what := "a " + o.Kind
	if !around.IsZero() {
		what = around.String()
	}
	message := fmt.Sprintf("%s has no field %q; the API server refuses or drops it", what, name)
	if len(siblings) > 0 {
		message += "; it has " + phrase.List(siblings)
	}
	fix, instead := hint(around, name, siblings)
	explains := explaining.Explained(o, around)
	for _, sibling := range instead {
		explains = append(explains, explaining.Explained(o, around.Child(sibling))...)
	}
	f := finding.Finding{Code: finding.UnknownESOField, Severity: finding.Error, Field: field, Message: message,
		Fix: fix}
	r.Report(o, f, explains...)
}

// hint is what to write instead of an unknown field, and which fields it stands for.
func hint(around fieldpath.Path, name string, siblings []string) (fix string, instead []string) {
	last := around.Last()
	switch {
	case last == "scaleway" && !strings.EqualFold(name, "apiUrl") && isCredential(name):
		return "write accessKey: {secretRef: {name, key}} and secretKey: {secretRef: {name, key}} instead of " + name,
			[]string{"accessKey", "secretKey"}
	case (last == "accessKey" || last == "secretKey") && (name == "name" || name == "key"):
		return "write secretRef: {name, key} around it", []string{"secretRef"}
	case explaining.IsItemOf(around, "dataFrom") && (name == "key" || name == "property" || name == "version"):
		return "write extract: {" + name + ": ...} around it", []string{"extract"}
	case explaining.IsItemOf(around, "data") && (name == "key" || name == "property" || name == "version"):
		return "write remoteRef: {" + name + ": ...} around it", []string{"remoteRef"}
	}
	if meant := phrase.ClosestWord(name, siblings); meant != "" {
		return fmt.Sprintf("write %s instead of %s", meant, name), []string{meant}
	}
	return "remove it, or correct its name or its place", nil
}

// isCredential reports whether the name of a field promises an API key.
func isCredential(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "auth") || strings.Contains(name, "secretref") || strings.Contains(name, "credential")
}

// rootType is the type of a kind of the operator.
func rootType(kind string) reflect.Type {
	switch kind {
	case eso.SecretStoreKind, eso.ClusterSecretStoreKind:
		return reflect.TypeFor[eso.Store]()
	case eso.ExternalSecretKind:
		return reflect.TypeFor[eso.ExternalSecret]()
	case eso.ClusterExternalSecretKind:
		return reflect.TypeFor[eso.ClusterExternalSecret]()
	case eso.PushSecretKind:
		return reflect.TypeFor[eso.PushSecret]()
	}
	return reflect.TypeFor[eso.ClusterPushSecret]()
}

// fieldsAt lists the fields that there are at a path; none where it leads into maps or has too many.
func fieldsAt(t reflect.Type, path fieldpath.Path) []string {
	for _, step := range path.Steps() {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Slice:
			t = t.Elem()
		case reflect.Struct:
			field, found := fieldOf(t, step)
			if !found {
				return nil
			}
			t = field
		default:
			return nil
		}
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	const tooMany = 12
	if t.Kind() != reflect.Struct || t.NumField() > tooMany {
		return nil
	}
	var names []string
	for field := range t.Fields() {
		if name := jsonName(field); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	for field := range t.Fields() {
		if jsonName(field) == name {
			return field.Type, true
		}
	}
	return nil, false
}

func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
