package pods

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/scope"
	"cloison.dev/cloison/internal/secretflow"
	"cloison.dev/cloison/internal/verdict"
)

// reference is a use of a Secret, and what is known of the Secret.
type reference struct {
	*secretflow.Use

	// secret is nil where nothing in the input creates it.
	secret *secretflow.Secret
	// group is what a Segregation declares of it; nil where that is nothing.
	group *plan.SecretGroup
	// apiKey says whose API key the Secret holds; empty where it holds none.
	apiKey string
	// meant is the Secret, or the key of the Secret, that a misspelt name probably means; empty where the name is
	// right, or none is similar.
	meant string
}

// apiKeys finds the Secrets that hold API keys, and says whose.
func apiKeys(components *scope.Scope, flow *secretflow.Graph) map[secretflow.Ref]string {
	found := map[secretflow.Ref]string{}
	for i := range components.Components {
		if declared := components.Components[i].Plan; declared != nil {
			for _, g := range declared.Groups {
				ref := secretflow.Ref{Namespace: declared.Namespace, Name: g.Credentials.Name}
				found[ref] = fmt.Sprintf("the API key with which SecretStore %s/%s reads %s", declared.Namespace,
					g.Store, g.Folder)
			}
		}
	}
	for _, store := range flow.Stores {
		for _, ref := range []secretflow.Ref{store.AccessKeyIn, store.SecretKeyIn} {
			if _, known := found[ref]; ref.Name != "" && !known {
				found[ref] = fmt.Sprintf("the API key of %s", store.Object)
			}
		}
	}
	return found
}

// apiKey says whose API key a Secret holds; empty where it holds none.
func (j *judge) apiKey(ref secretflow.Ref) string {
	return cmp.Or(j.apiKeys[ref], j.apiKeys[secretflow.Ref{Name: ref.Name}])
}

// references looks up what a component's uses refer to. A name that is misspelt several times means the same every
// time, and no two names mean the same.
func (j *judge) references(c *component) []reference {
	found := make([]reference, len(c.uses))
	s := speller{component: c, taken: c.imports(), meant: map[secretKey]string{}}
	for i := range c.uses {
		use := &c.uses[i]
		r := reference{Use: use, secret: j.graph.Lookup(use.Secret), group: c.group(use.Secret.Name),
			apiKey: j.apiKey(use.Secret)}
		switch {
		case r.Via == secretflow.ViaImagePullSecret || r.apiKey != "":
		case j.isMissing(&r) && len(j.createdIn[r.Secret.Name]) == 0:
			r.meant = s.secret(r.Secret.Name)
		case r.isKeyMissing() && (r.Optional || !r.isSubPath()):
			r.meant = s.key(r.secret, r.Key)
		}
		found[i] = r
	}
	return found
}

// isMissing reports whether the reference is to a Secret that must be there and that nothing creates. API keys are
// never among the manifests; when the pods of custom objects run, and whether they need it, is not known.
func (j *judge) isMissing(r *reference) bool {
	return !r.Optional && !r.Workload.Custom && r.secret == nil && r.group == nil && r.apiKey == "" &&
		!tokenName().MatchString(r.Secret.Name)
}

// isKeyMissing reports whether the reference is to a key that its Secret never has.
func (r *reference) isKeyMissing() bool {
	return r.secret != nil && r.Key != "" && !r.Workload.Custom && !r.secret.Open && !hasKey(r.secret, r.Key) && !declares(r.group, r.Key)
}

// isSubPath reports whether a file of the volume is mounted by its name.
func (r *reference) isSubPath() bool { return isFile(r.Use) && r.KeyField.IsZero() }

func isFile(use *secretflow.Use) bool {
	return use.Via == secretflow.ViaVolume || use.Via == secretflow.ViaProjected
}

func hasKey(secret *secretflow.Secret, name string) bool {
	return slices.ContainsFunc(secret.Keys, func(k secretflow.Key) bool { return k.Name == name })
}

// secretKey names a key of a Secret of one component. The key is empty for the whole Secret.
type secretKey struct{ secret, key string }

// imports are the Secrets and keys that containers of the component import. A volume that no container mounts imports
// none.
func (c *component) imports() map[secretKey]bool {
	imported := map[secretKey]bool{}
	for i := range c.uses {
		if use := &c.uses[i]; !isFile(use) || use.Container != "" {
			imported[secretKey{use.Secret.Name, use.Key}] = true
		}
	}
	return imported
}

