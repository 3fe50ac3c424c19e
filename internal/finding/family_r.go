package finding

import "slices"

// Family R: what the subjects of one component may do in another's namespace.
const (
	ReadsSecrets          Code = "CLS-R001"
	RunsPods              Code = "CLS-R002"
	EntersPods            Code = "CLS-R003"
	MintsTokens           Code = "CLS-R004"
	Impersonates          Code = "CLS-R005"
	Escalates             Code = "CLS-R006"
	ChangesStores         Code = "CLS-R007"
	ChangesWalls          Code = "CLS-R008"
	ApprovesCertificates  Code = "CLS-R009"
	ExceedsRole           Code = "CLS-R010"
	AccessMissing         Code = "CLS-R011"
	UnknownRole           Code = "CLS-R012"
	UnknownServiceAccount Code = "CLS-R013"
	TokenMounted          Code = "CLS-R014"
	SeveralComponents     Code = "CLS-R015"
	SyncRuntime           Code = "CLS-R016"
	RBACRefused           Code = "CLS-R017"
	ExtendsServer         Code = "CLS-R018"
	UnknownRight          Code = "CLS-R019"
	TrustedRights         Code = "CLS-R020"
	ReadsAPIKey           Code = "CLS-R021"
	ActsByOperator        Code = "CLS-R022"
	BindingVariable       Code = "CLS-R023"
	AccessEnded           Code = "CLS-R024"
)

func rbacRules() []Rule {
	return slices.Concat(reachRules(), declaredRules(), extensionRules(), openRules())
}

// extensionRules are about what extends the API server.
func extensionRules() []Rule {
	return []Rule{{
		Code: ExtendsServer, Title: "Not decided: extends the API server",
		Cause: "Warning: an admission webhook, the conversion of a kind or an APIService sends the objects of " +
			"components to an address, or to a Service of a namespace of which nothing is known; a " +
			"MutatingAdmissionPolicy changes them, or the parameters of a policy are a Secret, and its expressions " +
			"are not evaluated. Info where the Service is in a namespace that is trusted, such as an operator's.",
		Consequence: "Whoever answers sees the Secrets as they are written, or changes what leads to them.",
		Fix: "Name the namespace among those that the Cluster trusts, with the reason; limit what is sent by " +
			"`namespaceSelector`; remove it.",
	}}
}

