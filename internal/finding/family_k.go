package finding

// Family K: packaging, what a host hands in and takes back.
const (
	InputUnreadable     Code = "CLS-K001"
	InputDuplicate      Code = "CLS-K002"
	IdentityClash       Code = "CLS-K003"
	NoSegregation       Code = "CLS-K004"
	OwnOutputOnly       Code = "CLS-K005"
	ObjectMissing       Code = "CLS-K006"
	ObjectDiffers       Code = "CLS-K007"
	WouldBeApplied      Code = "CLS-K008"
	FunctionConfig      Code = "CLS-K009"
	NamespacesCollapsed Code = "CLS-K010"
	NamespaceSet        Code = "CLS-K011"
	ObjectLeftOver      Code = "CLS-K012"
	OutsideComponents   Code = "CLS-K013"
	ForeignBackend      Code = "CLS-K014"
	ComponentsMixed     Code = "CLS-K015"
	MalformedObject     Code = "CLS-K016"
	SuppressionInvalid  Code = "CLS-K017"
	SuppressionUnused   Code = "CLS-K018"
	NamespaceMissing    Code = "CLS-K019"
	FunctionsNotRun     Code = "CLS-K020"
	NothingToCheck      Code = "CLS-K021"
	LocalObject         Code = "CLS-K022"

	DefinitionsBesideOperator Code = "CLS-K023"
	ClusterInvalid            Code = "CLS-K024"
	KindNotJudged             Code = "CLS-K025"
	NotFinal                  Code = "CLS-K026"
	UndecidedRefused          Code = "CLS-K027"
	ObjectRemoved             Code = "CLS-K028"
	ComponentEmpty            Code = "CLS-K029"
	PatchDropped              Code = "CLS-K030"
	VolumesUnprotected        Code = "CLS-K031"
)

