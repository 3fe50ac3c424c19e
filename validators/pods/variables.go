package pods

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
	"cloison.dev/cloison/validators/pods/plaintext"
)

// container is a container of a workload, with what it imports by envFrom.
type container struct {
	objects.Container

	workload *objects.Workload
	sources  []source
}

// variable is the path of a variable under env.
func (of container) variable(i int) fieldpath.Path { return of.Path.Child("env").Index(i) }

// source is one entry of envFrom.
type source struct {
	index    int
	isSecret bool
	name     string
	// variables are those it sets, as far as they are known, with the key that each comes from.
	variables map[string]string
}

// String formats the source as "Secret shop-secrets".
func (s *source) String() string {
	if s.isSecret {
		return "Secret " + s.name
	}
	return "ConfigMap " + s.name
}

// sourcesOf reads envFrom of a container.
func (c *component) sourcesOf(of objects.Container, flow *secretflow.Graph) []source {
	var found []source
	for i, from := range of.EnvFrom {
		s := source{index: i, variables: map[string]string{}}
		switch {
		case from.SecretRef != nil:
			s.isSecret, s.name = true, from.SecretRef.Name
			if secret := flow.Lookup(secretflow.Ref{Namespace: c.Namespace, Name: s.name}); secret != nil {
				for _, key := range secret.Keys {
					s.variables[from.Prefix+key.Name] = key.Name
				}
			}
		case from.ConfigMapRef != nil:
			s.name = from.ConfigMapRef.Name
			if o := c.configMaps[s.name]; o != nil {
				for key := range o.Value.Data {
					s.variables[from.Prefix+key] = key
				}
			}
		default:
			continue
		}
		found = append(found, s)
	}
	return found
}

// repeated reports variables that a container has twice under env.
func (j *judge) repeated(c *component, result *verdict.Result) {
	for _, of := range c.containers {
		if of.workload.Custom {
			continue // how lists are merged there is not known
		}
		first := map[string]int{}
		for i := range of.Env {
			name := of.Env[i].Name
			earlier, twice := first[name]
			if !twice {
				first[name] = i
				continue
			}
			result.Add(about(of.workload.Object, finding.Finding{
				Code: finding.VariableTwice, Severity: finding.Warning, Field: of.variable(i).Child("name"),
				Message: fmt.Sprintf("container %q has the variable %q already at env[%d]: the last one wins, "+
					"and a server-side apply refuses it", of.Name, name, earlier),
				Fix: "keep one of the two",
			}))
		}
	}
}

// sources reports variables that two entries of envFrom set, if one of them is a Secret. That one ConfigMap overrides
// another is a common way to have defaults.
func (j *judge) sources(c *component, result *verdict.Result) {
	for _, of := range c.containers {
		for i := range of.sources {
			for k := range i {
				earlier, later := &of.sources[k], &of.sources[i]
				if both := c.setByBoth(earlier, later); len(both) > 0 {
					result.Add(about(of.workload.Object, finding.Finding{
						Code: finding.VariableTwice, Severity: finding.Warning,
						Field: of.Path.Child("envFrom").Index(later.index),
						Message: fmt.Sprintf("container %q gets %s from %s and from %s: the last one wins",
							of.Name, shorten(both), earlier, later),
						Fix: "import each from one place",
					}))
				}
			}
		}
	}
}

// setByBoth are the variables that two sources set, sorted, but for entries of ConfigMaps that are secrets in plain
// text: they are to be removed whatever else sets the variable.
func (c *component) setByBoth(earlier, later *source) []string {
	if !earlier.isSecret && !later.isSecret || earlier.isSecret && later.isSecret && earlier.name == later.name {
		return nil
	}
	var both []string
	for name, key := range later.variables {
		other, twice := earlier.variables[name]
		if twice && !c.isPlaintext(later, key) && !c.isPlaintext(earlier, other) {
			both = append(both, name)
		}
	}
	slices.Sort(both)
	return both
}

