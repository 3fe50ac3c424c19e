package main

import (
	"maps"
	"slices"

	"github.com/invopop/jsonschema"

	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/syntax"
	"cloison.dev/cloison/internal/wellknown"
)

// fields is a schema for some fields of an object.
type fields map[string]*jsonschema.Schema

// object is a schema for an object that has the required fields, and the others as they are given.
func object(required []string, others fields) *jsonschema.Schema {
	s := &jsonschema.Schema{Required: required}
	if len(others) > 0 {
		s.Properties = jsonschema.NewProperties()
		for _, name := range slices.Sorted(maps.Keys(others)) {
			s.Properties.Set(name, others[name])
		}
	}
	return s
}

func given() *jsonschema.Schema       { return &jsonschema.Schema{MinLength: new(uint64(1))} }
func emptyText() *jsonschema.Schema   { return &jsonschema.Schema{MaxLength: new(uint64(0))} }
func emptyMap() *jsonschema.Schema    { return &jsonschema.Schema{MaxProperties: new(uint64(0))} }
func is(value any) *jsonschema.Schema { return &jsonschema.Schema{Const: value} }
func filledMap() *jsonschema.Schema   { return &jsonschema.Schema{MinProperties: new(uint64(1))} }
func filledList() *jsonschema.Schema  { return &jsonschema.Schema{MinItems: new(uint64(1))} }

// notEmptyList: a list that means everything where it is left out.
func notEmptyList(s *jsonschema.Schema) { s.MinItems = new(uint64(1)) }

// kindsOfGenerated: annotations for kinds that are generated.
func kindsOfGenerated(s *jsonschema.Schema) {
	s.PropertyNames = &jsonschema.Schema{}
	for _, kind := range spec.GeneratedKinds() {
		s.PropertyNames.Enum = append(s.PropertyNames.Enum, kind)
	}
}

// roleOrClusterRole: a role of a Segregation by its name, or one of the cluster's.
func roleOrClusterRole(s *jsonschema.Schema) {
	name := &jsonschema.Schema{Not: &jsonschema.Schema{Const: "cluster-admin"}}
	restrict(name, syntax.RBACName)
	name.Type = "string"
	properties := jsonschema.NewProperties()
	properties.Set("clusterRole", name)
	s.Type, s.Ref = "", ""
	s.AnyOf = []*jsonschema.Schema{
		{Type: "string", Enum: []any{string(spec.RoleViewer), string(spec.RoleDeveloper), string(spec.RoleSecretsAdmin)}},
		{Type: "object", Properties: properties, Required: []string{"clusterRole"},
			AdditionalProperties: jsonschema.FalseSchema},
	}
}

// requireLocation: a component may leave out region and project, the Segregation may not.
func requireLocation(s *jsonschema.Schema) {
	s.AllOf = append(s.AllOf, object([]string{"region", "projectID"}, fields{"region": given(), "projectID": given()}))
}

// withoutURL: the API's URL is one for the whole Segregation.
func withoutURL(s *jsonschema.Schema) {
	s.AllOf = append(s.AllOf, object(nil, fields{"apiURL": emptyText()}))
}

// readsSomething: a group reads at least one key.
func readsSomething(s *jsonschema.Schema) {
	s.AnyOf = []*jsonschema.Schema{
		object([]string{"keys"}, fields{"keys": filledList()}),
		object([]string{"optionalKeys"}, fields{"optionalKeys": filledList()}),
		object([]string{"map"}, fields{"map": filledMap()}),
		object([]string{"extract"}, fields{"extract": filledList()}),
	}
}

// exactlyOnePeer: a peer is one thing, and only components, namespaces and the monitoring have pods.
func exactlyOnePeer(s *jsonschema.Schema) {
	component := object([]string{"component"}, fields{"component": given()})
	namespace := object([]string{"namespace"}, fields{"namespace": given()})
	monitoring := object([]string{"monitoring"}, fields{"monitoring": is(true)})
	s.OneOf = []*jsonschema.Schema{
		component,
		namespace,
		object([]string{"cidr"}, fields{"cidr": given()}),
		object([]string{"internet"}, fields{"internet": is(true)}),
		object([]string{"kubernetesAPI"}, fields{"kubernetesAPI": is(true)}),
		monitoring,
		object([]string{"fqdns"}, nil),
	}
	s.If = object([]string{"pods"}, fields{"pods": filledMap()})
	s.Then = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{component, namespace, monitoring}}
}

