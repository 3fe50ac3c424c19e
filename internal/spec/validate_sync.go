package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

func (v *validator) sync(path fieldpath.Path, s *Sync) {
	oneOf(v, path.Child("engine"), s.Engine, EngineExternalSecrets, EngineCloison)
	v.duration(path.Child("refreshInterval"), s.RefreshInterval)
	if s.PollInterval != "" {
		v.duration(path.Child("pollInterval"), s.PollInterval)
	}
	if s.Image != "" {
		v.image(path.Child("image"), s.Image)
	}
	if s.Engine == EngineCloison {
		v.required(
			path.Child("image"),
			s.Image,
			"write the reference of an image of the sync runtime, best by its digest: "+
				"this build of Cloison was released without one (\"make image\" builds it)",
		)
	}
	v.pod(path.Child("pod"), &s.Pod)
	if s.MetricsFrom != "" {
		v.metricsFrom(path.Child("metricsFrom"), s.MetricsFrom)
	}
	if s.Engine == EngineExternalSecrets {
		v.onlyForRuntime(path.Child("pollInterval"), s.PollInterval != "")
		v.onlyForRuntime(path.Child("restart"), s.Restart)
		v.onlyForRuntime(path.Child("image"), s.Image != "")
		v.neverWithoutRuntime(path.Child("pod"), !reflect.ValueOf(s.Pod).IsZero())
		v.neverWithoutRuntime(path.Child("metricsFrom"), s.MetricsFrom != "")
	}
}

func (v *validator) image(path fieldpath.Path, value string) {
	host, _, _ := strings.Cut(value, "/")
	switch {
	case syntax.Image.Matches(value):
	case strings.Contains(host, "@"):
		// The value is not repeated: it may hold a password.
		v.Problem(finding.SpecInvalidValue, path, "must be "+syntax.Image.Must+", without user and password",
			"remove them: the kubelet has its own credentials")
	default:
		v.invalid(path, value, syntax.Image.Must, "")
	}
}

func (v *validator) onlyForRuntime(path fieldpath.Path, given bool) {
	if given {
		v.Warn(finding.SpecUnused, path, "has no effect with the engine ExternalSecrets",
			"remove it, or set spec.sync.engine to Cloison")
	}
}

// neverWithoutRuntime refuses what opens or runs something, which nobody must believe to be there.
func (v *validator) neverWithoutRuntime(path fieldpath.Path, given bool) {
	if given {
		v.Problem(finding.SpecInvalidValue, path, "must be left out with the engine ExternalSecrets, which has no "+
			"sync runtime",
			"remove it, or set spec.sync.engine to Cloison")
	}
}

// metricsFrom checks the namespace that reads the runtimes' metrics. One of a component is refused: its pods would
// reach the process that holds the secrets of every other component.
func (v *validator) metricsFrom(path fieldpath.Path, namespace string) {
	v.label(path, namespace)
	if owner := v.componentIn(namespace); owner != "" {
		v.Problem(finding.SpecInvalidValue, path,
			fmt.Sprintf("%s must not be the namespace of component %s: its pods would reach the sync runtimes of the "+
				"other components", phrase.Quote(namespace), phrase.Quote(owner)),
			"name a namespace outside the Segregation; pods of a component's own namespace reach its runtime's metrics "+
				"without this, unless internalTraffic is Deny")
	}
}

// mostReplicas bounds the pods of which all but one wait.
const mostReplicas = 10

func (v *validator) pod(path fieldpath.Path, p *RuntimePod) {
	if p.Replicas != nil && (*p.Replicas < 1 || *p.Replicas > mostReplicas) {
		v.invalid(path.Child("replicas"), strconv.Itoa(*p.Replicas),
			fmt.Sprintf("from 1 to %d: one works, the others take over when it ends", mostReplicas), "")
	}
	v.resources(path.Child("resources"), &p.Resources)
	v.pullSecrets(path.Child("imagePullSecrets"), p.ImagePullSecrets)
	v.podLabels(path.Child("nodeSelector"), p.NodeSelector)
	for i := range p.Tolerations {
		v.toleration(path.Child("tolerations").Index(i), &p.Tolerations[i])
	}
	if p.PriorityClassName != "" {
		v.objectName(path.Child("priorityClassName"), p.PriorityClassName)
	}
}

// containerResources are what the runtime uses; it has no use for others that a container may have.
var containerResources = []string{"cpu", "memory", "ephemeral-storage"}

func (v *validator) resources(path fieldpath.Path, r *Resources) {
	for _, part := range []struct {
		name       string
		quantities map[string]Quantity
	}{{"requests", r.Requests}, {"limits", r.Limits}} {
		at := path.Child(part.name)
		if part.quantities != nil && len(part.quantities) == 0 {
			v.Problem(finding.SpecRequired, at, "must have at least one resource",
				"remove it, which leaves the default, or add memory")
		}
		for _, name := range slices.Sorted(maps.Keys(part.quantities)) {
			if !slices.Contains(containerResources, name) {
				v.invalid(at.Child(name), name, "a resource of the runtime: "+phrase.List(containerResources),
					phrase.Write(phrase.ClosestWord(name, containerResources)))
			}
			v.amount(at.Child(name), name, part.quantities[name])
		}
	}
	v.requestsWithinLimits(path, r)
}

