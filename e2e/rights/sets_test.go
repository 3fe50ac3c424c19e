package rights_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	model "cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/validators"
)

const (
	// holders is the namespace of component a, whose service accounts have the rights; each set of rights is over a
	// component of its own.
	holders = "rights-a"
	// reader is a service account of the other component that may list the Secrets there.
	reader = "reader"
	// canary is the value of the other component's Secret.
	canary = "canary-of-the-other-component"
	// fixture is the name of the objects in the other component that rights are tried on.
	fixture = "x"
)

// served is a resource or subresource as the API server serves it, or looks it up while it serves others.
type served struct {
	schema.GroupVersionResource
	sub string
	// kind and apiVersion are those of the objects that are sent.
	kind, apiVersion string
	namespaced       bool
	verbs            []string
}

// object is the resource of a subresource.
func (s served) object(kinds map[schema.GroupVersionResource]string) served {
	return served{s.GroupVersionResource, "", kinds[s.GroupVersionResource], s.GroupVersion().String(), s.namespaced, nil}
}

// combined is the resource as rules name it.
func (s served) combined() string { return strings.TrimSuffix(s.Resource+"/"+s.sub, "/") }

// right is a verb on a resource, everywhere or in the namespace of the other component.
type right struct {
	served
	verb     string
	anywhere bool
}

func (r right) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%s %s.%s", r.verb, r.combined(), r.Group), ".")
}

// ignoresNames reports whether a rule with names does not give the right to anybody's plain request.
func (r right) ignoresNames() bool {
	return r.sub == "" && (r.verb == "create" || r.verb == "deletecollection")
}

// key tells rights apart, by where they are too.
func (r right) key() string { return fmt.Sprintf("%s, anywhere: %t", r, r.anywhere) }

// lookedUp are looked up by the API server without a request of their own; discovery has none of them.
var lookedUp = []served{
	{GroupVersionResource: schema.GroupVersionResource{Version: "v1", Resource: "users"}, verbs: []string{"impersonate"}},
	{GroupVersionResource: schema.GroupVersionResource{Version: "v1", Resource: "groups"}, verbs: []string{"impersonate"}},
	{
		GroupVersionResource: schema.GroupVersionResource{Version: "v1", Resource: "serviceaccounts"},
		namespaced:           true, verbs: []string{"impersonate"},
	},
	{
		GroupVersionResource: rbacv1.SchemeGroupVersion.WithResource("roles"),
		namespaced:           true, verbs: []string{"bind", "escalate"},
	},
	{GroupVersionResource: rbacv1.SchemeGroupVersion.WithResource("clusterroles"), verbs: []string{"bind", "escalate"}},
	{
		GroupVersionResource: schema.GroupVersionResource{Group: "certificates.k8s.io", Version: "v1", Resource: "signers"},
		verbs:                []string{"approve", "attest", "sign"},
	},
}

// everyRight lists the rights over everything that the API server serves, in a namespace or anywhere.
func everyRight(t *testing.T) []right {
	t.Helper()
	var rights []right
	for _, s := range append(everythingServed(t), lookedUp...) {
		for _, verb := range s.verbs {
			rights = append(rights, right{s, verb, true})
			if s.namespaced {
				rights = append(rights, right{s, verb, false})
			}
		}
	}
	slices.SortStableFunc(rights, func(a, b right) int { return strings.Compare(a.String(), b.String()) })
	return rights
}

// everythingServed has each resource and subresource once, in the version that the API server prefers.
func everythingServed(t *testing.T) []served {
	t.Helper()
	_, lists, err := shared.Clientset.Discovery().ServerGroupsAndResources()
	require.NoError(t, err)
	var all []served
	known := map[string]bool{}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		require.NoError(t, err)
		for _, r := range list.APIResources {
			if s := servedAs(version, r); !known[s.Group+"/"+s.combined()] { // several versions serve the same
				known[s.Group+"/"+s.combined()] = true
				all = append(all, s)
			}
		}
	}
	return all
}

func servedAs(version schema.GroupVersion, r metav1.APIResource) served {
	resource, sub, _ := strings.Cut(r.Name, "/")
	of := version // that of the objects, which may be another one: Scale, Eviction
	if r.Version != "" {
		of = schema.GroupVersion{Group: r.Group, Version: r.Version}
	}
	return served{version.WithResource(resource), sub, r.Kind, of.String(), r.Namespaced, r.Verbs}
}

// rightsSet is what one service account of component a may do.
type rightsSet struct {
	// name is that of the service account, of its role and binding; fixtures that are in no namespace begin with it.
	name string
	// over is the namespace of the other component.
	over   string
	rights []right
	// named is true where the rights are on the fixtures alone.
	named bool
	// opinion is what the proof says.
	opinion opinion
}

// anywhere is true for rights of a ClusterRoleBinding. A set has rights of one kind.
func (s rightsSet) anywhere() bool { return s.rights[0].anywhere }

