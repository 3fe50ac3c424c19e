// Package generators turns a Plan into Kubernetes objects: one file per kind, no input or output. The same Plan gives
// the same objects in the same order.
package generators

import (
	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
)

// Generate returns every object of the Plan, sorted by component, and within a component in an order in which they can
// be applied. Addresses in NetworkPolicies are those of the given cluster.
func Generate(p *plan.Plan, in cluster.Cluster) []Object {
	var objects []Object
	each := make([]probes, len(p.Components))
	if p.Sync.Engine == spec.EngineCloison {
		each = newProbes(p)
	}
	for i := range p.Components {
		c := component{
			Component: &p.Components[i], segregation: p.Segregation, cluster: addresses{in}, probes: each[i],
		}
		objects = append(objects, c.generate(&p.Sync)...)
	}
	for _, o := range objects {
		annotate(o, &p.Generated)
	}
	return objects
}

// annotate adds what the Segregation adds to generated objects. An annotation that an object has stays.
func annotate(o Object, added *spec.Generated) {
	kind := o.GetObjectKind().GroupVersionKind().Kind
	all := added.Annotations
	if own := added.Kinds[kind]; own != nil {
		all = with(all, own.Annotations)
	}
	if added.SyncWaves {
		all = with(map[string]string{wellknown.SyncWaveAnnotation: syncWave(kind)}, all)
	}
	if len(all) > 0 {
		o.SetAnnotations(with(all, o.GetAnnotations()))
	}
}

// syncWave is when Argo CD applies objects of a kind: before those of the application, which are in wave 0.
func syncWave(kind string) string {
	switch kind {
	case "Namespace":
		return "-3"
	case "ExternalSecret", "Deployment", "PodMonitor":
		return "-1"
	}
	return "-2"
}

// component generates the objects of one component.
type component struct {
	*plan.Component
	segregation string
	cluster     addresses
	probes      probes
}

func (c component) generate(sync *plan.Sync) []Object {
	objects := []Object{c.namespace(), c.defaultServiceAccount()}
	objects = append(objects, c.access()...)
	objects = append(objects, c.networkPolicies()...)
	if quota := c.resourceQuota(); quota != nil {
		objects = append(objects, quota)
	}
	if limits := c.limitRange(); limits != nil {
		objects = append(objects, limits)
	}
	for i := range c.Groups {
		objects = append(objects, c.secretStore(&c.Groups[i], sync))
	}
	for i := range c.Groups {
		objects = append(objects, c.externalSecret(&c.Groups[i]))
	}
	if sync.Engine == spec.EngineCloison && len(c.Groups) > 0 {
		objects = append(objects, c.syncRuntime(sync)...)
	}
	return objects
}