// isPlaintext reports whether a source is a ConfigMap whose entry is a secret in plain text.
func (c *component) isPlaintext(s *source, key string) bool {
	o := c.configMaps[s.name]
	if s.isSecret || o == nil {
		return false
	}
	reason, _ := c.literal(key, o.Value.Data[key])
	return reason != "" || plaintext.HasPassword(o.Value.Data[key])
}

// variableCheck makes a finding about a variable under env, but for its workload; none where there is nothing to say.
type variableCheck func(of container, i int) (f finding.Finding, found bool)

// ofEachVariable asks a question of every variable. A finding explains that of a later precedence about the same
// variable.
func (c *component) ofEachVariable(result *verdict.Result, precedence int, ask variableCheck) {
	for _, of := range c.containers {
		for i := range of.Env {
			if f, found := ask(of, i); found {
				subject := []verdict.Subject{{Object: of.workload.Object, Field: of.variable(i)}}
				result.Add(verdict.Candidate{
					Finding: of.workload.About(f), Precedence: precedence, Unless: subject, Explains: subject,
				})
			}
		}
	}
}

// title names a variable in messages.
func (of container) title(i int) string {
	return fmt.Sprintf("the variable %q of container %q", of.Env[i].Name, of.Name)
}

// passwords reports variables that are URLs with a password.
func (j *judge) passwords(c *component, result *verdict.Result) {
	c.ofEachVariable(result, cause, func(of container, i int) (finding.Finding, bool) {
		if !plaintext.HasPassword(of.Env[i].Value) {
			return finding.Finding{}, false
		}
		return finding.Finding{
			Code: finding.LiteralSecret, Severity: finding.Error, Field: of.variable(i).Child("value"),
			Message: of.title(i) + " is a URL with a password, as text",
			Fix: "put the URL into Scaleway Secret Manager, import it from the synced Secret, " +
				"and change the password",
		}, true
	})
}

// shadowed reports variables that hide a key which envFrom imports.
func (j *judge) shadowed(c *component, result *verdict.Result) {
	c.ofEachVariable(result, consequence, func(of container, i int) (finding.Finding, bool) {
		by, key := hides(&of.Env[i], of.sources)
		if by == nil {
			return finding.Finding{}, false
		}
		return finding.Finding{
			Code: finding.Shadowed, Severity: finding.Warning, Field: of.variable(i).Child("name"),
			Message: fmt.Sprintf("%s hides the key %q that envFrom[%d] imports from %s: the variable under env wins",
				of.title(i), key, by.index, by),
			Fix: "remove the variable under env, or rename it",
		}, true
	})
}

// hides finds the Secret under envFrom whose key a variable hides; nil where there is none. One that imports the same
// key of the same Secret hides nothing.
func hides(env *corev1.EnvVar, sources []source) (s *source, key string) {
	for i := range slices.Backward(sources) {
		s = &sources[i]
		key, found := s.variables[env.Name]
		if !s.isSecret || !found {
			continue
		}
		if from := env.ValueFrom; from != nil && from.SecretKeyRef != nil {
			if from.SecretKeyRef.Name == s.name && from.SecretKeyRef.Key == key {
				return nil, ""
			}
		}
		return s, key
	}
	return nil, ""
}

// literals reports variables whose text is probably a secret.
func (j *judge) literals(c *component, result *verdict.Result) {
	c.ofEachVariable(result, remainder, func(of container, i int) (finding.Finding, bool) {
		reason, severity := c.literal(of.Env[i].Name, of.Env[i].Value)
		if reason == "" {
			return finding.Finding{}, false
		}
		return finding.Finding{
			Code: finding.LiteralSecret, Severity: severity, Field: of.variable(i).Child("value"),
			Message: fmt.Sprintf("%s is written as text, and %s", of.title(i), reason),
			Fix:     "import it from the synced Secret; if the text is the secret, change it",
		}, true
	})
	for _, w := range c.workloads {
		result.Decide(verdict.Subject{Object: w.Object, Question: "variables"})
	}
}