// speller finds the names that misspelt ones mean.
type speller struct {
	*component

	// taken are the Secrets and keys that are imported, or that a misspelt name means.
	taken map[secretKey]bool
	// meant has the answers so far.
	meant map[secretKey]string
}

// secret finds a Secret of a similar name that nothing imports.
func (s *speller) secret(misspelt string) string {
	asked := secretKey{misspelt, ""}
	if meant, known := s.meant[asked]; known {
		return meant
	}
	for _, secret := range s.secrets {
		if phrase.Similar(secret.Name, misspelt) && !s.isTaken(secret) {
			s.taken[secretKey{secret.Name, ""}] = true
			s.meant[asked] = secret.Name
			break
		}
	}
	return s.meant[asked]
}

func (s *speller) isTaken(secret *secretflow.Secret) bool {
	return s.taken[secretKey{secret.Name, ""}] || slices.ContainsFunc(secret.Keys, func(k secretflow.Key) bool {
		return s.taken[secretKey{secret.Name, k.Name}]
	})
}

// key finds a key of a similar name that nothing imports.
func (s *speller) key(secret *secretflow.Secret, misspelt string) string {
	asked := secretKey{secret.Name, misspelt}
	if meant, known := s.meant[asked]; known {
		return meant
	}
	for _, key := range secret.Keys {
		if of := (secretKey{secret.Name, key.Name}); phrase.Similar(key.Name, misspelt) && !s.taken[of] {
			s.taken[of] = true
			s.meant[asked] = key.Name
			break
		}
	}
	return s.meant[asked]
}

// firsts are the references that have a key, each key once, in the order of the uses.
func firsts[K comparable](references []reference, keyOf func(*reference) (key K, has bool)) []*reference {
	seen := map[K]bool{}
	var found []*reference
	for i := range references {
		r := &references[i]
		if key, has := keyOf(r); has && !seen[key] {
			seen[key] = true
			found = append(found, r)
		}
	}
	return found
}

// written is the reference itself, as a subject.
func (r *reference) written() verdict.Subject {
	if r.Account != nil {
		return verdict.Subject{Object: r.Account, Field: r.Field}
	}
	return verdict.Subject{Object: r.Workload.Object, Field: r.Field}
}

// existence is the question whether pods may import a Secret, and whether it is there.
func existence(ref secretflow.Ref) verdict.Subject {
	return verdict.Subject{Question: "Secret " + objects.Path(ref.Namespace, ref.Name)}
}

// existenceOfKey is the question whether a Secret has a key.
func existenceOfKey(ref secretflow.Ref, key string) verdict.Subject {
	return verdict.Subject{Question: "Secret " + objects.Path(ref.Namespace, ref.Name) + " key " + key}
}

// consumptionOf is the question whether anything imports a key; without one, any key of the Secret.
func consumptionOf(namespace, secret, key string) verdict.Subject {
	return verdict.Subject{Question: "import of Secret " + objects.Path(namespace, secret) + " key " + key}
}

// routeOf describes how a workload comes to a Secret. Format: Deployment a/api, container "c", env TOKEN, Secret a/s
// key TOKEN.
func routeOf(use *secretflow.Use) string {
	steps := []string{use.Workload.String()}
	if use.Container != "" {
		steps = append(steps, fmt.Sprintf("container %q", use.Container))
	}
	steps = append(steps, strings.TrimSpace(string(use.Via)+" "+use.Variable))
	secret := "Secret " + objects.Path(use.Secret.Namespace, use.Secret.Name)
	if use.Key != "" {
		secret += " key " + use.Key
	}
	return strings.Join(append(steps, secret), ", ")
}

// keyField is where the key of a use is chosen: its name, or the use itself.
func keyField(use *secretflow.Use) fieldpath.Path {
	if use.KeyField.IsZero() {
		return use.Field
	}
	return use.KeyField
}

// missingSecret is the finding about a use of a Secret that nothing in the input creates.
func missingSecret(use *secretflow.Use) finding.Finding {
	return finding.Finding{
		Code: finding.SecretMissing, Severity: finding.Error, Field: use.NameField,
		Message:        "nothing in the input creates Secret " + objects.Path(use.Secret.Namespace, use.Secret.Name),
		Counterexample: routeOf(use),
		Fix:            "correct the name, or add what creates it",
	}
}