// reachRules are about what one component may do to another.
func reachRules() []Rule {
	return []Rule{
		{
			Code: ReadsSecrets, Title: "Reads another component's Secrets",
			Cause: "A subject of one component (a service account of its namespace, a group that holds it, or a " +
				"subject of its `access`) may `get`, `list` or `watch` Secrets in the namespace of another; `list` " +
				"and `watch` answer with the whole Secrets. `patch` and `deletecollection` read them too: the API " +
				"server answers both with the objects, and so it does `delete` where that is not done at once. Rights with `resourceNames` are held against the Secrets that " +
				"the manifests and the Segregation name. A subject is one finding for each binding: it has the code " +
				"of the most direct way and lists the others.",
			Consequence: "Whoever breaks into the first component reads the secrets of the second.",
			Fix:         "Remove the subject from the binding, or bind a Role of its own namespace.",
		},
		{
			Code: RunsPods, Title: "Runs pods in another component",
			Cause: "A subject of one component may create or change pods, or what makes pods, in the namespace of " +
				"another. Of other projects, the workloads of Argo, KEDA, Knative, OpenShift and Tekton are known. " +
				"Scaling does not count: it runs nothing new. In `kube-system` and `external-secrets` it counts as " +
				"well, because the service accounts of Kubernetes' controllers and of the External Secrets Operator " +
				"are there.",
			Consequence: "A pod that it starts there mounts every Secret of the namespace, and runs as any of its " +
				"service accounts.",
			Fix: "Remove the subject, or the verbs.",
		},
		{
			Code: EntersPods, Title: "Enters pods of another component",
			Cause: "A subject of one component may exec, attach, port-forward or proxy into pods of another (`get` " +
				"is enough for most clusters), or add ephemeral containers to them, or reach them through their " +
				"nodes (`nodes/proxy`, or `create` on `persistentvolumes`, since one may be any folder of a node).",
			Consequence: "The environment of a process holds its secrets; a proxy passes by the NetworkPolicies.",
			Fix:         "Remove the subject, or the subresources.",
		},
		{
			Code: MintsTokens, Title: "Mints tokens of another component",
			Cause: "A subject of one component may create tokens for service accounts of another (`create` on " +
				"`serviceaccounts/token`).",
			Consequence: "It becomes that service account.",
			Fix:         "Remove `serviceaccounts/token`, or bind it in its own namespace.",
		},
		{
			Code: Impersonates, Title: "Impersonates",
			Cause: "A subject of a component may impersonate users, groups or service accounts, by the verb " +
				"`impersonate` or by those of constrained impersonation. With `resourceNames` it is an error where " +
				"the manifests give one of the named rights that lead to a secret, and not decided otherwise.",
			Consequence: "It becomes whoever may read the secrets.",
			Fix:         "Remove the verb `impersonate`.",
		},
		{
			Code: Escalates, Title: "Escalates its own rights",
			Cause: "A subject of a component may `bind` roles that lead to secrets and write bindings, or `escalate` " +
				"and write roles. To write bindings alone is harmless: the API server lets nobody give rights that " +
				"they do not have.",
			Consequence: "It gives itself the rights that it lacks.",
			Fix:         "Remove the verbs `bind` and `escalate`, or name harmless roles in `resourceNames`.",
		},
		{
			Code: ChangesStores, Title: "Changes another component's stores",
			Cause: "A subject of one component may create or change SecretStores, ExternalSecrets or PushSecrets in " +
				"the namespace of another, or their cluster-wide kinds. The operator's chart adds its kinds to the " +
				"ClusterRoles `edit` and `admin`, which read Secrets anyway, and to `view` for reading only.",
			Consequence: "It has the operator copy the secrets, or send the credentials, to where it can read them.",
			Fix:         "Remove the subject, or the verbs.",
		},
		{
			Code: ChangesWalls, Title: "Changes what walls components off",
			Cause: "A subject of one component may change network policies of another, the labels of its Namespace, " +
				"or admission webhooks and mutating policies, which see and change every object. Or the Service of " +
				"one component is sent the Secrets of another by an admission webhook, may change what leads to them, " +
				"converts the kinds by which controllers take their orders, or serves such kinds as an APIService.",
			Consequence: "It takes the wall down, or reads Secrets as they are written.",
			Fix:         "Remove the subject, or the verbs.",
		},
		{
			Code: ApprovesCertificates, Title: "Approves certificates",
			Cause: "A subject of a component may create certificate signing requests and approve them, for a signer " +
				"whose certificates the API server takes (`kubernetes.io/kube-apiserver-client`, " +
				"`kubernetes.io/kube-apiserver-client-kubelet`). Or it may create them and " +
				"`certificatesigningrequests/nodeclient`, for which Kubernetes approves certificates of nodes.",
			Consequence: "It gets itself a certificate of whoever may read the secrets.",
			Fix:         "Remove the rights on `certificatesigningrequests/approval` and `nodeclient`, and on `signers`.",
		},
	}
}

// declaredRules are about what the Segregation declares, and about roles and subjects that are not there.
func declaredRules() []Rule {
	return []Rule{
		{
			Code: ExceedsRole, Title: "More than its role",
			Cause: "A generated Role allows more than it says, the generated RoleBinding has a subject that the " +
				"Segregation does not name, or another binding lets a subject to whom the Segregation gives a role " +
				"read Secrets, run or enter pods, mint tokens, or change stores, RBAC, NetworkPolicies or quotas in " +
				"its component beyond that role.",
			Consequence: "People and pipelines hold secrets that they were not meant to hold.",
			Fix: "Restore the generated objects; remove other bindings of the subject, or declare the role that it " +
				"is to have.",
		},
		{
			Code: AccessMissing, Title: "Declared access missing",
			Cause: "Warning: a subject to whom the Segregation gives a role lacks rights of the role, whatever else " +
				"binds it.",
			Consequence: "People cannot do their work, and will be given more than they need.",
			Fix:         "Restore the generated Role and RoleBinding.",
		},
		{
			Code: UnknownRole, Title: "Not decided: role unknown",
			Cause: "Warning: a binding that concerns a component refers to a role that is neither in the input nor " +
				"one of Kubernetes' own. It is not decided where the subject is another component's or has a " +
				"declared role; in a component's namespace a Role that is missing is reported in any case, because " +
				"it belongs beside its binding.",
			Consequence: "What its subjects may do is not known, or is decided by whoever creates the role.",
			Fix:         "Put the role into the input, correct its name, or remove the binding.",
		},
		{
			Code: UnknownServiceAccount, Title: "Service account unknown",
			Cause: "Warning: a binding gives rights to a service account of a component that the input does not have " +
				"and no pod uses; or a pod uses one that the input does not have.",
			Consequence: "The binding is dead, or whoever creates the account gets the rights; no pod is created " +
				"without its account.",
			Fix: "Correct the name or the namespace, or add the ServiceAccount.",
		},
		{
			Code: TokenMounted, Title: "Token mounted needlessly",
			Cause: "Warning: pods of the component that ask for no service account get a token of the API server, " +
				"because the service account `default` does not set `automountServiceAccountToken: false`. Without a " +
				"Segregation only where such a pod is in the input.",
			Consequence: "Whoever breaks into a pod holds a credential of the API server.",
			Fix:         "Set it on the service account `default`.",
		},
		{
			Code: SeveralComponents, Title: "Subject of several components",
			Cause: "Warning: one subject has, by the Segregation, roles in several components that let it run pods " +
				"or read Secrets there (`developer`, `secrets-admin`), but not in all of them. Whoever has them in " +
				"all runs the application as a whole; no wall is meant to hold them.",
			Consequence: "Whoever steals its credential reaches all of them.",
			Fix:         "Use one group for each component, or the role `viewer`.",
		},
		{
			Code: SyncRuntime, Title: "Rights of the sync runtime",
			Cause: "With the engine Cloison, the service account, Role or RoleBinding `cloison-sync` of a component " +
				"is missing, allows more or less than the runtime needs (the component's own Secrets, each by name), " +
				"or has another subject; or the service account has further rights. A warning where only its " +
				"`automountServiceAccountToken` is not `false`.",
			Consequence: "A runtime with more rights reads the Secrets of others; one with less does not fill its own.",
			Fix:         "Restore the generated objects.",
		},
		{
			Code: RBACRefused, Title: "RBAC that the API server refuses",
			Cause: "A rule has no verbs, groups or resources, or URLs in a Role; a binding refers to no role or to " +
				"one of a kind that it cannot bind; a subject has no name, an unknown kind or a wrong group; a " +
				"service account has no namespace in a ClusterRoleBinding (in a RoleBinding it is the binding's own).",
			Consequence: "The deploy fails, or goes on without the object.",
			Fix:         "Correct the field.",
		},
	}
}

