package incident

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
)

// Step is something to do.
type Step struct {
	What string `json:"what"`
	// Commands are for a shell with kubectl and scw. Words in capitals are to be filled in.
	Commands []string `json:"commands"`
}

// steps are in the order in which they help: what is taken over ends first, then what opens the most is replaced.
func (b *builder) steps() {
	b.stop()
	b.endAPIKeys()
	b.rotate()
	b.sync()
	b.restart()
	b.look()
}

func (b *builder) step(what string, commands ...string) {
	if len(commands) > 0 {
		b.Steps = append(b.Steps, Step{What: what, Commands: commands})
	}
}

// stop ends the pods, and with them the tokens that they hold.
func (b *builder) stop() {
	var commands []string
	for _, w := range b.Fallen {
		at := "kubectl -n " + quoted(w.Namespace)
		name := quoted(strings.ToLower(w.Kind) + "/" + w.Name)
		pods := "--selector " + selectorOf(b.labels[w])
		logs := at + " logs " + name + " --all-containers --prefix"
		if w.Kind != "Pod" {
			logs = at + " logs " + pods + " --tail=-1 --all-containers --prefix"
		}
		commands = append(commands, logs+" > "+quoted(w.Name+".log"))
		switch w.Kind {
		case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
			commands = append(commands, at+" scale "+name+" --replicas=0")
		case "CronJob":
			commands = append(commands, at+" patch "+name+` --patch '{"spec":{"suspend":true}}'`, at+" delete pods "+pods)
		default:
			commands = append(commands, at+" delete "+name)
		}
	}
	b.step("Keep the logs and end the pods. The tokens that they hold end with them.", commands...)
}

// selectorOf selects pods by their labels.
func selectorOf(labels map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, key+"="+labels[key])
	}
	if len(parts) == 0 {
		return "LABELS-OF-ITS-PODS"
	}
	return quoted(strings.Join(parts, ","))
}

func (b *builder) endAPIKeys() {
	var commands []string
	for _, key := range b.APIKeys {
		s := key.Secret
		field := b.accessKeyOf(s)
		commands = append(commands, fmt.Sprintf(`ACCESS_KEY=$(kubectl -n %s get secret %s --output go-template='{{index .data %q | base64decode}}')`,
			quoted(s.Namespace), quoted(s.Name), field),
			`scw iam api-key delete "$ACCESS_KEY"`,
			`scw iam api-key create application-id=APPLICATION description=`+quoted("reads "+strings.Join(key.Folders, " "))+
				"   # then write it into Secret "+objects.Path(s.Namespace, s.Name))
	}
	b.step("Delete the API keys of Scaleway, which read more than the pods did, and make new ones.", commands...)
}

// accessKeyOf is the key of a Secret that holds the access key, as a store says.
func (b *builder) accessKeyOf(secret access.Object) string {
	for _, store := range b.Flow.Stores {
		if ref := store.AccessKeyIn; ref.Namespace == secret.Namespace && ref.Name == secret.Name {
			key := store.Spec.Provider.Scaleway.AccessKey // it is where AccessKeyIn is from
			if key != nil && key.SecretRef != nil && key.SecretRef.Key != "" {
				return key.SecretRef.Key
			}
		}
	}
	return "access-key"
}

// rotate makes new values: those that others have too first.
func (b *builder) rotate() {
	type target struct {
		text     string
		isShared bool
		commands []string
	}
	var targets []target
	known := map[string]bool{}
	for i := range b.Secrets {
		s := &b.Secrets[i]
		if b.isAPIKey(s) {
			continue
		}
		keys := s.Keys
		if s.MayHaveMore {
			keys = append(slices.Clip(keys), Key{Name: "whatever else", From: "what makes the Secret"})
		}
		for j := range keys {
			k := &keys[j]
			text, commands := b.rotation(s, k)
			if !known[text] {
				known[text] = true
				targets = append(targets, target{text, len(k.Others) > 0, commands})
			}
		}
	}
	slices.SortStableFunc(targets, func(a, b target) int {
		switch {
		case a.isShared == b.isShared:
			return 0
		case a.isShared:
			return -1
		}
		return 1
	})
	var commands []string
	for _, t := range targets {
		commands = append(commands, t.commands...)
	}
	b.step("Make new values at the systems that the secrets are for, and store them; those first that others have too.",
		commands...)
}

