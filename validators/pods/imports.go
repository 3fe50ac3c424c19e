package pods

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/secretflow"
)

func compareRefs(a, b secretflow.Ref) int {
	return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}

// findKeys notes which Secrets hold API keys, and where Secrets are created.
func (c *checker) findKeys() {
	c.credentials, c.elsewhere, c.copied = map[secretflow.Ref]string{}, map[string][]string{}, map[string]bool{}
	for _, o := range c.set.Secrets {
		c.copied[o.Name] = c.copied[o.Name] || isCopied(o.Object)
	}
	for i := range c.scope.Components {
		if plan := c.scope.Components[i].Plan; plan != nil {
			for _, g := range plan.Groups {
				ref := secretflow.Ref{Namespace: plan.Namespace, Name: g.Credentials.Name}
				c.credentials[ref] = fmt.Sprintf("the API key with which SecretStore %s/%s reads %s", plan.Namespace, g.Store, g.Folder)
			}
		}
	}
	for _, store := range c.graph.Stores {
		for _, ref := range []secretflow.Ref{store.AccessKey, store.SecretKey} {
			if _, known := c.credentials[ref]; ref.Name != "" && !known {
				c.credentials[ref] = fmt.Sprintf("the API key of %s", store.Object)
			}
		}
	}
	for _, ref := range slices.SortedFunc(maps.Keys(c.graph.Secrets), compareRefs) {
		c.elsewhere[ref.Name] = append(c.elsewhere[ref.Name], ref.Namespace)
	}
}

// isCredential says whose API key a Secret holds; empty where it holds none.
func (c *checker) isCredential(ref secretflow.Ref) string {
	return cmp.Or(c.credentials[ref], c.credentials[secretflow.Ref{Name: ref.Name}])
}

// judgeImports judges what each workload of a component imports.
func (c *checker) judgeImports(p *part) {
	type pair struct {
		workload *objects.Workload
		name     string
	}
	told, missing := map[pair]bool{}, map[string]bool{}
	lacking := map[[2]string]bool{}
	for i := range p.uses {
		use := &p.uses[i]
		if use.Via == secretflow.ViaImagePullSecret {
			if image := "image " + use.Secret.Name; !missing[image] {
				missing[image] = true
				c.judgePull(p, use)
			}
			continue // the kubelet uses it, the pod never sees it
		}
		once := func(report func()) {
			if key := (pair{use.Workload, use.Secret.Name}); !told[key] {
				told[key] = true
				report()
			}
		}
		group := p.group(use.Secret.Name)
		switch whose := c.isCredential(use.Secret); {
		case whose != "":
			once(func() { c.foreign(use, whose) })
		case group != nil && group.Readers != nil && !slices.Contains(group.Readers, use.Workload.Name):
			once(func() { c.notAReader(use, group.Name, group.Readers) })
		}
		secret := c.graph.Lookup(use.Secret)
		switch {
		case c.isCredential(use.Secret) != "":
		case use.Optional:
			c.judgeOptional(p, use, secret)
		case secret == nil && group == nil && !missing[use.Secret.Name]:
			missing[use.Secret.Name] = true
			c.missing(p, use)
		case secret != nil && use.Key != "" && !lacking[[2]string{use.Secret.Name, use.Key}]:
			lacking[[2]string{use.Secret.Name, use.Key}] = c.judgeKey(p, use, secret, declares(group, use.Key))
		}
	}
}

// path describes how a workload comes to a Secret. Format: Deployment a/api, container "c", env TOKEN, Secret a/s key TOKEN.
func pathOf(use *secretflow.Use) string {
	parts := []string{use.Workload.String()}
	if use.Container != "" {
		parts = append(parts, fmt.Sprintf("container %q", use.Container))
	}
	parts = append(parts, strings.TrimSpace(string(use.Via)+" "+use.Variable))
	secret := "Secret " + objects.Path(use.Secret.Namespace, use.Secret.Name)
	if use.Key != "" {
		secret += " key " + use.Key
	}
	return strings.Join(append(parts, secret), ", ")
}

// nameField is where the Secret's name stands.
func nameField(use *secretflow.Use) string {
	field, _, _ := strings.Cut(use.Field, ".items[")
	if use.Via == secretflow.ViaVolume || strings.HasSuffix(field, ".azureFile") {
		return field + ".secretName"
	}
	return field + ".name"
}

func (c *checker) foreign(use *secretflow.Use, whose string) {
	c.about(use.Workload.Object, finding.Finding{
		Code: finding.ForeignSecret, Severity: finding.Error, Field: nameField(use),
		Message:        fmt.Sprintf("Secret %q holds %s, which no pod may import", use.Secret.Name, whose),
		Counterexample: pathOf(use) + ": whoever is in the container reads every secret that the key reads, not only those of this pod",
		Fix:            "remove the reference",
	})
}