// notForIngress: who calls from the internet cannot be told from their proxy.
func notForIngress(s *jsonschema.Schema) {
	s.AllOf = append(s.AllOf, object(nil, fields{"internet": is(false), "fqdns": jsonschema.FalseSchema}))
}

// onlyWithRuntime: what is said of the sync runtimes needs the engine that has them.
func onlyWithRuntime(s *jsonschema.Schema) {
	s.If = object([]string{"engine"}, fields{"engine": is("Cloison")})
	s.Else = object(nil, fields{"pod": emptyMap(), "metricsFrom": emptyText()})
}

// runtimeResources: what the container of a sync runtime may ask for.
func runtimeResources(s *jsonschema.Schema) {
	s.PropertyNames = &jsonschema.Schema{Enum: []any{"cpu", "memory", "ephemeral-storage"}}
}

// tolerationByOperator: without a key, every taint is meant, which only Exists may; only Equal has a value, and only
// pods that would be evicted have a time.
func tolerationByOperator(s *jsonschema.Schema) {
	exists := when("operator", "Exists", fields{"value": emptyText()})
	exists.Else = object([]string{"key"}, fields{"key": given()})
	timed := &jsonschema.Schema{
		If:   object([]string{"tolerationSeconds"}, nil),
		Then: object([]string{"effect"}, fields{"effect": is("NoExecute")}),
	}
	s.AllOf = []*jsonschema.Schema{exists, timed}
}

// quotaNames: what a ResourceQuota may limit without a domain, or any name with one.
func quotaNames(s *jsonschema.Schema) {
	qualified := &jsonschema.Schema{Pattern: qualifiedResource}
	qualifiedName := &jsonschema.Schema{AllOf: []*jsonschema.Schema{qualified, {}}}
	restrict(qualifiedName.AllOf[1], syntax.LabelName)
	s.PropertyNames = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Enum: []any{
			"cpu", "memory", "ephemeral-storage",
			"requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
			"limits.cpu", "limits.memory", "limits.ephemeral-storage",
			"pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps",
			"persistentvolumeclaims",
			"services.nodeports", "services.loadbalancers",
		}},
		qualifiedName,
	}}
}

// qualifiedResource: names that only the cluster can judge.
const qualifiedResource = `[^/]/+[^/]|[.]storageclass[.]storage[.]k8s[.]io/|^(requests[.])?hugepages-`

// limitsByType: the resources of an item depend on its type, and only containers have defaults.
func limitsByType(s *jsonschema.Schema) {
	resources := func(plain ...any) fields {
		anyName := []*jsonschema.Schema{{Enum: plain}, {Pattern: qualifiedResource}}
		names := &jsonschema.Schema{PropertyNames: &jsonschema.Schema{AnyOf: anyName}}
		return fields{"max": names, "min": names, "maxLimitRequestRatio": names}
	}
	container := resources("cpu", "memory", "ephemeral-storage")
	container["default"], container["defaultRequest"] = container["max"], container["max"]
	pod := resources("cpu", "memory", "ephemeral-storage")
	claim := resources("storage")
	for _, other := range []fields{pod, claim} {
		other["default"], other["defaultRequest"] = emptyMap(), emptyMap()
	}
	bounded := when("type", "PersistentVolumeClaim", claim)
	bounded.Then.AnyOf = []*jsonschema.Schema{
		object([]string{"max"}, fields{"max": object([]string{"storage"}, nil)}),
		object([]string{"min"}, fields{"min": object([]string{"storage"}, nil)}),
	}
	s.AllOf = []*jsonschema.Schema{when("type", "Container", container), when("type", "Pod", pod), bounded}
}

func when(field, value string, then fields) *jsonschema.Schema {
	return &jsonschema.Schema{If: object([]string{field}, fields{field: is(value)}), Then: object(nil, then)}
}

// ofKubernetes are the names of users and groups that get no role: Kubernetes' own.
const ofKubernetes = "^" + wellknown.SystemPrefix

// subjectByKind: only service accounts have a namespace, and no subject stands for everybody.
func subjectByKind(s *jsonschema.Schema) {
	account, namespace := &jsonschema.Schema{}, &jsonschema.Schema{}
	restrict(account, syntax.ObjectName)
	restrictOptional(namespace, syntax.DNSLabel)
	others := fields{
		"namespace": emptyText(),
		"name":      {Not: &jsonschema.Schema{Pattern: ofKubernetes}},
	}
	s.AllOf = []*jsonschema.Schema{
		when("kind", "ServiceAccount", fields{"name": account, "namespace": namespace, "apiGroup": emptyText()}),
		when("kind", "User", others), when("kind", "Group", others),
	}
}
