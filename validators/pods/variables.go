package pods

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

// source is one entry of envFrom.
type source struct {
	index  int
	secret bool
	name   string
	// variables are those it sets, as far as they are known, with the key that each comes from.
	variables map[string]string
}

// String formats the source as "Secret shop-secrets".
func (s *source) String() string {
	if s.secret {
		return "Secret " + s.name
	}
	return "ConfigMap " + s.name
}

// judgeVariables judges the variables of every container: those given twice, and those that hide a synced key.
func (c *checker) judgeVariables(p *part) {
	for _, w := range p.workloads {
		for container := range w.Containers() {
			sources := c.sourcesOf(p, container)
			c.judgeSources(p, w, container, sources)
			first := map[string]int{}
			for i := range container.Env {
				env := &container.Env[i]
				field := objects.Index(container.Path+".env", i)
				if earlier, twice := first[env.Name]; twice {
					c.about(w.Object, finding.Finding{
						Code: finding.VariableTwice, Severity: finding.Warning, Field: field + ".name",
						Message: fmt.Sprintf("container %q has the variable %q already at env[%d]: the last one wins, and a server-side apply refuses it", container.Name, env.Name, earlier),
						Fix:     "keep one of the two",
					})
				} else {
					first[env.Name] = i
				}
				c.judgeVariable(p, w, container, env, field, sources)
			}
			c.judgeArguments(w, container)
		}
	}
}