func (c *checker) notAReader(use *secretflow.Use, group string, readers []string) {
	name := "the default secret group"
	if group != "" {
		name = fmt.Sprintf("secret group %q", group)
	}
	c.about(use.Workload.Object, finding.Finding{
		Code: finding.NotAReader, Severity: finding.Error, Field: nameField(use),
		Message: fmt.Sprintf("Secret %q is that of %s, which %q must not read: its readers are %s",
			use.Secret.Name, name, use.Workload.Name, strings.Join(readers, ", ")),
		Counterexample: pathOf(use),
		Fix:            "remove the reference, or add the workload to readers",
	})
}

// alsoImportedBy names the other workloads that import the key of a use, or any key of its Secret.
func (p *part) alsoImportedBy(first *secretflow.Use, anyKey bool) string {
	if p.importers == nil {
		p.importers = map[string][]*secretflow.Use{}
		for i := range p.uses {
			p.importers[p.uses[i].Secret.Name] = append(p.importers[p.uses[i].Secret.Name], &p.uses[i])
		}
	}
	var others []string
	for _, use := range p.importers[first.Secret.Name] {
		name := use.Workload.Kind + " " + use.Workload.Name
		same := (anyKey || use.Key == first.Key) && !use.Optional && use.Workload != first.Workload
		if same && !slices.Contains(others, name) {
			others = append(others, name)
		}
		if len(others) > maxNames {
			break
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "; nor do those of " + shorten(others)
}

// maxNames bounds how many names a message lists.
const maxNames = 5

func shorten(names []string) string {
	if len(names) > maxNames {
		return strings.Join(names[:maxNames], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}

func (p *part) secretNames() string {
	var names []string
	for _, s := range p.secrets[:min(len(p.secrets), maxNames+1)] {
		names = append(names, s.Name)
	}
	return shorten(names)
}

// judgeKey reports a key that the Secret does not have, or may not have, and says whether it did. What a Segregation
// declares and nothing writes is a finding about the ExternalSecret.
func (c *checker) judgeKey(p *part, use *secretflow.Use, secret *secretflow.Secret, declared bool) bool {
	found, optional := false, true
	for _, key := range secret.Keys {
		if key.Name == use.Key {
			found, optional = true, optional && key.Optional
		}
	}
	f := finding.Finding{Code: finding.KeyMissing, Severity: finding.Error, Field: keyField(use), Counterexample: pathOf(use)}
	isFile := use.Via == secretflow.ViaVolume || use.Via == secretflow.ViaProjected
	switch {
	case found && !optional, !found && (secret.Open || declared):
		return false
	case found:
		f.Severity = finding.Warning
		f.Message = fmt.Sprintf("the key %q of Secret %q is optional: where its source is missing, the pod does not start",
			use.Key, use.Secret.Name)
		f.Fix = "import it with optional: true, or make the key one that must be there"
	case isFile && !strings.Contains(use.Field, ".items["):
		f.Severity = finding.Warning
		f.Message = fmt.Sprintf("Secret %q has no key %q, which is mounted by its subPath: the container sees an empty folder",
			use.Secret.Name, use.Key)
		f.Fix = "correct the subPath, or add the key"
	default:
		f.Message = fmt.Sprintf("Secret %q has no key %q", use.Secret.Name, use.Key)
		f.Counterexample += ": the pod does not start" + p.alsoImportedBy(use, false)
		f.Fix = "correct the name, or add the key; the Secret has " + keyNames(secret)
		if meant := p.meantKey(secret, use.Key); meant != "" {
			f.Fix = fmt.Sprintf("write %q, if that is meant, or add the key", meant)
		}
	}
	c.about(use.Workload.Object, f)
	return true
}

// judgeOptional reports an optional reference to a key that its Secret never has, if it is a misspelt one that is hidden by
// that.
func (c *checker) judgeOptional(p *part, use *secretflow.Use, secret *secretflow.Secret) {
	if secret == nil || secret.Open || use.Key == "" || hasKey(secret, use.Key) || declares(p.group(secret.Name), use.Key) {
		return
	}
	meant := p.meantKey(secret, use.Key)
	if meant == "" {
		return
	}
	c.about(use.Workload.Object, finding.Finding{
		Code: finding.KeyMissing, Severity: finding.Warning, Field: keyField(use),
		Message:        fmt.Sprintf("Secret %q has no key %q, which optional hides; it has %q", secret.Name, use.Key, meant),
		Counterexample: pathOf(use) + ": it is never set",
		Fix:            fmt.Sprintf("write %q, if that is meant, or remove the reference", meant),
	})
}

func hasKey(secret *secretflow.Secret, name string) bool {
	return slices.ContainsFunc(secret.Keys, func(k secretflow.Key) bool { return k.Name == name })
}

func keyField(use *secretflow.Use) string {
	if use.Via == secretflow.ViaEnv || strings.Contains(use.Field, ".items[") {
		return use.Field + ".key"
	}
	return use.Field
}

func keyNames(secret *secretflow.Secret) string {
	var names []string
	for _, key := range secret.Keys {
		if !slices.Contains(names, key.Name) {
			names = append(names, key.Name)
		}
	}
	return cmp.Or(shorten(names), "no keys")
}
