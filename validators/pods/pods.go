// Package pods judges what pods import, and whether they could take it from others: family P of the findings.
package pods

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
)

// Check returns what is wrong, in any order. flow is that of the set.
func Check(set *objects.Set, components *scope.Scope, flow *secretflow.Graph) []finding.Finding {
	c := &checker{set: set, scope: components, graph: flow}
	c.findKeys()
	c.findNodeFolders()
	for _, p := range c.parts() {
		p.findUsed()
		c.judgeImports(p)
		c.judgeReaders(p)
		c.judgeVariables(p)
		c.judgeConsumption(p)
		c.judgeConfigMaps(p)
		c.judgeNode(p)
		c.judgePodSecurity(p)
		c.judgeUndecided(p)
	}
	c.judgePlainSecrets()
	c.judgeCopies()
	c.judgeCopiesOut()
	return c.findings
}

// syncRuntime is the name of the Deployment, the service account and the Role of the engine Cloison. It reads the Secrets of
// its component through the API, to write them.
const syncRuntime = "cloison-sync"

type checker struct {
	set      *objects.Set
	scope    *scope.Scope
	graph    *secretflow.Graph
	findings []finding.Finding

	// credentials are the Secrets that hold the API keys of stores, and who says so. A ClusterSecretStore that names no
	// namespace means the Secret of that name in every one: it has none here.
	credentials map[secretflow.Ref]string
	// elsewhere are the namespaces in which a Secret of a name is created.
	elsewhere map[string][]string
	// copied are the names of Secrets that a controller copies into other namespaces.
	copied map[string]bool
	pods   *podSecurity
	// nodeFolders are the claims behind which there is a folder of the node.
	nodeFolders map[secretflow.Ref]nodeFolder
	// specs are the ExternalSecrets; nil until they are asked for.
	specs map[*objects.Object]*eso.ExternalSecretSpec
}

// about adds a finding about an object.
func (c *checker) about(o *objects.Object, f finding.Finding) {
	c.findings = append(c.findings, o.About(f))
}

// part is a component with what the input has of it.
type part struct {
	*scope.Component
	namespace  *objects.Typed[corev1.Namespace]
	workloads  []*objects.Workload
	uses       []secretflow.Use
	configMaps map[string]*objects.Typed[corev1.ConfigMap]
	secrets    []*secretflow.Secret
	ingresses  []*objects.Typed[netv1.Ingress]
	accounts   []*objects.Typed[corev1.ServiceAccount]
	roles      []*objects.Typed[rbacv1.Role]
	others     []*objects.Object
	// importers are the uses by the Secret's name; nil until they are asked for.
	importers map[string][]*secretflow.Use
	// names are what objects of other kinds mention; nil until it is asked for.
	names map[string]bool
	// used are the Secrets and keys that a container imports; those that a misspelt reference means are among them. The key
	// is empty where every key is imported.
	used map[[2]string]bool
	// holders are the Secrets of the component by the keys they have; nil until it is asked for.
	holders map[string]string
}

// parts gathers what the input has of every component, in their order.
func (c *checker) parts() []*part {
	byNamespace := map[string]*part{}
	var found []*part
	for i := range c.scope.Components {
		p := &part{Component: &c.scope.Components[i], configMaps: map[string]*objects.Typed[corev1.ConfigMap]{}}
		byNamespace[p.Namespace], found = p, append(found, p)
	}
	for i := range c.set.Namespaces {
		if o := &c.set.Namespaces[i]; byNamespace[o.Name] != nil {
			byNamespace[o.Name].namespace = o
		}
	}
	for _, w := range c.set.Workloads {
		if p := byNamespace[w.Namespace]; p != nil {
			p.workloads = append(p.workloads, w)
		}
	}
	for _, use := range c.graph.Uses {
		if p := byNamespace[use.Secret.Namespace]; p != nil {
			p.uses = append(p.uses, use)
		}
	}
	each(c.set.ConfigMaps, byNamespace, func(p *part, o *objects.Typed[corev1.ConfigMap]) { p.configMaps[o.Name] = o })
	each(c.set.Ingresses, byNamespace, func(p *part, o *objects.Typed[netv1.Ingress]) { p.ingresses = append(p.ingresses, o) })
	each(c.set.ServiceAccounts, byNamespace, func(p *part, o *objects.Typed[corev1.ServiceAccount]) {
		p.accounts = append(p.accounts, o)
	})
	each(c.set.Roles, byNamespace, func(p *part, o *objects.Typed[rbacv1.Role]) { p.roles = append(p.roles, o) })
	for _, o := range c.set.All {
		if p := byNamespace[o.Namespace]; p != nil {
			p.others = append(p.others, o)
		}
	}
	for _, ref := range slices.SortedFunc(maps.Keys(c.graph.Secrets), compareRefs) {
		if p := byNamespace[ref.Namespace]; p != nil {
			p.secrets = append(p.secrets, c.graph.Secrets[ref])
		}
	}
	return found
}

// each visits the objects of a kind that stand in the namespaces of components.
func each[T any](list []objects.Typed[T], byNamespace map[string]*part, visit func(*part, *objects.Typed[T])) {
	for i := range list {
		if p := byNamespace[list[i].Namespace]; p != nil {
			visit(p, &list[i])
		}
	}
}

// group is the secret group whose target a Secret is; nil where nothing is declared of it.
func (p *part) group(secret string) *plan.SecretGroup {
	if p.Plan == nil {
		return nil
	}
	for i := range p.Plan.Groups {
		if p.Plan.Groups[i].Target == secret {
			return &p.Plan.Groups[i]
		}
	}
	return nil
}

// declares says whether the group has the key, or may have it.
func declares(g *plan.SecretGroup, key string) bool {
	is := func(e plan.Entry) bool { return e.Key == key }
	return g != nil && (len(g.Extract) > 0 || slices.ContainsFunc(g.Entries, is) || slices.ContainsFunc(g.Optional, is))
}
