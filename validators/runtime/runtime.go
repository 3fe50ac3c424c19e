// Package runtime judges the sync runtime, which fills a component's Secrets where the Segregation's engine is Cloison:
// its Deployment, and the PodMonitor by which its metrics are read. Its findings are of family P. It is not part of
// package pods, because it asks another question: not which Secrets a pod imports, but whether these objects are what
// the Segregation declares. Package rbac judges the runtime's rights, package network who reaches it.
package runtime

import (
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
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
	metrics := monitors(set)
	var results []verdict.Result
	for i := range components.Components {
		c := &components.Components[i]
		if c.Plan == nil || c.Sync.Engine != spec.EngineCloison || len(c.Plan.Groups) == 0 {
			continue
		}
		w, m := deployments[c.Namespace], metrics[c.Namespace]
		if w != nil {
			results = append(results, judge(w, c))
		} else {
			results = append(results, missing(c))
		}
		if c.Sync.MetricsFrom != "" &&
			(w != nil || m != nil) { // what reads the metrics of no runtime need not be there
			results = append(results, judgeMonitor(m, c))
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
func judge(w *objects.Workload, c *scope.Component) verdict.Result {
	declared := c.Sync
	deployment, _ := w.Typed.(*appsv1.Deployment)
	template := w.SpecPath()
	found := slices.Concat(
		requirements{
			{fieldpath.Of("spec", "replicas"), finding.RuntimeDiffers, runs(deployment, declared.Pod.Replicas)},
			{fieldpath.Of("spec", "selector"), finding.RuntimeDiffers, selectsItsPods(deployment)},
			{fieldpath.Of("spec", "template", "metadata", "labels"), finding.RuntimeDiffers,
				isSelectedByPolicy(w.Pod.Labels)},
			{template.Child("containers"), finding.RuntimeDiffers, holdsRuntime(w.Pod.Spec.Containers)},
		},
		accountRequirements(template, &w.Pod.Spec),
		podSettings(template, &w.Pod.Spec, &declared.Pod),
		nothingElse(template, &w.Pod.Spec),
		podRequirements(template.Child("securityContext"), w.Pod.Spec.SecurityContext),
	)
	for container := range w.Containers() {
		at := container.Path
		if container.Name != wellknown.RuntimeName || container.Init || container.Ephemeral {
			problem := fmt.Sprintf("container %q must not be there: it shares the runtime's credential", container.Name)
			found = append(found, requirement{at, finding.RuntimeWeakened, problem})
			continue
		}
		found = slices.Concat(found,
			settings(at, container, declared),
			argumentRequirements(at.Child("args"), container.Args, c.Namespace, declared, turnsOf(c)),
			nothingElseIn(at, container),
			containerRequirements(at.Child("securityContext"), container.SecurityContext),
		)
	}
	return found.judge(w.Object, "restore the generated Deployment")
}

// requirement of one field. Where it is not met, problem says what the field must be; it is empty where it is met.
type requirement struct {
	field   fieldpath.Path
	code    finding.Code
	problem string
}

type requirements []requirement

// judge makes a finding of every requirement that is not met.
func (all requirements) judge(o *objects.Object, fix string) verdict.Result {
	var result verdict.Result
	for _, r := range all {
		result.Decide(verdict.Subject{Object: o, Field: r.field})
		if r.problem == "" {
			continue
		}
		result.Add(verdict.Candidate{Finding: o.About(finding.Finding{
			Code: r.code, Severity: finding.Error, Field: r.field, Message: r.problem, Fix: fix,
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