// amount checks a quantity of a resource, of which memory has whole bytes: 128m is 0.128 bytes, and meant to be 128Mi.
func (v *validator) amount(path fieldpath.Path, name string, q Quantity) {
	v.quantityOf(path, name, q)
	amount, err := q.Parse()
	if err == nil && name != "cpu" && !amount.RoundUp(resource.Scale(0)) {
		fix := ""
		if mebibytes, is := strings.CutSuffix(string(q), "m"); is {
			fix = phrase.Write(mebibytes + "Mi")
		}
		v.invalid(path, string(q), "a whole number of bytes, such as 128Mi", fix)
	}
}

// requestsWithinLimits checks that no request is above its limit, either of which may be the default.
func (v *validator) requestsWithinLimits(path fieldpath.Path, r *Resources) {
	for _, name := range slices.Sorted(maps.Keys(r.Requests)) {
		request, limit := r.Requests[name], r.Limits[name]
		if limit == "" || !exceeds(request, limit) {
			continue
		}
		if v.Written(path.Child("requests")) {
			v.invalid(path.Child("requests", name), string(request),
				"at most limits."+name+", which is "+phrase.Quote(string(limit))+v.byDefault(path.Child("limits")), "")
			continue
		}
		v.invalid(path.Child("limits", name), string(limit),
			"at least requests."+name+", which is "+phrase.Quote(string(request))+
				v.byDefault(path.Child("requests")), "")
	}
}

func (v *validator) byDefault(path fieldpath.Path) string {
	if v.Written(path) {
		return ""
	}
	return " by default"
}

// pullSecrets checks the Secrets that the image is pulled with. One that a component's runtime writes is refused, since
// the runtime cannot start without it, and so is one that holds an API key, which is for no registry.
func (v *validator) pullSecrets(path fieldpath.Path, secrets []PullSecret) {
	seen := takenNames{}
	synced := v.namesOfSecrets()
	for i, secret := range secrets {
		at := path.Index(i).Child("name")
		if !v.required(at, secret.Name, "add the name of a Secret of type kubernetes.io/dockerconfigjson") {
			continue
		}
		if !syntax.ObjectName.Matches(secret.Name) {
			v.invalidName(at, secret.Name, syntax.ObjectName.Must, "")
			continue
		}
		if other, taken := seen[secret.Name]; taken {
			v.invalid(at, secret.Name, "given once: "+other.String()+" has it", "remove one of the two")
		}
		seen[secret.Name] = at
		if owner, taken := synced[secret.Name]; taken {
			v.Problem(finding.SpecNameClash, at,
				fmt.Sprintf("%s must not be a Secret that the runtime writes or has its API key from: %s has it",
					phrase.Quote(secret.Name), owner),
				"make a Secret of type kubernetes.io/dockerconfigjson in the namespace of each component, by another "+
					"name")
		}
	}
}

// namesOfSecrets has the fields that name the targets and credentials of all groups; of equal ones the first.
func (v *validator) namesOfSecrets() takenNames {
	names := takenNames{}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(v.seg.Spec.Components))) {
		c := v.seg.Spec.Components[name]
		if c == nil {
			continue
		}
		eachGroup(name, c, func(at fieldpath.Path, g *SecretGroup) {
			names[g.Credentials.Name] = at.Child("credentials", "name")
			names[g.Target] = at.Child("target")
		})
	}
	return names
}

// toleration checks what the API server checks. Facts: docs/facts.md, "Tolerations".
func (v *validator) toleration(path fieldpath.Path, t *Toleration) {
	const exists = "Exists"
	if t.Operator != "" {
		oneOf(v, path.Child("operator"), t.Operator, exists, "Equal")
	}
	if t.Effect != "" {
		oneOf(v, path.Child("effect"), t.Effect, "NoSchedule", "PreferNoSchedule", "NoExecute")
	}
	if t.Key != "" {
		v.form(path.Child("key"), t.Key, syntax.LabelName)
	} else if t.Operator != exists {
		v.Problem(finding.SpecRequired, path.Child("key"), "must be given, unless the operator is Exists",
			"add the key of the taint, or operator: Exists for every taint")
	}
	if t.Operator == exists && t.Value != "" {
		v.invalid(path.Child("value"), t.Value, "left out with the operator Exists", "remove it, or write operator: "+
			"Equal")
	} else {
		v.form(path.Child("value"), t.Value, syntax.LabelValue)
	}
	if t.TolerationSeconds != nil && t.Effect != "NoExecute" {
		v.invalid(path.Child("tolerationSeconds"), strconv.Itoa(*t.TolerationSeconds),
			"left out, unless the effect is NoExecute", "add effect: NoExecute, or remove it")
	}
}