// sourcesOf reads envFrom of a container.
func (c *checker) sourcesOf(p *part, container objects.Container) []source {
	var found []source
	for i, from := range container.EnvFrom {
		s := source{index: i, variables: map[string]string{}}
		switch {
		case from.SecretRef != nil:
			s.secret, s.name = true, from.SecretRef.Name
			if secret := c.graph.Lookup(secretflow.Ref{Namespace: p.Namespace, Name: s.name}); secret != nil {
				for _, key := range secret.Keys {
					s.variables[from.Prefix+key.Name] = key.Name
				}
			}
		case from.ConfigMapRef != nil:
			s.name = from.ConfigMapRef.Name
			if o := p.configMaps[s.name]; o != nil {
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

// judgeSources reports variables that two entries of envFrom set, if one of them is a Secret. That one ConfigMap overrides
// another is a common way to have defaults.
func (c *checker) judgeSources(p *part, w *objects.Workload, container objects.Container, sources []source) {
	for i := range sources {
		for j := range i {
			earlier, later := &sources[j], &sources[i]
			if !earlier.secret && !later.secret || earlier.secret && later.secret && earlier.name == later.name {
				continue
			}
			var both []string
			for name, key := range later.variables {
				other, twice := earlier.variables[name]
				told := !later.secret && c.isTold(p, later.name, key) || !earlier.secret && c.isTold(p, earlier.name, other)
				if twice && !told {
					both = append(both, name)
				}
			}
			if len(both) == 0 {
				continue
			}
			slices.Sort(both)
			c.about(w.Object, finding.Finding{
				Code: finding.VariableTwice, Severity: finding.Warning,
				Field:   objects.Index(container.Path+".envFrom", later.index),
				Message: fmt.Sprintf("container %q gets %s from %s and from %s: the last one wins", container.Name, shorten(both), earlier, later),
				Fix:     "import each from one place",
			})
		}
	}
}

// judgeVariable reports a variable whose text is a secret or, if it is none, one that hides a key that envFrom imports.
func (c *checker) judgeVariable(
	p *part, w *objects.Workload, container objects.Container, env *corev1.EnvVar, field string, sources []source,
) {
	hidden, key := hides(env, sources)
	f := finding.Finding{Code: finding.LiteralSecret, Severity: finding.Error, Field: field + ".value"}
	subject := fmt.Sprintf("the variable %q of container %q", env.Name, container.Name)
	switch {
	case hasPassword(env.Value):
		f.Message = subject + " is a URL with a password, as text"
		f.Fix = "put the URL into Scaleway Secret Manager, import it from the synced Secret, and change the password"
	case hidden != nil:
		f.Code, f.Severity, f.Field = finding.Shadowed, finding.Warning, field+".name"
		f.Message = fmt.Sprintf("%s hides the key %q that envFrom[%d] imports from %s: the variable under env wins",
			subject, key, hidden.index, hidden)
		f.Fix = "remove the variable under env, or rename it"
	default:
		var reason string
		if reason, f.Severity = c.literal(p, env.Name, env.Value); reason == "" {
			return
		}
		f.Message = fmt.Sprintf("%s is written as text, and %s", subject, reason)
		f.Fix = "import it from the synced Secret; if the text is the secret, change it"
	}
	c.about(w.Object, f)
}

// hides finds the Secret under envFrom whose key a variable hides. One that imports the same key of the same Secret hides
// nothing.
func hides(env *corev1.EnvVar, sources []source) (hidden *source, key string) {
	for i := range slices.Backward(sources) {
		s := &sources[i]
		key, found := s.variables[env.Name]
		if !s.secret || !found {
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

// judgeArguments reports URLs with passwords on the command line.
func (c *checker) judgeArguments(w *objects.Workload, container objects.Container) {
	report := func(field string) {
		c.about(w.Object, finding.Finding{
			Code: finding.LiteralSecret, Severity: finding.Error, Field: field,
			Message: fmt.Sprintf("the command line of container %q has a URL with a password, as text", container.Name),
			Fix:     "import the URL into a variable from the synced Secret, write $(VARIABLE) in its place, and change the password",
		})
	}
	for i, text := range container.Command {
		if hasPassword(text) {
			report(objects.Index(container.Path+".command", i))
		}
	}
	for i, text := range container.Args {
		if hasPassword(text) {
			report(objects.Index(container.Path+".args", i))
		}
	}
}

// judgeConfigMaps reports entries of ConfigMaps whose text is a secret.
func (c *checker) judgeConfigMaps(p *part) {
	for _, name := range sortedKeys(p.configMaps) {
		o := p.configMaps[name]
		for _, key := range sortedKeys(o.Value.Data) {
			f := finding.Finding{Code: finding.LiteralSecret, Severity: finding.Error, Field: objects.Field("data", key)}
			if value := o.Value.Data[key]; hasPassword(value) {
				f.Message = fmt.Sprintf("the entry %q has a URL with a password, as text", key)
			} else {
				var reason string
				if reason, f.Severity = c.literal(p, key, value); reason == "" {
					continue
				}
				f.Message = fmt.Sprintf("the entry %q is written as text, and %s", key, reason)
			}
			f.Fix = "remove the entry and import the synced Secret; if the text is the secret, change it"
			c.about(o.Object, f)
		}
	}
}

// isTold says whether an entry of a ConfigMap has a finding of its own.
func (c *checker) isTold(p *part, configMap, key string) bool {
	o := p.configMaps[configMap]
	if o == nil {
		return false
	}
	reason, _ := c.literal(p, key, o.Value.Data[key])
	return reason != "" || hasPassword(o.Value.Data[key])
}

// literal says why a text under a name is probably a secret; empty where it is not. Sure is only that a key that the
// component syncs is a secret if it is called one.
func (c *checker) literal(p *part, name, value string) (reason string, severity finding.Severity) {
	if isHarmless(value) {
		return "", ""
	}
	if holder := p.keyHolder(name); holder != "" {
		if soundsSecret(name) {
			return fmt.Sprintf("the component has a secret of that name: a key of Secret %q", holder), finding.Error
		}
		return fmt.Sprintf("Secret %q has a key of that name: one of the two is not needed", holder), finding.Warning
	}
	if soundsSecret(name) && !p.isSecretName(value) && !strings.ContainsAny(strings.TrimSpace(value), "/\n") {
		return "it is called a secret", finding.Warning
	}
	return "", ""
}
