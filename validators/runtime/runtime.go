// Package runtime judges the Deployment of the sync runtime, which fills a component's Secrets where the Segregation's
// engine is Cloison. Its findings are of family P. It is not part of package pods, because it asks another question:
// not which Secrets a pod imports, but whether one Deployment is what the Segregation declares. Package rbac judges its
// rights.
package runtime

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
)

// Check returns what is wrong, in any order.
func Check(set *objects.Set, components *scope.Scope) verdict.Verdict {
	deployments := map[string]*objects.Workload{}
	for _, w := range set.Workloads {
		if _, is := w.Typed.(*appsv1.Deployment); is && w.Name == wellknown.RuntimeName {
			deployments[w.Namespace] = w
		}
	}
	var results []verdict.Result
	for i := range components.Components {
		c := &components.Components[i]
		if c.Plan == nil || c.Sync.Engine != spec.EngineCloison || len(c.Plan.Groups) == 0 {
			continue
		}
		if w := deployments[c.Namespace]; w != nil {
			results = append(results, judge(w, c.Namespace, c.Sync)...)
		} else {
			results = append(results, missing(c))
		}
	}
	return verdict.Resolve(results...)
}

// missing is about a runtime without a Deployment. That it lacks its service account or rights is a finding of family
// R.
func missing(c *scope.Component) verdict.Result {
	var result verdict.Result
	result.Add(verdict.Candidate{Finding: finding.Finding{
		Code: finding.RuntimeMissing, Severity: finding.Error,
		Object: finding.Object{
			APIVersion: appsv1.SchemeGroupVersion.String(), Kind: "Deployment",
			Namespace: c.Namespace, Name: wellknown.RuntimeName,
		},
		Message: fmt.Sprintf("component %q has its secrets copied by the engine Cloison, "+
			"and the Deployment of its sync runtime is not in the manifests", c.Name),
		Fix: "restore the Deployment and whatever else of the runtime is missing, as Cloison generates them",
	}})
	return result
}

// judge runs all checks of one Deployment. None of their findings explains another one.
func judge(w *objects.Workload, namespace string, declared *plan.Sync) []verdict.Result {
	deployment, _ := w.Typed.(*appsv1.Deployment)
	template := w.SpecPath()
	results := []verdict.Result{
		requirements{
			{fieldpath.Of("spec", "replicas"), finding.RuntimeDiffers, runs(deployment)},
			{fieldpath.Of("spec", "selector"), finding.RuntimeDiffers, selectsItsPods(deployment)},
			{fieldpath.Of("spec", "template", "metadata", "labels"), finding.RuntimeDiffers,
				isSelectedByPolicy(w.Pod.Labels)},
			{template.Child("containers"), finding.RuntimeDiffers, holdsRuntime(w.Pod.Spec.Containers)},
		}.judge(w),
		accountRequirements(template, &w.Pod.Spec).judge(w),
		podRequirements(template.Child("securityContext"), w.Pod.Spec.SecurityContext).judge(w),
	}
	for container := range w.Containers() {
		at := container.Path
		if container.Name != wellknown.RuntimeName || container.Init || container.Ephemeral {
			problem := fmt.Sprintf("container %q must not be there: it shares the runtime's credential", container.Name)
			results = append(results, requirements{{at, finding.RuntimeWeakened, problem}}.judge(w))
			continue
		}
		results = append(results, settings(at, container, namespace, declared).judge(w),
			containerRequirements(at.Child("securityContext"), container.SecurityContext).judge(w))
	}
	return results
}

// requirement of one field. Where it is not met, problem says what the field must be; it is empty where it is met.
type requirement struct {
	field   fieldpath.Path
	code    finding.Code
	problem string
}

type requirements []requirement

// judge makes a finding of every requirement that is not met.
func (all requirements) judge(w *objects.Workload) verdict.Result {
	var result verdict.Result
	for _, r := range all {
		result.Decide(verdict.Subject{Object: w.Object, Field: r.field})
		if r.problem == "" {
			continue
		}
		result.Add(verdict.Candidate{Finding: w.About(finding.Finding{
			Code: r.code, Severity: finding.Error, Field: r.field,
			Message: r.problem, Fix: "restore the generated Deployment",
		})})
	}
	return result
}

// unless is a problem where a requirement is not met.
func unless(met bool, problem string) string {
	if met {
		return ""
	}
	return problem
}