func packagingRules() []Rule {
	return []Rule{
		{
			Code: InputUnreadable, Title: "The input cannot be read",
			Cause: "Standard input is empty, is not YAML, is not a ResourceList of version " +
				"`config.kubernetes.io/v1`, or has items that are no objects or that kubectl would read otherwise " +
				"than its readers before it: with a merge key below the fields that it gives, or with a tag of YAML. " +
				"`cloison check` reports a document of that kind as a warning, not decided, and judges the others. So it " +
				"does with a file of git-crypt, and with a document of SOPS in which more is encrypted than values of " +
				"Secrets, ConfigMaps and charts.",
			Consequence: "The function writes nothing.",
			Fix: "Let kustomize or kpt build the input. By hand, wrap the resources in a ResourceList. What is encrypted " +
				"must be decrypted before: `git-crypt unlock`, `sops decrypt FILE`.",
		},
		{
			Code: InputDuplicate, Title: "Object twice",
			Cause: "The input has two objects of the same group, kind, namespace and name, or two Segregations or " +
				"Inventories of a name that do not say the same. A namespace on an object of a " +
				"kind that has none, such as " +
				"a Namespace, does not count. Warning where both say the same, field by field: the first is judged.",
			Consequence: "It could not be said which one will be applied. kustomize, and so Flux, refuses both, the same " +
				"or not.",
			Fix: "Remove one.",
		},
		{
			Code: IdentityClash, Title: "Identity clash",
			Cause: "The input has an object that the Segregation generates, and Cloison did not generate it: it " +
				"lacks the label `app.kubernetes.io/managed-by: cloison`.",
			Consequence: "Overwriting it could lose somebody's work.",
			Fix:         "Remove it, or name the generated one otherwise.",
		},
		{
			Code: NoSegregation, Title: "No Segregation",
			Cause:       "Neither the functionConfig nor an item is a Segregation.",
			Consequence: "There is nothing to do, which is hardly what was meant.",
			Fix:         "Add one; check its `apiVersion` and `kind`.",
		},
		{
			Code: OwnOutputOnly, Title: "Own output only",
			Cause: "Info: there are no other resources in the input, as when kustomize runs the function as a " +
				"generator.",
			Consequence: "Clashes with other objects could not be seen.",
			Fix:         "List the Segregation under `transformers:`.",
		},
		{
			Code: ObjectMissing, Title: "Object missing",
			Cause: "Mode validate: the manifests lack an object that the Segregation asks for. Where they lack all of " +
				"them, or all have other names, as after a `namePrefix`, that is one finding.",
			Consequence: "What the object protects against is open.",
			Fix:         "Run Cloison as transformer before; let nothing remove or rename what it generates.",
		},
		{
			Code: ObjectDiffers, Title: "Object differs",
			Cause: "Mode validate: an object is not what the Segregation asks for, in the field that is named. A label " +
				"that a kustomization adds to all selectors is one finding.",
			Consequence: "The promise is not known to hold.",
			Fix:         "Change the Segregation instead of the object.",
		},
		{
			Code: WouldBeApplied, Title: "Would be applied",
			Cause: "Warning: a Segregation or an Inventory is not annotated `config.kubernetes.io/local-config: " +
				"\"true\"`.",
			Consequence: "It would be sent to the cluster, which does not know it.",
			Fix:         "Annotate it.",
		},
		{
			Code: FunctionConfig, Title: "functionConfig",
			Cause:       "The functionConfig is neither a Segregation nor a ConfigMap, or asks for an unknown mode.",
			Consequence: "What was meant is not known.",
			Fix:         "Use a Segregation, a ConfigMap with `data: {mode: validate}`, or none.",
		},
		{
			Code: NamespacesCollapsed, Title: "Namespaces collapsed",
			Cause:       "All objects of a component are in another namespace than the Segregation says.",
			Consequence: "A `namespace:` above moved them; components end up together and the wall is gone.",
			Fix:         "Remove `namespace:`, or use a NamespaceTransformer with `unsetOnly: true`.",
		},
		{
			Code: NamespaceSet, Title: "Namespace set",
			Cause: "Warning: the Segregation itself has a namespace, as after a `namespace:` of a kustomization.",
			Consequence: "The same setting has moved every workload of the input out of the namespaces of the " +
				"components.",
			Fix: "Remove `namespace:`, and give each workload the namespace of its component.",
		},
		{
			Code: ObjectLeftOver, Title: "Object left over",
			Cause: "Mode validate: the manifests hold an object that Cloison generated and the Segregation no longer " +
				"asks for.",
			Consequence: "An old policy still allows a flow, or an old role still stands.",
			Fix:         "Remove it, or run Cloison as transformer before, which does.",
		},
		{
			Code: OutsideComponents, Title: "Outside every component",
			Cause: "Objects stand in a namespace that is no component of the Segregation, no system namespace, no " +
				"peer of a flow and not that of `sync.metricsFrom`: a warning, and an error where all workloads do, as " +
				"where a `namePrefix` has renamed the Segregation and with it the default namespaces. Or they name no namespace, and then it is not decided which component they belong to: a warning.",
			Consequence: "No wall protects them, and nothing is known of what they may do.",
			Fix:         "Give each object the namespace of its component, or make that namespace a component.",
		},
		{
			Code: ForeignBackend, Title: "Backend in another namespace",
			Cause: "An Ingress routes to a Service that is not in its namespace but in another, or writes a " +
				"namespace into the Service's name; or a route of the Gateway API names another namespace that has " +
				"no ReferenceGrant for it. Warning where another folder or chart may have the Service or the " +
				"ReferenceGrant: no Segregation declares the namespace, and no Cluster has `namespacesComplete`.",
			Consequence: "The request is answered with an error: an Ingress never reaches another namespace, and a " +
				"route only where the namespace allows it.",
			Fix: "Move the Ingress or route to the namespace of the Service; for a route, a ReferenceGrant does too.",
		},
		{
			Code: ComponentsMixed, Title: "Components mixed",
			Cause:       "By their labels `cloison.dev/component`, objects of two components stand in one namespace.",
			Consequence: "Every pod of a namespace can mount every Secret in it.",
			Fix:         "Give each component its own namespace, or correct the label.",
		},
		{
			Code: MalformedObject, Title: "Malformed object",
			Cause: "An object cannot be read as its kind: a field has a wrong type or does not exist, or the object " +
				"has no name.",
			Consequence: "The API server refuses it, and what it would do is not known.",
			Fix:         "Correct the field that is named.",
		},
		{
			Code: SuppressionInvalid, Title: "Suppression without effect",
			Cause: "An annotation `suppress.cloison.dev/CODE` gives no reason, or its code does not exist. Or it is " +
				"on a Segregation, and the code is not of family I, or on an Inventory.",
			Consequence: "The finding stands.",
			Fix:         "Give the reason as the annotation's value.",
		},
		{
			Code: SuppressionUnused, Title: "Suppression of nothing",
			Cause: "Warning: an annotation suppresses a finding that the object does not have, or one of family I " +
				"that says that something was not checked, which is never accepted.",
			Consequence: "A later mistake would be suppressed unseen; what was not checked stands.",
			Fix:         "Remove it.",
		},
		{
			Code: NamespaceMissing, Title: "Namespace missing",
			Cause: "The input has objects of a component, and not its Namespace.",
			Consequence: "The labels that make Pod Security hold are not known, and the deploy fails where the " +
				"namespace does not exist.",
			Fix: "Restore the generated Namespace.",
		},
		{
			Code: FunctionsNotRun, Title: "Functions not run",
			Cause: "Warning, not decided: the kustomization declares a function or plugin, and running programs was " +
				"not allowed.",
			Consequence: "Nothing can be said about the final manifests, so nothing else is checked; the exit code " +
				"is 3.",
			Fix: "Add `--enable-exec`, or pipe the output of your own build into `cloison check -`.",
		},
		{
			Code: NothingToCheck, Title: "Nothing to check",
			Cause: "Warning, not decided: the input holds no object that belongs to a component, or none of one of " +
				"the components.",
			Consequence: "A check of nothing proves nothing.",
			Fix:         "Give the folder that holds the manifests.",
		},
		{
			Code: LocalObject, Title: "Not decided: local object",
			Cause: "Warning: an object, such as a workload, a policy or a binding, is annotated " +
				"`config.kubernetes.io/local-config`. kustomize and kpt keep it from the cluster; `kubectl apply -f` " +
				"and Argo CD apply it.",
			Consequence: "It was not judged: whether it is applied depends on who deploys.",
			Fix:         "Remove the annotation, or the object.",
		},
		{
			Code: DefinitionsBesideOperator, Title: "CRDs of the runtime beside the operator",
			Cause: "The input has the CRDs of `kustomization/sync/crds`, which are for clusters without the External " +
				"Secrets Operator, and the operator too: its CRDs, a workload with its image, or a HelmRelease of Flux " +
				"or an Application of Argo CD with its chart. Two CRDs of the same name are `CLS-K002`.",
			Consequence: "Both have CRDs of the same names, and those that are applied last stand. With the runtime's, " +
				"nothing is defaulted or refused any more that the operator's default or refuse.",
			Fix: "Remove `kustomization/sync/crds`: the runtime serves the operator's CRDs too.",
		},
		{
			Code: ClusterInvalid, Title: "Cluster invalid",
			Cause: "A Cluster has a field that does not exist, is missing or has a value that cannot be, or the input " +
				"has two Clusters.",
			Consequence: "It is not known what the manifests stand in, so that nothing is expanded and nothing proven.",
			Fix:         "Correct the field that is named. [cluster.md](cluster.md) has them all.",
		},
		{
			Code: KindNotJudged, Title: "Not decided: kind",
			Cause: "Warning, once for a kind, with the number of its objects: the input has objects of a kind of which " +
				"Cloison knows nothing. [coverage.md](coverage.md) has the kinds that it knows.",
			Consequence: "The controller of the kind may run pods for them, copy Secrets or change rights, so that " +
				"nothing is proven. The exit code is 3.",
			Fix: "Look up what the kind does. Where it neither runs pods nor moves Secrets, add it to `kinds` of the " +
				"[Cluster](cluster.md), with the reason.",
		},
		{
			Code: NotFinal, Title: "Not decided: manifests that are not final",
			Cause: "Warning, once for a kind, with the number of its objects: the input has objects that install others, " +
				"such as a HelmRelease or a Kustomization of Flux, an Application of Argo CD or a Composition of Crossplane.",
			Consequence: "What they install, rights and pods included, is not in the input, so that nothing is proven. " +
				"The exit code is 3.",
			Fix: "Check what they install as well: render the chart or folder, and put it beside the other manifests. " +
				"Where you know what is installed, add the kind to `kinds` of the [Cluster](cluster.md), with the reason.",
		},
		{
			Code: UndecidedRefused, Title: "Undecided is refused",
			Cause: "A Segregation has `validation.undecided: Refuse`, and a finding of the build says that something was " +
				"not decided.",
			Consequence: "The build fails. `cloison check` has the exit code 3 for it anyway, and does not report this.",
			Fix:         "Do what the undecided findings say. With `undecided: Report` the build says them and goes on.",
		},
		{
			Code: ObjectRemoved, Title: "Object removed",
			Cause: "Info: the input has an object that Cloison generated, as its name and its labels " +
				"`app.kubernetes.io/managed-by: cloison` and `cloison.dev/segregation` say, and no Segregation asks for it " +
				"any more.",
			Consequence: "It is not in the output: kpt removes it from its file, and what applies the output prunes it.",
			Fix: "None where the Segregation says what is meant. To keep an object as your own, remove the label " +
				"`app.kubernetes.io/managed-by` from it.",
		},
		{
			Code: ComponentEmpty, Title: "Empty component",
			Cause: "Warning: a component of a Segregation has no secrets, no flow that not all components have, and no object in " +
				"its namespace that Cloison did not generate, while other components have workloads. Usually a patch of an " +
				"overlay misspells the name of a component: it adds one instead of changing the one that is meant.",
			Consequence: "What the patch says has no effect on the component that is meant: it keeps the path, the quota " +
				"or the level of the base.",
			Fix: "Correct the name in the overlay. Where the component is meant, check its workloads together with the " +
				"others, or remove it until it has some.",
		},
		{
			Code: PatchDropped, Title: "Patch that is dropped",
			Cause: "Warning: a kustomization patches a Segregation that another one lists under `transformers:`, " +
				"`generators:` or `validators:`. It is no resource there: kustomize runs the function with what is " +
				"written, and the patch changes nothing, without a word.",
			Consequence: "What the overlay says, such as another `pathPrefix`, does not hold: the components of production " +
				"may read the secrets of the base.",
			Fix: "List the Segregation under `resources:`, annotated `config.kubernetes.io/local-config: \"true\"`, and run " +
				"the function from a ConfigMap under `transformers:` of the overlay, as " +
				"[kustomize.md](kustomize.md#with-overlays) shows.",
		},
		{
			Code: VolumesUnprotected, Title: "Volumes without protection",
			Cause: "A component has PersistentVolumeClaims, and nothing keeps its Namespace from being deleted; or the " +
				"annotations that keep it are declared, and not there.",
			Consequence: "Where the Namespace is taken out of what Argo CD, Flux or kpt apply, they delete it, and the volumes " +
				"with it.",
			Fix: "Write `protect: true` for the component, or `protect: false` where its volumes may go.",
		},
	}
}
