package pods

import (
	"cmp"
	"fmt"
	"strings"

	"k8s.io/pod-security-admission/api"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/validators/pods/sandbox"
)

// enforced is what the namespace's labels have the API server enforce; the zero value where that is not known.
func (c *component) enforced() api.LevelVersion {
	if c.namespace == nil {
		return api.LevelVersion{}
	}
	return sandbox.Enforced(c.namespace.Labels)
}

// levels judges the namespace's labels of the Pod Security Standards. That there is no Namespace is a finding of family
// K.
func (j *judge) levels(c *component, result *verdict.Result) {
	if c.namespace == nil {
		return
	}
	declared := spec.PodSecurity{}
	if c.Plan != nil {
		declared = c.Plan.PodSecurity
	}
	for _, mode := range []struct {
		name, level, version string
		declared             spec.PodSecurityLevel
	}{
		{"enforce", api.EnforceLevelLabel, api.EnforceVersionLabel, declared.Enforce},
		{"warn", api.WarnLevelLabel, api.WarnVersionLabel, declared.Warn},
		{"audit", api.AuditLevelLabel, api.AuditVersionLabel, declared.Audit},
	} {
		level := verdict.Subject{Object: c.namespace.Object, Field: labelField(mode.level)}
		result.Decide(level)
		if f, wrong := c.levelFinding(mode.name, mode.level, api.Level(mode.declared)); wrong {
			candidate := about(c.namespace.Object, f)
			candidate.Explains = []verdict.Subject{level}
			result.Add(candidate)
		}
		if f, wrong := c.versionFinding(mode.level, mode.version); wrong {
			candidate := about(c.namespace.Object, f)
			candidate.Precedence, candidate.Unless = consequence, []verdict.Subject{level}
			result.Add(candidate)
		}
	}
}

func labelField(label string) fieldpath.Path { return fieldpath.Of("metadata", "labels", label) }

// levelFinding is the finding about the level of one mode.
func (c *component) levelFinding(mode, label string, declared api.Level) (f finding.Finding, wrong bool) {
	text, found := c.namespace.Labels[label]
	f = finding.Finding{
		Code: finding.PodSecurityWeak, Severity: finding.Error, Field: labelField(label),
		Fix: fmt.Sprintf("label the namespace %s: %s", label, cmp.Or(string(declared), "baseline or restricted")),
	}
	level, err := api.ParseLevel(text)
	if !found {
		level = api.LevelPrivileged // as the API server has it
	}
	switch {
	case found && err != nil:
		f.Message = fmt.Sprintf("the level is %q, must be privileged, baseline or restricted", text)
	case declared != "" && api.CompareLevels(level, declared) < 0:
		if mode != "enforce" {
			f.Severity = finding.Warning
		}
		is := "not set"
		if found {
			is = fmt.Sprintf("%q", level)
		}
		f.Message = fmt.Sprintf("the Pod Security Standard to %s is %s, must be %q or stricter as component %q "+
			"declares",
			mode, is, declared, c.Name)
	case declared == api.LevelPrivileged && mode == "enforce" && level == api.LevelPrivileged:
		return c.declaredPrivileged(f), true
	case declared == "" && mode == "enforce" && level == api.LevelPrivileged:
		f.Severity = finding.Warning
		f.Message = "the namespace enforces no Pod Security Standard, so that its pods may take over their nodes"
		if found {
			f.Message = fmt.Sprintf("the Pod Security Standard to enforce is %q, which forbids nothing, "+
				"so that pods may take over their nodes", level)
		}
	default:
		return f, false
	}
	if mode == "enforce" && level == api.LevelPrivileged && (!found || err == nil) {
		f.Lead = c.ontoNodes()
	}
	return f, true
}

// ontoNodes is that whoever may run pods in the component has nodes.
func (c *component) ontoNodes() *finding.Lead {
	return finding.NewLead(finding.OfNewPods.In(c.Namespace), finding.OfNode.In(""))
}

// declaredPrivileged is the finding about a namespace in which a Segregation wants nothing enforced: whoever may run
// pods there reads the Secrets of every component that has pods on the same nodes.
func (c *component) declaredPrivileged(f finding.Finding) finding.Finding {
	f.Message = fmt.Sprintf("component %q declares the Pod Security Standard \"privileged\" to be enforced, which "+
		"forbids nothing, so that pods may take over their nodes", c.Name)
	f.Fix, f.Lead = "declare baseline or restricted, or accept the finding with a reason", c.ontoNodes()
	runner := c.runner()
	if runner == "" {
		f.Severity = finding.Warning
		return f
	}
	f.Counterexample = runner + " may run such a pod, and reads every Secret of the pods on its node"
	return f
}

// runner is who may run pods of the component; empty where the input has nobody.
func (c *component) runner() string {
	for _, access := range c.Plan.Access {
		if access.Role != spec.RoleDeveloper {
			continue
		}
		for _, subject := range access.Subjects {
			return fmt.Sprintf("%s %q, who has the role %s,", subject.Kind, subject.Name, access.Role)
		}
	}
	for _, w := range c.workloads {
		if w.Name != wellknown.RuntimeName {
			return "whoever changes " + w.String()
		}
	}
	return ""
}

// versionFinding is the finding about a standard that is fixed to a version which has fewer rules than the newest.
func (c *component) versionFinding(levelLabel, label string) (f finding.Finding, wrong bool) {
	text, found := c.namespace.Labels[label]
	level := c.namespace.Labels[levelLabel]
	if !found || level == "" || api.Level(level) == api.LevelPrivileged {
		return f, false
	}
	f = finding.Finding{Code: finding.PodSecurityWeak, Field: labelField(label),
		Fix: "remove the label, or write latest"}
	version, err := api.ParseVersion(text)
	newest := sandbox.NewestRule()
	switch {
	case err != nil:
		f.Severity = finding.Error
		f.Message = fmt.Sprintf("the version is %q, must be latest or of the form v1.30", text)
	case !version.Latest() && version.Older(newest):
		f.Severity = finding.Warning
		f.Message = fmt.Sprintf("the standard is pinned to %s: rules that later versions added, up to %s, do not hold",
			text, newest.String())
	default:
		return f, false
	}
	return f, true
}

// refusals reports workloads whose pods the API server refuses for what the namespace enforces.
func (j *judge) refusals(c *component, result *verdict.Result) {
	enforced := c.enforced()
	if !sandbox.Restricts(enforced.Level) {
		return
	}
	for _, w := range c.workloads {
		if w.Custom {
			continue // an operator may add what is asked for
		}
		result.Decide(verdict.Subject{Object: w.Object, Question: "Pod Security"})
		if reasons := j.standards().Refusals(enforced, w.Pod); len(reasons) > 0 {
			result.Add(about(w.Object, finding.Finding{
				Code: finding.PodRefused, Severity: finding.Error, Field: w.SpecPath(),
				Message: fmt.Sprintf("the namespace enforces the Pod Security Standard %q, "+
					"so that the API server refuses the pods: %s", enforced.Level, strings.Join(reasons, "; ")),
				Fix: "change the pods' security context, or the level that the namespace enforces",
			}))
		}
	}
}
