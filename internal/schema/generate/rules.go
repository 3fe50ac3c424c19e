package main

import (
	"encoding/json"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// rule narrows the schema of a type or a field.
type rule func(*jsonschema.Schema)

// rules are what reflection cannot know, by type or by type and field. They repeat what package spec checks, as far as
// a schema can: what concerns two places of a document at once (shared namespaces, overlapping folders) it cannot.
func rules() map[string]rule {
	return map[string]rule{
		"Segregation.apiVersion": constant(wellknown.APIVersion),
		"Segregation.kind":       constant(wellknown.SegregationKind),
		"Metadata.name":          text(syntax.DNSLabel),

		"Spec.scaleway":              requireLocation,
		"Spec.components":            all(names(syntax.DNSLabel), notEmpty),
		"Scaleway.region":            optional(syntax.Region),
		"Scaleway.projectID":         optional(syntax.ProjectID),
		"Scaleway.pathPrefix":        optional(syntax.Folder),
		"Scaleway.apiURL":            optional(apiURL()),
		"Sync.engine":                orEmpty,
		"Sync.image":                 optional(syntax.Image),
		"Sync.metricsFrom":           optional(syntax.DNSLabel),
		"Sync":                       onlyWithRuntime,
		"Validation.paths":           orEmpty,
		"Validation.undecided":       orEmpty,
		"Acceptance.object":          text(syntax.ObjectPath),
		"Acceptance.code":            acceptableCode,
		"Acceptance.reason":          func(s *jsonschema.Schema) { s.Pattern = `\S` },
		"Component.namespace":        optional(ownNamespace()),
		"Component.labels":           all(names(namespaceLabelName()), values(syntax.LabelValue)),
		"Component.annotations":      names(annotationName()),
		"Component.scaleway":         withoutURL,
		"Component.secretGroups":     names(syntax.DNSLabel),
		"Spec.sharedSecrets":         names(syntax.DNSLabel),
		"SharedGroup":                readsSomething,
		"SharedGroup.components":     all(names(syntax.DNSLabel), notEmpty),
		"SharedGroup.scaleway":       withoutURL,
		"SharedGroup.path":           optional(syntax.Folder),
		"SharedGroup.keys":           items(derivedKey()),
		"SharedGroup.optionalKeys":   items(derivedKey()),
		"SharedGroup.secretNames":    orEmpty,
		"SharedGroup.map":            names(syntax.SecretKey),
		"SharedGroup.extract":        items(syntax.SecretName),
		"SharedGroup.type":           optional(typeOfSecret()),
		"SharedGroup.template":       all(names(syntax.SecretKey), notEmpty),
		"SharedReader.map":           names(syntax.SecretKey),
		"SharedReader.template":      all(names(syntax.SecretKey), notEmpty),
		"SharedReader.target":        optional(syntax.ObjectName),
		"SharedReader.store":         optional(syntax.ObjectName),
		"SharedReader.readers":       all(each(syntax.ObjectName), notEmptyList),
		"Defaults.labels":            all(names(namespaceLabelName()), values(syntax.LabelValue)),
		"Defaults.annotations":       names(annotationName()),
		"Defaults.quota":             quotaNames,
		"Defaults.internalTraffic":   orEmpty,
		"Component.quota":            all(notEmpty, quotaNames),
		"PodSecurity.enforce":        orEmpty,
		"PodSecurity.enforceVersion": optional(syntax.PodSecurityVersion),
		"PodSecurity.warnVersion":    optional(syntax.PodSecurityVersion),
		"PodSecurity.auditVersion":   optional(syntax.PodSecurityVersion),
		"Generated.annotations":      names(annotationName()),
		"GeneratedKind.annotations":  names(annotationName()),
		"Generated.kinds":            kindsOfGenerated,
		"Access.role":                roleOrClusterRole,
		"PodSecurity.warn":           orEmpty,
		"PodSecurity.audit":          orEmpty,
		"IngressFlow.from":           notForIngress,
		"Component.internalTraffic":  orEmpty,

		"SecretGroup":              readsSomething,
		"SecretGroup.path":         optional(syntax.Folder),
		"SecretGroup.keys":         items(derivedKey()),
		"SecretGroup.optionalKeys": items(derivedKey()),
		"SecretGroup.map":          names(syntax.SecretKey),
		"SecretGroup.secretNames":  orEmpty,
		"SecretGroup.type":         optional(typeOfSecret()),
		"SecretGroup.template":     all(names(syntax.SecretKey), notEmpty),
		"SecretGroup.extract":      items(syntax.SecretName),
		"SecretGroup.target":       optional(syntax.ObjectName),
		"SecretGroup.store":        optional(syntax.ObjectName),
		"SecretGroup.readers":      all(each(syntax.ObjectName), notEmptyList),
		"Source.secret":            text(syntax.SecretName),
		"Source.property":          text(query()),
		"Credentials.name":         optional(credentialName()),
		"Credentials.accessKey":    optional(credentialKey()),
		"Credentials.secretKey":    optional(credentialKey()),

		"IngressFlow.pods":  all(names(syntax.LabelName), values(syntax.LabelValue)),
		"IngressFlow.ports": all(unique, notEmptyList),
		"EgressFlow.pods":   all(names(syntax.LabelName), values(syntax.LabelValue)),
		"EgressFlow.ports":  all(unique, notEmptyList),
		"Peer":              exactlyOnePeer,
		"Peer.component":    optional(syntax.DNSLabel),
		"Peer.namespace":    optional(syntax.DNSLabel),
		"Peer.cidr":         optional(syntax.CIDR),
		"Peer.fqdns":        all(items(syntax.HostName), notEmptyList),
		"Peer.pods":         all(names(syntax.LabelName), values(syntax.LabelValue)),

		"RuntimePod.replicas":          between("1", "10"),
		"RuntimePod.imagePullSecrets":  unique,
		"RuntimePod.nodeSelector":      all(names(syntax.LabelName), values(syntax.LabelValue)),
		"RuntimePod.priorityClassName": optional(syntax.ObjectName),
		"Resources.requests":           all(notEmpty, runtimeResources),
		"Resources.limits":             all(notEmpty, runtimeResources),
		"PullSecret.name":              text(syntax.ObjectName),
		"Toleration":                   tolerationByOperator,
		"Toleration.key":               optional(syntax.LabelName),
		"Toleration.operator":          orEmpty,
		"Toleration.value":             text(syntax.LabelValue),
		"Toleration.effect":            orEmpty,

		"LimitItem":        limitsByType,
		"Subject":          subjectByKind,
		"Subject.name":     func(s *jsonschema.Schema) { s.MinLength = new(uint64(1)) },
		"Subject.apiGroup": choices("", wellknown.RBACGroup),
	}
}

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
func restrict(s *jsonschema.Schema, f form) {
	add(s, f, `^(`+f.Pattern+`)$`)
}

// restrictOptional is restrict, but for an empty text, which package spec takes for a field that was left out.
func restrictOptional(s *jsonschema.Schema, f form) {
	add(s, f, `^(`+f.Pattern+`)?$`)
}

func add(s *jsonschema.Schema, f form, pattern string) {
	s.Pattern = pattern
	if f.Longest > 0 {
		s.MaxLength = new(uint64(f.Longest))
	}
	if f.Not != "" {
		s.Not = &jsonschema.Schema{Pattern: f.Not}
	}
	extra(s, "patternErrorMessage", "must be "+f.Must)
}

func extra(s *jsonschema.Schema, keyword string, value any) {
	if s.Extras == nil {
		s.Extras = map[string]any{}
	}
	s.Extras[keyword] = value
}

func text(f form) rule     { return func(s *jsonschema.Schema) { restrict(s, f) } }
func optional(f form) rule { return func(s *jsonschema.Schema) { restrictOptional(s, f) } }

// acceptableCode accepts the codes of findings that may be accepted.
func acceptableCode(s *jsonschema.Schema) {
	for _, family := range finding.Families() {
		for _, r := range family.Rules {
			if r.Code.Acceptable() {
				s.Enum = append(s.Enum, string(r.Code))
			}
		}
	}
}

// orEmpty accepts an empty text beside the enum, where editors do not propose it.
func orEmpty(s *jsonschema.Schema) {
	s.AnyOf = []*jsonschema.Schema{{Enum: s.Enum}, emptyText()}
	s.Enum = nil
}

func each(f form) rule {
	return func(s *jsonschema.Schema) { restrict(s.Items, f) }
}

func items(f form) rule { return all(each(f), unique) }

func unique(s *jsonschema.Schema) { s.UniqueItems = true }

func values(f form) rule {
	return func(s *jsonschema.Schema) { restrict(s.AdditionalProperties, f) }
}

func names(f form) rule {
	return func(s *jsonschema.Schema) {
		s.PropertyNames = &jsonschema.Schema{}
		restrict(s.PropertyNames, f)
	}
}

func between(minimum, maximum json.Number) rule {
	return func(s *jsonschema.Schema) { s.Minimum, s.Maximum = minimum, maximum }
}

func notEmpty(s *jsonschema.Schema) { s.MinProperties = new(uint64(1)) }

// textOrNumber accepts what people naturally write as a number; "" for a bound means none.
func textOrNumber(number, minimum, maximum json.Number) *jsonschema.Schema {
	s := &jsonschema.Schema{Minimum: minimum, Maximum: maximum}
	extra(s, "type", []string{"string", string(number)})
	return s
}
