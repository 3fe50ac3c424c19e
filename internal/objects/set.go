package objects

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/parallel"
	"cloison.dev/cloison/internal/sops"
)

// Typed is an object with its fields.
type Typed[T any] struct {
	*Object
	// Value holds the fields. Its metadata is as written.
	Value *T
}

// Set is everything that would be applied to the cluster, by kind, each in the order of the input. Objects that are
// kept from being applied (config.kubernetes.io/local-config) are in Local only, and Segregations and Inventories
// nowhere. Of objects that say the same field by field the first counts: applying it again changes nothing.
type Set struct {
	// All has the objects of every kind.
	All []*Object
	// Local are those that are kept from being applied, of every kind.
	Local []*Object

	Namespaces               []Typed[corev1.Namespace]
	ServiceAccounts          []Typed[corev1.ServiceAccount]
	Secrets                  []Typed[corev1.Secret]
	ConfigMaps               []Typed[corev1.ConfigMap]
	Services                 []Typed[corev1.Service]
	PersistentVolumeClaims   []Typed[corev1.PersistentVolumeClaim]
	ResourceQuotas           []Typed[corev1.ResourceQuota]
	LimitRanges              []Typed[corev1.LimitRange]
	NetworkPolicies          []Typed[netv1.NetworkPolicy]
	Ingresses                []Typed[netv1.Ingress]
	HorizontalPodAutoscalers []Typed[autoscalingv2.HorizontalPodAutoscaler]
	Roles                    []Typed[rbacv1.Role]
	ClusterRoles             []Typed[rbacv1.ClusterRole]
	RoleBindings             []Typed[rbacv1.RoleBinding]
	ClusterRoleBindings      []Typed[rbacv1.ClusterRoleBinding]
	Workloads                []*Workload

	// Custom are the objects of kinds that nothing here reads. They have no place of their own below.
	Custom []Custom
	// CustomWorkloads are the pods that stand inside of them: what pods may hold is known of them, and not whether,
	// how many or when they run.
	CustomWorkloads []*Workload

	SecretStores           []Typed[eso.Store]
	ClusterSecretStores    []Typed[eso.Store]
	ExternalSecrets        []Typed[eso.ExternalSecret]
	ClusterExternalSecrets []Typed[eso.ClusterExternalSecret]
	PushSecrets            []Typed[eso.PushSecret]
	ClusterPushSecrets     []Typed[eso.ClusterPushSecret]

	// Unread reports that something could not be read: what is not here may be there.
	Unread bool
	// Malformed are the objects that could not be read as their kind. They are in All only.
	Malformed []*Object
	// Stray has, for each object of the External Secrets Operator, the fields that are not in its value.
	Stray map[*Object][]StrayField
}

// NewSet reads the objects. The findings are about those that cannot be read as their kind.
func NewSet(objects []*Object) (*Set, []finding.Finding) {
	set := &Set{Stray: map[*Object][]StrayField{}}
	var findings []finding.Finding
	hidden := map[*Object]bool{}
	applied := make(repetitions, len(objects))
	for _, list := range objects {
		for _, o := range list.flatten() {
			switch {
			case o.Unread:
				set.Unread = true
			case o.isOwn():
			case o.IsLocal():
				set.Local = append(set.Local, o)
			case applied.has(o):
			default:
				plain, undecided := o.decrypted()
				if undecided != nil {
					findings = append(findings, *undecided)
					hidden[plain], set.Unread = true, true
				}
				set.All = append(set.All, plain)
			}
		}
	}
	read := make([]result, len(set.All))
	parallel.Each(len(set.All), func(i int) { read[i] = readObject(set.All[i]) })
	for i, o := range set.All {
		r := read[i]
		if hidden[o] {
			set.Malformed = append(set.Malformed, o)
			continue
		}
		if r.err != nil {
			set.Malformed = append(set.Malformed, o)
		} else if r.add != nil {
			r.add(set)
		}
		if isOfESO(o) && r.err == nil {
			if len(r.stray) > 0 {
				set.Stray[o] = r.stray
			}
			continue
		}
		if refused := o.untyped(); refused != nil {
			findings = append(findings, *refused)
			continue
		}
		if refused := o.notServed(r.add != nil); refused != nil {
			findings = append(findings, *refused) // its fields are those of another version
			continue
		}
		findings = append(findings, o.malformed(r.stray, r.err)...)
	}
	return set, findings
}

// isOfESO reports whether a kind belongs to the External Secrets Operator, whose unknown fields are findings of its
// own family.
func isOfESO(o *Object) bool { return o.GroupKind().Group == eso.Group }

// result is what came of reading one object.
type result struct {
	// add puts the object into its place; nil for a kind that is not read.
	add   func(*Set)
	stray []StrayField
	err   error
}

// read decodes an object as a T, to be added to the list that into gives.
func read[T any](o *Object, into func(*Set) *[]Typed[T]) result {
	value := new(T)
	stray, err := o.Decode(value)
	return result{stray: stray, err: err, add: func(set *Set) {
		list := into(set)
		*list = append(*list, Typed[T]{Object: o, Value: value})
	}}
}

