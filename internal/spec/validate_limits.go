package spec

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// quotaNames are the names that a ResourceQuota may limit without a domain. Facts: docs/facts.md, "Names in quotas".
var quotaNames = []string{
	"cpu", "memory", "ephemeral-storage",
	"requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
	"limits.cpu", "limits.memory", "limits.ephemeral-storage",
	"pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims",
	"services.nodeports", "services.loadbalancers",
}

func (v *validator) quota(path fieldpath.Path, quota map[string]Quantity) {
	if quota != nil && len(quota) == 0 {
		v.Problem(finding.SpecRequired, path, "must limit at least one resource", "remove it, or add pods: 20")
	}
	for _, name := range slices.Sorted(maps.Keys(quota)) {
		at := path.Child(name)
		v.quantityOf(at, name, quota[name])
		if amount, err := quota[name].Parse(); err == nil && isCount(name) && amount.MilliValue()%1000 != 0 {
			v.invalid(at, string(quota[name]), "a whole number: "+name+" are counted", "")
		}
		if slices.Contains(quotaNames, name) || isQualifiedResource(name) && syntax.LabelName.Matches(name) {
			continue
		}
		fix := ""
		if similar := phrase.ClosestWord(name, quotaNames); strings.Contains(name, "gpu") {
			fix = "write requests.nvidia.com/gpu"
		} else if similar != "" {
			fix = "write " + similar
		}
		v.invalid(at, name,
			"a resource that a ResourceQuota knows, such as requests.cpu, pods or count/deployments.apps", fix)
	}
}

// isQualifiedResource reports whether name is one that only the cluster can judge: extended resources, counts, storage
// classes and huge pages.
func isQualifiedResource(name string) bool {
	return strings.Contains(strings.Trim(name, "/"), "/") || strings.Contains(name, ".storageclass.storage.k8s.io/") ||
		strings.HasPrefix(strings.TrimPrefix(name, "requests."), "hugepages-")
}

// isCount reports whether a quota's resource is a number of objects.
func isCount(name string) bool {
	counted := quotaNames[slices.Index(quotaNames, "pods"):]
	return slices.Contains(counted, name) || strings.HasPrefix(name, "count/")
}

// quantityOf checks a quantity of a resource.
func (v *validator) quantityOf(path fieldpath.Path, name string, q Quantity) {
	_, err := q.Parse()
	if err == nil {
		return
	}
	fix := syntax.Quantity.Fix(string(q))
	if strings.HasSuffix(name, "cpu") {
		fix = syntax.FixCPU(string(q))
	}
	v.Problem(finding.SpecInvalidValue, path, err.Error(), fix)
}

// limitResources are the resources a LimitRange item may name, by type.
var limitResources = map[string][]string{
	"Container":             {"cpu", "memory", "ephemeral-storage"},
	"Pod":                   {"cpu", "memory", "ephemeral-storage"},
	"PersistentVolumeClaim": {"storage"},
}

func (v *validator) limits(path fieldpath.Path, items []LimitItem) {
	types := map[string]fieldpath.Path{}
	for i := range items {
		item, at := &items[i], path.Index(i)
		if v.required(at.Child("type"), item.Type, "add type: Container, Pod or PersistentVolumeClaim") {
			oneOf(v, at.Child("type"), item.Type, "Container", "Pod", "PersistentVolumeClaim")
		}
		if first, taken := types[item.Type]; taken {
			v.invalid(at.Child("type"), item.Type, "given once: "+first.String()+" has it", "join the two items")
		} else if item.Type != "" {
			types[item.Type] = at
		}
		v.limitItem(at, item)
	}
}

func (v *validator) limitItem(path fieldpath.Path, item *LimitItem) {
	for _, field := range []struct {
		name   string
		values map[string]Quantity
	}{
		{"max", item.Max}, {"min", item.Min}, {"default", item.Default},
		{"defaultRequest", item.DefaultRequest}, {"maxLimitRequestRatio", item.MaxLimitRequestRatio},
	} {
		at := path.Child(field.name)
		onlyContainers := strings.HasPrefix(field.name, "default")
		if len(field.values) > 0 && onlyContainers && item.Type != string(corev1.LimitTypeContainer) {
			v.Problem(finding.SpecInvalidValue, at, "must be left out: only the type Container has defaults",
				"remove it")
		}
		for _, name := range slices.Sorted(maps.Keys(field.values)) {
			v.quantityOf(at.Child(name), name, field.values[name])
			allowed := limitResources[item.Type]
			if allowed != nil && !slices.Contains(allowed, name) && !isLimitResource(name) {
				v.invalid(at.Child(name), name, "a resource of a "+item.Type+": "+phrase.List(allowed), "")
			}
		}
	}
	v.limitOrder(path, item)
	bounded := item.Min["storage"] != "" || item.Max["storage"] != ""
	if item.Type == string(corev1.LimitTypePersistentVolumeClaim) && !bounded {
		v.Problem(finding.SpecRequired, path, "must bound the storage of a PersistentVolumeClaim",
			"add max: {storage: 100Gi}, or a min")
	}
	for _, name := range slices.Sorted(maps.Keys(item.MaxLimitRequestRatio)) {
		if exceeds("1", item.MaxLimitRequestRatio[name]) {
			v.invalid(path.Child("maxLimitRequestRatio", name), string(item.MaxLimitRequestRatio[name]),
				"at least 1: a limit is never below its request", "")
		}
	}
}

// isLimitResource reports whether a LimitRange may name an extended resource or huge pages like this.
func isLimitResource(name string) bool {
	return isQualifiedResource(name) && syntax.LabelName.Matches(name) &&
		!strings.HasPrefix(name, "requests.") && !strings.Contains(name, ".storageclass.storage.k8s.io/")
}

// limitOrder checks min <= defaultRequest <= default <= max, without which the API server refuses the LimitRange.
func (v *validator) limitOrder(path fieldpath.Path, item *LimitItem) {
	steps := []struct {
		name   string
		values map[string]Quantity
	}{{"min", item.Min}, {"defaultRequest", item.DefaultRequest}, {"default", item.Default}, {"max", item.Max}}
	for i, low := range steps {
		for _, high := range steps[i+1:] {
			for _, resourceName := range slices.Sorted(maps.Keys(low.values)) {
				bound, given := high.values[resourceName]
				if given && exceeds(low.values[resourceName], bound) {
					v.invalid(path.Child(low.name).Child(resourceName), string(low.values[resourceName]),
						"at most "+high.name+" of "+resourceName+", which is "+phrase.Quote(string(bound)), "")
				}
			}
		}
	}
}

// exceeds reports whether a is more than b. Quantities that cannot be read exceed nothing: they are reported at their
// own field.
func exceeds(a, b Quantity) bool {
	var amounts [2]resource.Quantity
	for i, q := range []Quantity{a, b} {
		amount, err := q.Parse()
		if err != nil {
			return false
		}
		amounts[i] = amount
	}
	return amounts[0].Cmp(amounts[1]) > 0
}

// HasStorage reports whether the quota says that the component has volumes.
func (c *Component) HasStorage() bool {
	for name := range c.Quota {
		if name == "persistentvolumeclaims" || name == "requests.storage" ||
			strings.Contains(name, ".storageclass.storage.k8s.io/") || name == "count/persistentvolumeclaims" {
			return true
		}
	}
	return false
}
