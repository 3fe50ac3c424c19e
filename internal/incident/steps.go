package incident

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/shell"
)

// Step is something to do.
type Step struct {
	What string `json:"what"`
	// Commands are for a shell with kubectl and scw. Each is one line, in which texts of the input are words or comments.
	// Words in capitals are to be filled in.
	Commands []string `json:"commands"`
}

// steps are in the order in which they help: what is taken over ends first, then what opens the most is replaced. Nothing
// is filled in again before it is known whether others have fallen as well, who would read it.
func (b *builder) steps() {
	b.stop()
	b.endAPIKeys()
	b.endTokens()
	b.look()
	b.rotate()
	b.sync()
	b.restart()
}

func (b *builder) step(what string, commands ...string) {
	if len(commands) > 0 {
		b.Steps = append(b.Steps, Step{What: what, Commands: commands})
	}
}

// kubectl is the beginning of a command in a namespace.
func kubectl(namespace string) string { return "kubectl -n " + shell.Word(namespace) }

// named is an object as kubectl takes it.
func named(kind, name string) string { return shell.Word(strings.ToLower(kind) + "/" + name) }

// stop ends the pods, and with them the tokens that they hold.
func (b *builder) stop() {
	var commands []string
	logs := files{}
	for _, w := range b.Fallen {
		pods := "--selector " + selectorOf(b.labels[w])
		if w.Kind == "Pod" {
			pods = named(w.Kind, w.Name)
		}
		file := logs.name(".log", []string{w.Namespace, strings.ToLower(w.Kind), w.Name}, nil)
		commands = append(commands,
			kubectl(w.Namespace)+" logs "+pods+" --tail=-1 --all-containers --prefix > "+shell.Word(file))
		commands = append(commands, ending(w, pods)...)
	}
	b.step("Keep the logs and end the pods. The tokens that they hold end with them. What Flux or Argo CD deploys comes back: "+
		"suspend it there before.", commands...)
}

// ending ends the pods of a workload so that they do not come back.
func ending(w access.Object, pods string) []string {
	at, name := kubectl(w.Namespace), named(w.Kind, w.Name)
	switch w.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
		return []string{at + " scale " + name + " --replicas=0"}
	case "CronJob":
		of := `{{range $job := .items}}{{range $job.metadata.ownerReferences}}{{if eq .name ` + strconv.Quote(w.Name) +
			`}}job/{{$job.metadata.name}}{{"\n"}}{{end}}{{end}}{{end}}`
		return []string{
			at + " patch " + name + ` --patch '{"spec":{"suspend":true}}'`,
			at + " get jobs --output " + shell.Word("go-template="+of) + " | xargs -r " + at + " delete",
		}
	case "Pod", "Job", "DaemonSet":
		return []string{at + " delete " + name}
	}
	return []string{
		shell.Comment("what runs " + w.Kind + " " + objects.Path(w.Namespace, w.Name) + " makes its pods again: pause it first"),
		at + " delete pods " + pods,
	}
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
	return shell.Word(strings.Join(parts, ","))
}

// endAPIKeys deletes the API keys, whose ids kubectl reads where they are held.
func (b *builder) endAPIKeys() {
	var commands []string
	known := map[apiKeyHome]bool{}
	for _, key := range b.APIKeys {
		home := b.homeOf(key.Secret)
		if known[home] {
			continue
		}
		known[home] = true
		if home.accessKey.Name == "" {
			commands = append(commands, "ACCESS_KEY=ACCESS-KEY-OF-ITS-STORE")
		} else {
			commands = append(commands, "ACCESS_KEY=$("+kubectl(home.accessKey.Namespace)+" get "+
				named("Secret", home.accessKey.Name)+" --output "+
				shell.Word("go-template={{index .data "+strconv.Quote(home.accessField)+" | base64decode}}")+")")
		}
		commands = append(commands,
			`scw iam api-key get "$ACCESS_KEY"`,
			`scw iam api-key delete "$ACCESS_KEY"`,
			"scw iam api-key create application-id=APPLICATION description="+shell.Word(described(key.Folders)),
			shell.Comment("then write it into "+home.text()))
	}
	b.step("Delete the API keys of Scaleway, which read more than the pods did, and make new ones of the same applications.",
		commands...)
}

// described is the description of an API key.
func described(folders []string) string {
	text := "reads " + strings.Join(folders, " ")
	const longest = 200 // of Scaleway
	if len(text) > longest {
		return "reads secrets"
	}
	return text
}

// apiKeyHome is where an API key is held.
type apiKeyHome struct {
	accessKey, secretKey     access.Object
	accessField, secretField string
}

