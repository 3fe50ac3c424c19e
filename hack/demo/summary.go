package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/eso"
)

// summary describes the manifests. It is read from them alone, not from the Segregation or its plan.
type summary struct {
	components []component
	kinds      []kindCount
	// generated counts the objects that Cloison generated, handwritten the others.
	generated, handwritten size
}

type size struct {
	objects, lines int
}

// kindCount counts the objects of one kind.
type kindCount struct {
	kind                   string
	generated, handwritten int
}

type component struct {
	name, namespace string
	secrets         []secret
	// reachedBy and reaches are what the NetworkPolicies allow.
	reachedBy, reaches []flow
	// defaultDeny is true where everything else is denied, for every pod and in both directions.
	defaultDeny bool
	access      []access
	// quota holds "resource amount" texts.
	quota []string
}

// secret is a Kubernetes Secret that is filled from a Scaleway folder.
type secret struct {
	folder, target string
	keys           int
	// optional are the keys that may be missing, extracted the JSON secrets whose every property becomes a key.
	optional, extracted []string
}

// access is a role with its subjects.
type access struct {
	role     string
	subjects []string
}

func summarize(manifests []*manifest) (*summary, error) {
	s := &summary{}
	byName := map[string]*component{}
	namespaces := map[string]string{}
	for _, m := range manifests {
		s.count(m)
		if m.generated() && m.Kind == "Namespace" {
			byName[m.component()] = &component{name: m.component(), namespace: m.Name}
			namespaces[m.Name] = m.component()
		}
	}
	for _, m := range manifests {
		c := byName[m.component()]
		if !m.generated() || c == nil {
			continue
		}
		if err := c.add(m, namespaces); err != nil {
			return nil, err
		}
	}
	if len(byName) == 0 {
		return nil, fmt.Errorf("none of the %d objects was made by Cloison: kustomize has not run it", len(manifests))
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		s.components = append(s.components, *byName[name])
	}
	slices.SortFunc(s.kinds, func(a, b kindCount) int { return cmp.Compare(a.kind, b.kind) })
	return s, nil
}

func (s *summary) count(m *manifest) {
	at := slices.IndexFunc(s.kinds, func(k kindCount) bool { return k.kind == m.Kind })
	if at < 0 {
		at = len(s.kinds)
		s.kinds = append(s.kinds, kindCount{kind: m.Kind})
	}
	if m.generated() {
		s.kinds[at].generated++
		s.generated.add(m)
		return
	}
	s.kinds[at].handwritten++
	s.handwritten.add(m)
}

func (s *size) add(m *manifest) {
	s.objects++
	s.lines += m.lines()
}

// add adds a manifest of the component to the summary. namespaces are the components by namespace.
func (c *component) add(m *manifest, namespaces map[string]string) error {
	switch m.Kind {
	case "ExternalSecret":
		return c.addSecret(m)
	case "NetworkPolicy":
		return c.addFlows(m, namespaces)
	case "RoleBinding":
		return c.addAccess(m)
	case "ResourceQuota":
		return c.addQuota(m)
	}
	return nil
}

func (c *component) addSecret(m *manifest) error {
	external, err := specOf[struct{ Spec eso.ExternalSecretSpec }](m)
	if err != nil {
		return err
	}
	found := secret{target: external.Spec.Target.Name, keys: len(external.Spec.Data)}
	for _, read := range external.Spec.Reads() {
		found.folder = read.From.Folder
		switch read.Kind {
		case eso.ReadExtract:
			found.extracted = append(found.extracted, read.From.Name)
		case eso.ReadFind:
			found.optional = append(found.optional, read.Key)
		case eso.ReadValue, eso.ReadGenerator:
		}
	}
	c.secrets = append(c.secrets, found)
	return nil
}

func (c *component) addAccess(m *manifest) error {
	binding, err := specOf[rbacv1.RoleBinding](m)
	if err != nil {
		return err
	}
	a := access{role: strings.TrimPrefix(binding.RoleRef.Name, c.name+"-")}
	for _, subject := range binding.Subjects {
		a.subjects = append(a.subjects, subject.Kind+" "+subject.Name)
	}
	c.access = append(c.access, a)
	return nil
}

func (c *component) addQuota(m *manifest) error {
	quota, err := specOf[corev1.ResourceQuota](m)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(quota.Spec.Hard)) {
		amount := quota.Spec.Hard[name]
		c.quota = append(c.quota, string(name)+" "+amount.String())
	}
	return nil
}