// fixtureOf is the name of the object that rights over a resource are tried on.
func (s rightsSet) fixtureOf(r served) string {
	if r.namespaced {
		return fixture
	}
	return s.name + "-" + fixture
}

func (s rightsSet) String() string {
	text := make([]string, len(s.rights))
	for i, r := range s.rights {
		text[i] = r.String()
	}
	where := "in the other component"
	if s.anywhere() {
		where = "anywhere"
	}
	if s.named {
		where = "on the fixtures, " + where
	}
	return strings.Join(text, ", ") + " " + where
}

func (s rightsSet) rules() []rbacv1.PolicyRule {
	rules := make([]rbacv1.PolicyRule, len(s.rights))
	for i, r := range s.rights {
		rules[i] = rbacv1.PolicyRule{Verbs: []string{r.verb}, APIGroups: []string{r.Group}, Resources: []string{r.combined()}}
		if s.named {
			rules[i].ResourceNames = []string{s.fixtureOf(r.served)}
		}
	}
	return rules
}

// grant is the role of the set, and its binding.
func (s rightsSet) grant() []k8sruntime.Object {
	subjects := []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Name: s.name, Namespace: holders}}
	version := rbacv1.SchemeGroupVersion.String()
	meta := metav1.ObjectMeta{Name: s.name}
	if s.anywhere() {
		ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: s.name}
		return []k8sruntime.Object{
			&rbacv1.ClusterRole{
				TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: "ClusterRole"}, ObjectMeta: meta, Rules: s.rules(),
			},
			&rbacv1.ClusterRoleBinding{
				TypeMeta:   metav1.TypeMeta{APIVersion: version, Kind: "ClusterRoleBinding"},
				ObjectMeta: meta, RoleRef: ref, Subjects: subjects,
			},
		}
	}
	meta.Namespace = s.over
	return roleAndBinding(meta, s.rules(), subjects)
}

func roleAndBinding(meta metav1.ObjectMeta, rules []rbacv1.PolicyRule, subjects []rbacv1.Subject) []k8sruntime.Object {
	version := rbacv1.SchemeGroupVersion.String()
	return []k8sruntime.Object{
		&rbacv1.Role{TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: "Role"}, ObjectMeta: meta, Rules: rules},
		&rbacv1.RoleBinding{
			TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: "RoleBinding"}, ObjectMeta: meta, Subjects: subjects,
			RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: meta.Name},
		},
	}
}

// other is the other component: its Secret, and a service account that reads it.
func (s rightsSet) other() []k8sruntime.Object {
	in := func(name string) metav1.ObjectMeta { return metav1.ObjectMeta{Name: name, Namespace: s.over} }
	secret := in(fixture)
	secret.Finalizers = []string{"e2e.cloison.dev/stays"} // so that who deletes it is answered with it
	list := []rbacv1.PolicyRule{{Verbs: []string{"list"}, APIGroups: []string{""}, Resources: []string{"secrets"}}}
	return append([]k8sruntime.Object{
		&corev1.Namespace{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: s.over},
		},
		&corev1.ServiceAccount{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"}, ObjectMeta: in(reader),
		},
		&corev1.Secret{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
			ObjectMeta: secret, StringData: map[string]string{"password": canary},
		},
	}, roleAndBinding(in(reader), list, []rbacv1.Subject{{Kind: "ServiceAccount", Name: reader, Namespace: s.over}})...)
}

// opinion is what the proof says about the rights of a set.
type opinion int

const (
	harmless opinion = iota
	undecided
	dangerous
)

// judged asks the proof about a set, in manifests of the two components.
func judged(s rightsSet) (opinion, error) {
	var manifests bytes.Buffer
	account := &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Name: s.name, Namespace: holders},
	}
	for _, o := range slices.Concat([]k8sruntime.Object{account}, s.other(), s.grant()) {
		text, err := yaml.Marshal(o)
		if err != nil {
			return undecided, err
		}
		manifests.WriteString("---\n")
		manifests.Write(text)
	}
	parsed, err := objects.Parse("", manifests.Bytes())
	if err != nil {
		return undecided, err
	}
	worst := harmless
	for _, f := range validators.Check(parsed, nil, model.Kapsule()).Findings {
		switch about := f.Object.Name == s.name && strings.HasPrefix(string(f.Code), "CLS-R"); {
		case about && f.Severity == finding.Error:
			return dangerous, nil
		case about && f.Undecided:
			worst = undecided
		}
	}
	return worst, nil
}

// rightsDeck deals rights of one kind: each once before any is dealt again.
type rightsDeck struct {
	*rand.Rand
	all  []right
	next int
}

func (d *rightsDeck) deal(count int) []right {
	dealt := make([]right, count)
	for i := range dealt {
		if d.next%len(d.all) == 0 {
			d.Shuffle(len(d.all), func(i, j int) { d.all[i], d.all[j] = d.all[j], d.all[i] })
		}
		dealt[i] = d.all[d.next%len(d.all)]
		d.next++
	}
	return dealt
}
