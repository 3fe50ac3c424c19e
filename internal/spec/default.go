package spec

import (
	"path"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/strict"
	"cloison.dev/cloison/internal/version"
	"cloison.dev/cloison/internal/wellknown"
)

// Defaults that do not depend on the rest of the spec.
const (
	DefaultRefreshInterval Duration = "1h"
	DefaultPollInterval    Duration = "30s"
	DefaultAccessKey                = "access-key"
	DefaultSecretKey                = "secret-key"
	DefaultReplicas                 = 1
)

// DefaultRequests are those of a sync runtime's container.
func DefaultRequests() map[string]Quantity {
	return map[string]Quantity{"cpu": "20m", "memory": "32Mi"}
}

// DefaultLimits are those of a sync runtime's container.
func DefaultLimits() map[string]Quantity {
	return map[string]Quantity{"cpu": "500m", "memory": "128Mi"}
}

// nameSecrets names the secrets of keys under map that have no source of their own. A name that is given and empty
// stays, and is refused.
func nameSecrets(seg *Segregation, d *strict.Document) {
	for name, c := range seg.Spec.Components {
		if c == nil {
			continue
		}
		eachGroup(name, c, func(path fieldpath.Path, g *SecretGroup) {
			for key, source := range g.Map {
				if source != nil && !d.Written(path.Child("map", key, "secret")) {
					source.Secret = g.SecretNames.Of(key)
				}
			}
		})
	}
}

// setDefaults fills every field that was left out and changes none that was given.
func setDefaults(seg *Segregation) {
	s := &seg.Spec
	fill(&s.Scaleway.PathPrefix, "/")
	fill(&s.Sync.Engine, EngineExternalSecrets)
	fill(&s.Sync.RefreshInterval, DefaultRefreshInterval)
	fill(&s.Validation.Undecided, UndecidedReport)
	if s.Sync.Engine == EngineCloison {
		fill(&s.Sync.PollInterval, DefaultPollInterval)
		fill(&s.Sync.Image, version.RuntimeImage())
		defaultPod(&s.Sync.Pod)
	}
	for name, component := range s.Components {
		if component == nil {
			continue // a value of the wrong type, already reported
		}
		defaultComponent(component, name, seg)
	}
}

func defaultPod(pod *RuntimePod) {
	if pod.Replicas == nil {
		pod.Replicas = new(DefaultReplicas)
	}
	if pod.Resources.Requests == nil {
		pod.Resources.Requests = DefaultRequests()
	}
	if pod.Resources.Limits == nil {
		pod.Resources.Limits = DefaultLimits()
	}
}

func defaultComponent(c *Component, name string, seg *Segregation) {
	fill(&c.Namespace, seg.Metadata.Name+"-"+name)
	fill(&c.PodSecurity.Enforce, "baseline")
	fill(&c.PodSecurity.Warn, "restricted")
	fill(&c.PodSecurity.Audit, "restricted")
	fill(&c.InternalTraffic, InternalAllow)
	if c.Scaleway == nil {
		c.Scaleway = &Scaleway{}
	}
	fill(&c.Scaleway.Region, seg.Spec.Scaleway.Region)
	fill(&c.Scaleway.ProjectID, seg.Spec.Scaleway.ProjectID)
	fill(&c.Scaleway.PathPrefix, seg.Spec.Scaleway.PathPrefix)
	for i := range c.Access {
		defaultSubjects(c.Access[i].Subjects, c.Namespace)
	}
	if c.Secrets != nil {
		defaultGroup(c.Secrets, c, name, "", seg)
	}
	for group, g := range c.SecretGroups {
		if g != nil {
			defaultGroup(g, c, name, "-"+group, seg)
		}
	}
	for group, g := range c.shared {
		defaultGroup(g, c, name, "-"+group, seg)
	}
}

// defaultGroup fills a group; suffix is "" for the default group and "-<group>" for the others.
func defaultGroup(g *SecretGroup, c *Component, component, suffix string, seg *Segregation) {
	fill(&g.Path, path.Join("/", c.Scaleway.PathPrefix, c.Namespace+suffix))
	fill(&g.SecretNames, SecretNamesKebab)
	fill(&g.Type, string(corev1.SecretTypeOpaque))
	fill(&g.Target, component+suffix+"-secrets")
	fill(&g.Store, component+suffix+"-secretstore")
	fill(&g.Credentials.Name, "scw-"+component+suffix+"-credentials")
	fill(&g.Credentials.AccessKey, DefaultAccessKey)
	fill(&g.Credentials.SecretKey, DefaultSecretKey)
	fill(&g.RefreshInterval, seg.Spec.Sync.RefreshInterval)
}

func defaultSubjects(subjects []Subject, namespace string) {
	for i := range subjects {
		subject := &subjects[i]
		if subject.Kind == "ServiceAccount" {
			fill(&subject.Namespace, namespace)
			continue
		}
		fill(&subject.APIGroup, wellknown.RBACGroup)
	}
}

// fill sets a field that was left out.
func fill[T ~string](field *T, value T) {
	if *field == "" {
		*field = value
	}
}