func readObject(o *Object) result {
	if w, stray, err := workload(o); w != nil {
		return result{stray: stray, err: err, add: func(set *Set) { set.Workloads = append(set.Workloads, w) }}
	}
	reader := readers(o.GroupKind())
	switch {
	case reader == nil && IsCustom(o.GroupKind()):
		return custom(o)
	case reader == nil:
		return result{}
	}
	r := reader(o)
	if o.APIVersion == "autoscaling/v1" {
		r.stray = nil // its target is a field of its own, which nothing here needs
	}
	return r
}

// readSecret leaves out what SOPS adds to a list of variables of which kustomize makes a Secret.
func readSecret(o *Object) result {
	secret := new(corev1.Secret)
	stray, err := o.Decode(secret)
	sops.RemoveVariables(secret.Data)
	sops.RemoveVariables(secret.StringData)
	return result{stray: stray, err: err, add: func(set *Set) {
		set.Secrets = append(set.Secrets, Typed[corev1.Secret]{Object: o, Value: secret})
	}}
}

func kindReader[T any](into func(*Set) *[]Typed[T]) func(*Object) result {
	return func(o *Object) result { return read(o, into) }
}

// readers knows the kinds that are read; nil for any other.
func readers(kind schema.GroupKind) func(*Object) result {
	switch kind {
	case schema.GroupKind{Kind: "Namespace"}:
		return kindReader(func(s *Set) *[]Typed[corev1.Namespace] { return &s.Namespaces })
	case schema.GroupKind{Kind: "ServiceAccount"}:
		return kindReader(func(s *Set) *[]Typed[corev1.ServiceAccount] { return &s.ServiceAccounts })
	case schema.GroupKind{Kind: "Secret"}:
		return readSecret
	case schema.GroupKind{Kind: "ConfigMap"}:
		return kindReader(func(s *Set) *[]Typed[corev1.ConfigMap] { return &s.ConfigMaps })
	case schema.GroupKind{Kind: "Service"}:
		return kindReader(func(s *Set) *[]Typed[corev1.Service] { return &s.Services })
	case schema.GroupKind{Kind: "PersistentVolumeClaim"}:
		return kindReader(func(s *Set) *[]Typed[corev1.PersistentVolumeClaim] { return &s.PersistentVolumeClaims })
	case schema.GroupKind{Kind: "ResourceQuota"}:
		return kindReader(func(s *Set) *[]Typed[corev1.ResourceQuota] { return &s.ResourceQuotas })
	case schema.GroupKind{Kind: "LimitRange"}:
		return kindReader(func(s *Set) *[]Typed[corev1.LimitRange] { return &s.LimitRanges })
	case schema.GroupKind{Group: "networking.k8s.io", Kind: "NetworkPolicy"}:
		return kindReader(func(s *Set) *[]Typed[netv1.NetworkPolicy] { return &s.NetworkPolicies })
	case schema.GroupKind{Group: "networking.k8s.io", Kind: "Ingress"}:
		return kindReader(func(s *Set) *[]Typed[netv1.Ingress] { return &s.Ingresses })
	case schema.GroupKind{Group: "autoscaling", Kind: "HorizontalPodAutoscaler"}:
		return kindReader(
			func(s *Set) *[]Typed[autoscalingv2.HorizontalPodAutoscaler] { return &s.HorizontalPodAutoscalers },
		)
	case schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "Role"}:
		return kindReader(func(s *Set) *[]Typed[rbacv1.Role] { return &s.Roles })
	case schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole"}:
		return kindReader(func(s *Set) *[]Typed[rbacv1.ClusterRole] { return &s.ClusterRoles })
	case schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "RoleBinding"}:
		return kindReader(func(s *Set) *[]Typed[rbacv1.RoleBinding] { return &s.RoleBindings })
	case schema.GroupKind{Group: "rbac.authorization.k8s.io", Kind: "ClusterRoleBinding"}:
		return kindReader(func(s *Set) *[]Typed[rbacv1.ClusterRoleBinding] { return &s.ClusterRoleBindings })
	case schema.GroupKind{Group: eso.Group, Kind: eso.SecretStoreKind}:
		return kindReader(func(s *Set) *[]Typed[eso.Store] { return &s.SecretStores })
	case schema.GroupKind{Group: eso.Group, Kind: eso.ClusterSecretStoreKind}:
		return kindReader(func(s *Set) *[]Typed[eso.Store] { return &s.ClusterSecretStores })
	case schema.GroupKind{Group: eso.Group, Kind: eso.ExternalSecretKind}:
		return kindReader(func(s *Set) *[]Typed[eso.ExternalSecret] { return &s.ExternalSecrets })
	case schema.GroupKind{Group: eso.Group, Kind: eso.ClusterExternalSecretKind}:
		return kindReader(func(s *Set) *[]Typed[eso.ClusterExternalSecret] { return &s.ClusterExternalSecrets })
	case schema.GroupKind{Group: eso.Group, Kind: eso.PushSecretKind}:
		return kindReader(func(s *Set) *[]Typed[eso.PushSecret] { return &s.PushSecrets })
	case schema.GroupKind{Group: eso.Group, Kind: eso.ClusterPushSecretKind}:
		return kindReader(func(s *Set) *[]Typed[eso.ClusterPushSecret] { return &s.ClusterPushSecrets })
	}
	return nil
}
