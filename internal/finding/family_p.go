package finding

// Family P: which pods import which Secrets, what they may be, and the pods of the sync runtime.
const (
	ForeignSecret   Code = "CLS-P001"
	SecretMissing   Code = "CLS-P002"
	KeyMissing      Code = "CLS-P003"
	Shadowed        Code = "CLS-P004"
	KeyUnconsumed   Code = "CLS-P005"
	PlaintextSecret Code = "CLS-P006"
	NotAReader      Code = "CLS-P007"
	ReaderMissing   Code = "CLS-P008"
	VariableTwice   Code = "CLS-P009"
	LiteralSecret   Code = "CLS-P010"
	BecomesNode     Code = "CLS-P011"
	PodSecurityWeak Code = "CLS-P012"
	VolumeUndecided Code = "CLS-P013"
	PodRefused      Code = "CLS-P014"
	RuntimeMissing  Code = "CLS-P015"
	RuntimeDiffers  Code = "CLS-P016"
	RuntimeWeakened Code = "CLS-P017"
	ForeignVolume   Code = "CLS-P018"
	NodeTrusted     Code = "CLS-P019"
	ConfigMissing   Code = "CLS-P020"
	SecretMentioned Code = "CLS-P021"
)

func podRules() []Rule {
	return []Rule{
		{
			Code: ForeignSecret, Title: "Imports what is not its own",
			Cause: "A pod, one inside of a custom object too, imports the Secret that holds the Scaleway API key of a " +
				"store; or a controller copies another component's Secret into this one's namespace, or this one's " +
				"into another's (a warning without a Segregation): by an annotation, on the Secret or on what makes " +
				"it, or by an object, such as a policy of Kyverno, a ClusterSecret, an export of secretgen or a " +
				"Gateway's certificate. Not decided where it depends on what is not in the input. A warning for a " +
				"SealedSecret that may be decrypted in every namespace, and an error where two components have one " +
				"ciphertext.",
			Consequence: "Whoever breaks into the pod reads every secret that the key reads, or the other " +
				"component's secret.",
			Fix: "Remove the reference or the annotation; a pod needs the synced Secret only.",
		},
		{
			Code: SecretMissing, Title: "Secret that nothing creates",
			Cause: "A pod imports a Secret that nothing in the input creates, neither a manifest nor an operator, " +
				"and the reference is not optional. An assumption without a Segregation, or with one that declares " +
				"no secret of the component: it may be created by other means. Not decided there where the name is " +
				"similar to one that is there, or that of a Secret of another namespace. A warning for " +
				"`imagePullSecrets`, where the input creates other Secrets of that kind in the namespace.",
			Consequence: "The pod does not start, or its image is not pulled.",
			Fix: "Correct the name, or add what creates it. A pod can import Secrets of its own " +
				"namespace only.",
		},
		{
			Code: KeyMissing, Title: "Key that nothing creates",
			Cause: "A pod imports a key that its Secret does not have. A warning where the key is one of " +
				"`optionalKeys` and the reference is not optional, where a missing key is mounted by its `subPath`, " +
				"and where `optional` hides that the key is misspelt.",
			Consequence: "The pod does not start; mounted by a `subPath`, the file is an empty folder.",
			Fix:         "Correct the name, sync the key, or import it with `optional: true`.",
		},
		{
			Code: Shadowed, Title: "Synced key hidden",
			Cause:       "Warning: a variable under `env` has the name of a key that `envFrom` imports. `env` wins.",
			Consequence: "The synced secret is never used, and changing it in Scaleway changes nothing.",
			Fix:         "Remove the variable under `env`, or rename it.",
		},
		{
			Code: KeyUnconsumed, Title: "Synced key that nothing uses",
			Cause: "Warning: an ExternalSecret syncs a key that no workload of the namespace imports, by `env`, " +
				"`envFrom` or a mounted volume, and nothing else names its Secret.",
			Consequence: "A secret lies in the cluster for nothing.",
			Fix:         "Remove the key, or import it.",
		},
		{
			Code: PlaintextSecret, Title: "Secret in plain text",
			Cause:       "A Secret with values stands among the manifests. Base64 hides nothing.",
			Consequence: "Everybody who reads the repository reads the secret, in its history too.",
			Fix: "Put the values into Scaleway Secret Manager, let an ExternalSecret create the Secret, and change " +
				"the values.",
		},
		{
			Code: NotAReader, Title: "Not a reader",
			Cause:       "A workload imports the Secret of a group whose `readers` do not name it.",
			Consequence: "It holds a secret that it was not meant to hold.",
			Fix:         "Remove the reference, or add the workload to `readers`.",
		},
		{
			Code: ReaderMissing, Title: "Reader missing",
			Cause: "Warning: `readers` names a workload that is not in the input, although others of the component " +
				"are.",
			Consequence: "The name lets whatever is called so later read the Secret.",
			Fix:         "Correct the name, or remove it.",
		},
		{
			Code: VariableTwice, Title: "Variable given twice",
			Cause: "Warning: a container gives one variable twice under `env`, or gets it from two entries of " +
				"`envFrom`, at least one of which is a Secret.",
			Consequence: "The last one wins, and a change of the other has no effect; a server-side apply refuses a " +
				"variable that `env` has twice.",
			Fix: "Keep one.",
		},
		{
			Code: LiteralSecret, Title: "Secret written as text",
			Cause: "A variable, a command line or a ConfigMap has a URL with a password, or a text under the name of " +
				"a key that the component syncs as a secret. A warning where it is only called a password, token, " +
				"secret or key, or where the key of that name does not sound secret.",
			Consequence: "Everybody who reads the repository, the pod or the ConfigMap reads the secret.",
			Fix: "Import it from the synced Secret, and change it. If it is none, " +
				"accept the finding with a reason.",
		},
		{
			Code: BecomesNode, Title: "Pod that can take over its node",
			Cause: "A pod is privileged, sees the host's processes, may change its kernel under `/proc`, has a " +
				"capability that leads out of its container, or mounts a folder of the host that is not known to be " +
				"harmless, by a PersistentVolume too: one that the pod names, or that its claim may be bound to. " +
				"Folders for data, `hostIPC` and capabilities that look into processes are a warning, unless the " +
				"namespace enforces a Pod Security Standard: then the API server refuses the pod. A PersistentVolume " +
				"that any claim may be bound to is a warning.",
			Consequence: "Whoever is in the container reads every Secret of the pods on its node, those of other " +
				"components included.",
			Fix: "Remove the setting.",
		},
		{
			Code: PodSecurityWeak, Title: "Pod Security not enforced",
			Cause: "The labels of a namespace have a weaker Pod Security Standard than the Segregation declares, or " +
				"one that does not exist; or the Segregation declares `privileged` to be enforced where somebody may " +
				"run pods. A warning for `warn` and `audit`, for a version that is pinned to old rules and, without a " +
				"Segregation, where nothing is enforced.",
			Consequence: "Pods may take over their nodes; a label that the API server does not know keeps the " +
				"namespace from being applied.",
			Fix: "Label the namespace `pod-security.kubernetes.io/enforce: baseline` or `restricted`.",
		},
		{
			Code: VolumeUndecided, Title: "Not decided: secrets by other means",
			Cause: "Warning: a pod gets secrets by the Secrets Store CSI driver, from another provider than " +
				"`scaleway`, or by a webhook's injection, which were not evaluated; or an annotation of an Ingress adds " +
				"to the configuration of its controller what may have it read files, its own token among them. Info " +
				"for other CSI drivers, and an assumption where a webhook replaces the value of a variable by a secret.",
			Consequence: "Whether they belong to the component is not known.",
			Fix: "Import them from the synced Secret; leave out of the annotation what is not about requests and " +
				"answers, or accept the finding with a reason.",
		},
		{
			Code: PodRefused, Title: "Pod refused by Pod Security",
			Cause: "The namespace enforces a Pod Security Standard that the pods of a workload do not meet.",
			Consequence: "The API server takes the Deployment and refuses its pods, so that nothing runs and only " +
				"events say why.",
			Fix: "Change the pods' security context, or the level that the namespace enforces.",
		},
		{
			Code: RuntimeMissing, Title: "Sync runtime missing",
			Cause: "The Segregation has its secrets copied by the engine Cloison, and a component with secrets has " +
				"no Deployment `cloison-sync`; or a namespace reads the runtimes' metrics, and the PodMonitor is not " +
				"there. Where the Deployment is there and its service account, Role or RoleBinding is not, it is a " +
				"finding of family R.",
			Consequence: "Nothing is synced, or nobody sees what is.",
			Fix:         "Restore the generated object.",
		},
		{
			Code: RuntimeDiffers, Title: "Sync runtime not as declared",
			Cause: "The Deployment `cloison-sync` runs another image, for another namespace, as another service " +
				"account, with other arguments or in other pods (`spec.sync.pod`) than the Segregation declares: a " +
				"folder of another component is not probed, or the runtimes do not take turns in probing. Or its " +
				"PodMonitor has Prometheus read something else than the runtime's metrics, such as a Secret to " +
				"authenticate with.",
			Consequence: "Secrets are not synced, or by a program that nobody chose; a key that reads another " +
				"component's folder stays unnoticed; together the runtimes set off Scaleway's alert on refusals.",
			Fix: "Restore the generated object, or change the Segregation.",
		},
		{
			Code: RuntimeWeakened, Title: "Sync runtime weakened",
			Cause: "The pods of `cloison-sync` hold the component's API key, and lack a part of the restricted Pod " +
				"Security Standard or of a read-only file system, or have what the runtime does not need: a container " +
				"beside it, variables, volumes, the network of the node.",
			Consequence: "Who breaks into the runtime gets further, or the API key is shared.",
			Fix:         "Restore the generated Deployment.",
		},
		{
			Code: ForeignVolume, Title: "Volume with another component's Secret",
			Cause: "A PersistentVolume or StorageClass has its driver mount volumes with a Secret of one component, " +
				"and a claim of another gets one. A warning where no claim of the input does. Info where the Secret " +
				"is in the namespace of the driver itself.",
			Consequence: "The other component reads and writes what the Secret opens.",
			Fix:         "Give each component a volume, or a StorageClass, with a Secret of its own namespace.",
		},
		{
			Code: NodeTrusted, Title: "Assumed: pods that can take over nodes",
			Cause:       "Info: a pod of a namespace that is no component's, such as `kube-system`, can take over its node.",
			Consequence: "Whoever is in it reads every Secret of the pods on its node, those of components included.",
			Fix:         "Keep such pods few, and the rights over their namespace with those who may read everything.",
		},
		{
			Code: ConfigMissing, Title: "ConfigMap that nothing creates",
			Cause: "A pod needs a key that its ConfigMap in the input does not have or, with a Segregation, a ConfigMap " +
				"that nothing in the input creates, and the reference is not optional. Info without a Segregation, and " +
				"where something else in the input names or copies the ConfigMap: it is assumed to be there.",
			Consequence: "The pod does not start.",
			Fix:         "Correct the name, add what creates it, or import it with `optional: true`.",
		},
		{
			Code: SecretMentioned, Title: "Not decided: custom object and a Secret",
			Cause: "Warning: an object of another project's kind names a Secret with a store's API key, that of a " +
				"group which has other readers, or the namespace of another component; or a monitor of a component has " +
				"Prometheus send its own token to the pods. Kinds that only route, watch or filter traffic are known, " +
				"and so are those that the Cluster calls harmless.",
			Consequence: "What the object's operator does with it, and whom it gives it, is not known.",
			Fix:         "Remove the reference, or say in the Cluster why the kind is harmless.",
		},
	}
}