func (b *builder) isAPIKey(s *Secret) bool {
	return slices.ContainsFunc(b.APIKeys, func(k APIKey) bool {
		return k.Secret.Namespace == s.Namespace && k.Secret.Name == s.Name
	})
}

// rotation is how a key gets a new value.
func (b *builder) rotation(s *Secret, k *Key) (text string, commands []string) {
	if k.source == nil || k.source.Folder == "" || k.remote == nil || k.remote.Secret == "" {
		text = fmt.Sprintf("# %s of Secret %s: make a new value where it is made: %s", k.Name,
			objects.Path(s.Namespace, s.Name), k.From)
		return text, []string{text}
	}
	place := ""
	if k.source.Region != "" {
		place = " region=" + quoted(k.source.Region)
	}
	project := ""
	if k.source.ProjectID != "" {
		project = " project-id=" + quoted(k.source.ProjectID)
	}
	text = k.source.Folder + "/" + k.remote.Secret
	file := quoted(k.remote.Secret + ".new")
	commands = []string{
		fmt.Sprintf("SECRET_ID=$(scw secret secret list path=%s name=%s%s%s --output template='{{ .ID }}')",
			quoted(k.source.Folder), quoted(k.remote.Secret), project, place),
		fmt.Sprintf(`scw secret version create "$SECRET_ID" data=@%s disable-previous=true%s`, file, place),
	}
	if k.remote.Version != "" && k.remote.Version != "latest" && k.remote.Version != "latest_enabled" {
		commands = append(commands, fmt.Sprintf("# %s is pinned to revision %s: write the new one into the manifest",
			k.Name, k.remote.Version))
	}
	return text, commands
}

// sync has the ExternalSecrets read the new values now.
func (b *builder) sync() {
	var commands []string
	for _, by := range b.readers() {
		commands = append(commands, fmt.Sprintf(`kubectl -n %s annotate %s force-sync="$(date +%%s)" --overwrite`,
			quoted(by.Namespace), quoted(strings.ToLower(by.Kind)+"/"+by.Name)))
	}
	b.step("Have the Secrets filled again.", commands...)
}

// readers are the ExternalSecrets that read what is lost.
func (b *builder) readers() []access.Object {
	lost := map[string]bool{}
	for i := range b.Secrets {
		for _, k := range b.Secrets[i].Keys {
			if k.source != nil && k.source.Folder != "" {
				lost[k.source.Folder+"/"+k.remote.Secret] = true
			}
		}
	}
	var all []access.Object
	for i := range b.Components {
		for j := range b.Components[i].Secrets {
			s := &b.Components[i].Secrets[j]
			for k := range s.Keys {
				key := &s.Keys[k]
				if key.Source == nil {
					continue
				}
				source := &s.Sources[*key.Source]
				if lost[source.Folder+"/"+key.Secret] && !slices.Contains(all, source.By) {
					all = append(all, source.By)
				}
			}
		}
	}
	return all
}

// restart has the workloads that have not fallen take the new values, then lets those that have start again.
func (b *builder) restart() {
	var others []access.Object
	for i := range b.Secrets {
		for _, k := range b.Secrets[i].Keys {
			for _, w := range k.Others {
				if !slices.Contains(others, w) {
					others = append(others, w)
				}
			}
		}
	}
	var commands []string
	for _, w := range others {
		if slices.Contains([]string{"Deployment", "StatefulSet", "DaemonSet"}, w.Kind) {
			commands = append(commands, fmt.Sprintf("kubectl -n %s rollout restart %s", quoted(w.Namespace),
				quoted(strings.ToLower(w.Kind)+"/"+w.Name)))
		}
	}
	b.step("Restart the others that have the same values. Those that have fallen start from a new image, deployed from git.",
		commands...)
}

// look names where to look next.
func (b *builder) look() {
	var commands []string
	for _, t := range b.Tokens {
		if len(t.May) > 0 {
			commands = append(commands, fmt.Sprintf("kubectl auth can-i --list --as=system:serviceaccount:%s:%s",
				quoted(t.Account.Namespace), quoted(t.Account.Name)))
		}
	}
	for _, f := range b.Further {
		commands = append(commands, "# "+f.What)
	}
	b.step("Look at what was done with the tokens, in the audit log of the API server, and at what else can be taken over.",
		commands...)
}

// quoted is a text as one word of a shell, whatever is in it.
func quoted(text string) string {
	isPlain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("_./:@%+,=-", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !isPlain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
