package main

import (
	"encoding/json"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/spec"
)

// rule narrows the schema of a type or a field.
type rule func(*jsonschema.Schema)

// rules are what reflection cannot know, by type or by type and field. They say what package spec checks, as far as a
// schema can: what concerns two places of a document at once (shared namespaces, overlapping folders) it cannot.
func rules() map[string]rule {
	return map[string]rule{
		"Segregation.apiVersion": constant(spec.APIVersion),
		"Segregation.kind":       constant(spec.Kind),
		"Metadata.name":          text(label()),

		"Spec.scaleway":             requireLocation,
		"Spec.components":           all(names(label()), notEmpty),
		"Scaleway.region":           optional(region()),
		"Scaleway.projectID":        optional(uuid()),
		"Scaleway.pathPrefix":       optional(folder()),
		"Scaleway.apiURL":           optional(apiURL()),
		"Sync.engine":               orEmpty,
		"Sync.image":                optional(image()),
		"Validation.paths":          orEmpty,
		"Component.namespace":       optional(ownNamespace()),
		"Component.labels":          all(names(namespaceLabelKey()), values(labelValue())),
		"Component.annotations":     names(annotationKey()),
		"Component.scaleway":        withoutURL,
		"Component.secretGroups":    names(label()),
		"Component.quota":           all(notEmpty, quotaNames),
		"PodSecurity.enforce":       orEmpty,
		"PodSecurity.warn":          orEmpty,
		"PodSecurity.audit":         orEmpty,
		"IngressFlow.from":          notForIngress,
		"Component.internalTraffic": orEmpty,

		"SecretGroup":              readsSomething,
		"SecretGroup.path":         optional(folder()),
		"SecretGroup.keys":         items(derivedKey()),
		"SecretGroup.optionalKeys": items(derivedKey()),
		"SecretGroup.map":          names(dataKey()),
		"SecretGroup.extract":      items(secretName()),
		"SecretGroup.target":       optional(objectName()),
		"SecretGroup.store":        optional(objectName()),
		"SecretGroup.readers":      each(objectName()),
		"Source.secret":            text(secretName()),
		"Source.property":          text(query()),
		"Credentials.name":         optional(credentialName()),
		"Credentials.accessKey":    optional(credentialKey()),
		"Credentials.secretKey":    optional(credentialKey()),

		"IngressFlow.pods":  all(names(labelKey()), values(labelValue())),
		"IngressFlow.ports": unique,
		"EgressFlow.pods":   all(names(labelKey()), values(labelValue())),
		"EgressFlow.ports":  unique,
		"Peer":              exactlyOnePeer,
		"Peer.component":    optional(label()),
		"Peer.namespace":    optional(label()),
		"Peer.cidr":         optional(cidr()),
		"Peer.pods":         all(names(labelKey()), values(labelValue())),

		"LimitItem":        limitsByType,
		"Subject":          subjectByKind,
		"Subject.name":     func(s *jsonschema.Schema) { s.MinLength = new(uint64(1)) },
		"Subject.apiGroup": choices("", rbacGroup),
	}
}

const rbacGroup = "rbac.authorization.k8s.io"

func all(rules ...rule) rule {
	return func(s *jsonschema.Schema) {
		for _, apply := range rules {
			apply(s)
		}
	}
}

func constant(value any) rule {
	return func(s *jsonschema.Schema) { s.Const = value }
}

func choices[T ~string](values ...T) rule {
	return func(s *jsonschema.Schema) {
		s.Enum = nil
		for _, value := range values {
			s.Enum = append(s.Enum, string(value))
		}
	}
}

// restrict makes a schema accept only texts of the form. Editors show patternErrorMessage in place of the pattern.
func (f form) restrict(s *jsonschema.Schema) {
	f.add(s, `^(`+f.pattern+`)$`)
}

// restrictOptional is restrict, but for an empty text, which package spec takes for a field that was left out.
func (f form) restrictOptional(s *jsonschema.Schema) {
	f.add(s, `^(`+f.pattern+`)?$`)
}

func (f form) add(s *jsonschema.Schema, pattern string) {
	s.Pattern = pattern
	if f.longest > 0 {
		s.MaxLength = new(f.longest)
	}
	if f.not != "" {
		s.Not = &jsonschema.Schema{Pattern: f.not}
	}
	extra(s, "patternErrorMessage", "must be "+f.must)
}

func extra(s *jsonschema.Schema, keyword string, value any) {
	if s.Extras == nil {
		s.Extras = map[string]any{}
	}
	s.Extras[keyword] = value
}

func text(f form) rule     { return f.restrict }
func optional(f form) rule { return f.restrictOptional }

// orEmpty accepts an empty text beside the enum, where editors do not propose it.
func orEmpty(s *jsonschema.Schema) {
	s.AnyOf = []*jsonschema.Schema{{Enum: s.Enum}, emptyText()}
	s.Enum = nil
}

func each(f form) rule {
	return func(s *jsonschema.Schema) { f.restrict(s.Items) }
}

func items(f form) rule { return all(each(f), unique) }

func unique(s *jsonschema.Schema) { s.UniqueItems = true }

func values(f form) rule {
	return func(s *jsonschema.Schema) { f.restrict(s.AdditionalProperties) }
}

func names(f form) rule {
	return func(s *jsonschema.Schema) {
		s.PropertyNames = &jsonschema.Schema{}
		f.restrict(s.PropertyNames)
	}
}

func notEmpty(s *jsonschema.Schema) { s.MinProperties = new(uint64(1)) }

// textOrNumber accepts what people naturally write as a number; "" for a bound means none.
func textOrNumber(number, minimum, maximum json.Number) *jsonschema.Schema {
	s := &jsonschema.Schema{Minimum: minimum, Maximum: maximum}
	extra(s, "type", []string{"string", string(number)})
	return s
}