// openRules are about rights of which no list knows what they lead to, about what is trusted, and further ways.
func openRules() []Rule {
	return []Rule{
		{
			Code: UnknownRight, Title: "Not decided: right unknown",
			Cause: "Warning: a subject of a component may write something in another component, in a namespace that " +
				"is no component's or in all of them, and the right is neither one of those that are known to lead " +
				"to a secret nor one of those that are known to be harmless. So may a right in its own namespace " +
				"over the objects by which Argo CD, Flux, Crossplane, Kyverno, Velero and others act with rights of " +
				"their own, and over network attachments and the labels of the Namespace. It is one finding for " +
				"each subject and lists the rights.",
			Consequence: "What the other component's pods, or an operator, make of what is written is not known.",
			Fix: "Remove the rights that are not needed; say in the `Cluster`, under `kinds`, which custom kinds are " +
				"harmless and why.",
		},
		{
			Code: TrustedRights, Title: "Assumed: trusted namespace",
			Cause: "Info: service accounts of a namespace that is trusted have rights that would be an error or not " +
				"decided for those of a component. Trusted are `kube-system`, the namespaces that known operators " +
				"are installed into by default, and those that the `Cluster` calls trusted. It is one finding for " +
				"each namespace. A component that may become one of these service accounts is an error of its own.",
			Consequence: "Whoever breaks into that namespace has these rights.",
			Fix:         "Nothing, where it is what you run there; say why in the `Cluster`, under `namespaces`.",
		},
		{
			Code: ReadsAPIKey, Title: "Reads the API key of its store",
			Cause: "A service account of a component may read, by a right that names it, the Secret with the API key " +
				"of a SecretStore of its namespace. Pods that import such a Secret are CLS-P001. What also writes the " +
				"status of ExternalSecrets syncs secrets, and is meant to.",
			Consequence: "Whoever breaks into a pod with this service account reads every secret that the key reads, " +
				"and goes on doing so from elsewhere.",
			Fix: "Take the name out of `resourceNames`.",
		},
		{
			Code: ActsByOperator, Title: "Has an operator act for it",
			Cause: "A subject of one component may write, in the namespace of another or where there is none, the " +
				"objects by which Argo CD, Flux, Crossplane, Kyverno, Velero and others apply, copy or change what " +
				"they say, with rights of their own.",
			Consequence: "It reads or copies the other component's Secrets through the operator.",
			Fix:         "Remove the subject, or the verbs.",
		},
		{
			Code: BindingVariable, Title: "Not decided: variable in a binding",
			Cause: "Warning: the namespace, the role or a subject of a binding is a variable, such as `${TEAM}`, " +
				"that is filled in later, and the binding may concern a component.",
			Consequence: "Who gets which right is not known.",
			Fix:         "Check the manifests with the variables filled in.",
		},
		{
			Code: AccessEnded, Title: "Access that has ended",
			Cause: "A binding says by its annotation `cloison.dev/expires` when its access ends, and `cloison check --at` asks " +
				"about a later time; or the annotation is no time. Info where no time is asked about.",
			Consequence: "Kubernetes does not end it: what was meant for an emergency stays.",
			Fix:         "Remove the binding.",
		},
	}
}