func (h *apiKeyHome) text() string {
	text := "Secret " + objects.Path(h.secretKey.Namespace, h.secretKey.Name) + " at key " + h.secretField
	if h.accessKey.Name != "" {
		text += " and Secret " + objects.Path(h.accessKey.Namespace, h.accessKey.Name) + " at key " + h.accessField
	}
	return text
}

// homeOf is where the API key is held that a Secret has a half of, as a store says.
func (b *builder) homeOf(secret access.Object) apiKeyHome {
	for _, store := range b.Flow.Stores {
		home := apiKeyHome{
			accessKey: secretIn(store.AccessKeyIn.Namespace, store.AccessKeyIn.Name),
			secretKey: secretIn(store.SecretKeyIn.Namespace, store.SecretKeyIn.Name),
		}
		if home.accessKey != secret && home.secretKey != secret {
			continue
		}
		scaleway := store.Spec.ScalewayProvider()
		if half := scaleway.AccessKey; half != nil && half.SecretRef != nil {
			home.accessField = half.SecretRef.Key
		}
		if half := scaleway.SecretKey; half != nil && half.SecretRef != nil {
			home.secretField = half.SecretRef.Key
		}
		return home
	}
	return apiKeyHome{secretKey: secret}
}

// endTokens deletes the Secrets that hold tokens of service accounts.
func (b *builder) endTokens() {
	var commands []string
	for _, s := range b.Secrets {
		if at := secretIn(s.Namespace, s.Name); b.isToken(at) {
			commands = append(commands, kubectl(at.Namespace)+" delete "+named(at.Kind, at.Name))
		}
	}
	b.step("Delete the Secrets with tokens of service accounts, which do not end with the pods.", unique(commands)...)
}

// isToken reports whether a Secret is for the token of a service account.
func (b *builder) isToken(at access.Object) bool {
	return slices.ContainsFunc(b.Set.Secrets, func(o objects.Typed[corev1.Secret]) bool {
		return o.Namespace == at.Namespace && o.Name == at.Name && o.Value.Type == corev1.SecretTypeServiceAccountToken
	})
}

// look names where to look next.
func (b *builder) look() {
	var commands []string
	for _, t := range b.Tokens {
		for _, place := range t.places {
			commands = append(commands, kubectl(place)+" auth can-i --list --as="+
				shell.Word("system:serviceaccount:"+t.Account.Namespace+":"+t.Account.Name))
		}
	}
	for _, f := range b.Further {
		commands = append(commands, shell.Comment(f.What))
	}
	b.step("Look at what was done with the tokens, in the audit log of the API server, and at what else can be taken over. "+
		"End that as well before new values are there to be read.", commands...)
}

// sync has the ExternalSecrets read the new values now.
func (b *builder) sync() {
	var commands []string
	for _, by := range b.readers() {
		commands = append(commands, kubectl(by.Namespace)+" annotate "+named(by.Kind, by.Name)+
			` force-sync="$(date +%s)" --overwrite`)
	}
	b.step("Have the Secrets filled again.", commands...)
}

// restart has the workloads that have not fallen take the new values, then lets those that have start again.
func (b *builder) restart() {
	others := map[access.Object]bool{}
	for i := range b.Secrets {
		for _, k := range b.Secrets[i].Keys {
			for _, w := range k.Others {
				others[w] = true
			}
		}
	}
	var commands []string
	for _, w := range sorted(others) {
		switch w.Kind {
		case "Deployment", "StatefulSet", "DaemonSet":
			commands = append(commands, kubectl(w.Namespace)+" rollout restart "+named(w.Kind, w.Name))
		case "CronJob": // the next pods have them
		default:
			commands = append(commands, shell.Comment("end the pods of "+w.Kind+" "+objects.Path(w.Namespace, w.Name)+
				" that still run"))
		}
	}
	b.step("Restart the others that have the same values.", commands...)
	b.step("Let those that have fallen start again, from a new image, deployed from git.", b.starts()...)
}

// starts are the workloads that have fallen.
func (b *builder) starts() []string {
	var commands []string
	for _, w := range b.Fallen {
		text := w.Kind + " " + objects.Path(w.Namespace, w.Name)
		switch w.Kind {
		case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
			text += ", which has 0 replicas now"
		case "CronJob":
			text += ", which is suspended now"
		}
		commands = append(commands, shell.Comment(text))
	}
	return commands
}

// unique are texts, each once.
func unique(texts []string) []string {
	known := map[string]bool{}
	return slices.DeleteFunc(texts, func(text string) bool {
		defer func() { known[text] = true }()
		return known[text]
	})
}
