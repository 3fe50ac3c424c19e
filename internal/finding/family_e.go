package finding

import "slices"

// Family E: stores, ExternalSecrets and what they copy.
const (
	ForeignFolder                Code = "CLS-E001"
	ForeignCredentials           Code = "CLS-E002"
	ClusterStoreReaches          Code = "CLS-E003"
	ClusterExternalSecretReaches Code = "CLS-E004"
	PushesSecret                 Code = "CLS-E005"
	FindWithoutPath              Code = "CLS-E006"
	NameReference                Code = "CLS-E007"
	ImpossibleName               Code = "CLS-E008"
	NotServed                    Code = "CLS-E009"
	UnknownESOField              Code = "CLS-E010"
	MissingESOField              Code = "CLS-E011"
	Placeholder                  Code = "CLS-E012"
	InvalidScalewayField         Code = "CLS-E013"
	InlineCredentials            Code = "CLS-E014"
	StoreMissing                 Code = "CLS-E015"
	SecretKeyTwice               Code = "CLS-E016"
	TargetTwice                  Code = "CLS-E017"
	NotAsDeclared                Code = "CLS-E018"
	SyncedUndeclared             Code = "CLS-E019"
	LosesSecrets                 Code = "CLS-E020"
	StoreUnused                  Code = "CLS-E021"
	StoreUndecided               Code = "CLS-E022"
	NeverRefreshed               Code = "CLS-E023"
	StoreNamespace               Code = "CLS-E024"
	InvalidESOField              Code = "CLS-E025"
	IDReference                  Code = "CLS-E026"
	ReadsNamespace               Code = "CLS-E027"
	CredentialsKeyMissing        Code = "CLS-E028"
	UnencryptedAPI               Code = "CLS-E029"
	WritesOtherKind              Code = "CLS-E030"
	TemplateUsesMissing          Code = "CLS-E031"
	TemplateReadsSecret          Code = "CLS-E032"
	ForeignAPI                   Code = "CLS-E033"
)

func storeRules() []Rule {
	return slices.Concat(sharingRules(), referenceRules(), syncRules(), contentRules())
}

// sharingRules are about secrets that two components can read.
func sharingRules() []Rule {
	return []Rule{
		{
			Code: ForeignFolder, Title: "Reads another component's folder",
			Cause: "An ExternalSecret reads a Scaleway folder that belongs to another component: the Segregation " +
				"declares it there or, without one, the other component reads it too and has the better claim: its " +
				"namespace has the folder's name, or it reads most of it. Or two components read one secret by its " +
				"name or id. Warning where one folder only contains the other, so that an API key confined to the one " +
				"may read both; and, not decided, where a ClusterExternalSecret reads it only perhaps.",
			Consequence: "The other component's secrets are in a namespace, or in reach of an API key, where they " +
				"must not be.",
			Fix: "Read the component's own folder; give a value that both need a secret of its own in each folder, or declare it " +
				"under sharedSecrets.",
		},
		{
			Code: ForeignCredentials, Title: "Uses another component's credentials",
			Cause: "A store uses the API key of another component: its Secret or its value; or two " +
				"ClusterSecretStores for different components use one API key. Warning where it is the " +
				"key of another secret group of the same component.",
			Consequence: "One API key reads both: stealing one means stealing both.",
			Fix:         "Give each secret group an API key of its own.",
		},
		{
			Code: ClusterStoreReaches, Title: "Cluster store reaches components",
			Cause: "A ClusterSecretStore may be used from the namespace of a component; without a Segregation, from " +
				"those of two or more. Warning where it depends on labels of namespaces that are not in the input, " +
				"where any namespace that there may be beside the one component can use it and, not decided, where " +
				"each namespace brings a credential of its own.",
			Consequence: "Every component that it reaches can read whatever its API key reads.",
			Fix:         "Use a SecretStore in each namespace, or restrict its `conditions`.",
		},
		{
			Code: ClusterExternalSecretReaches, Title: "Cluster ExternalSecret reaches components",
			Cause: "A ClusterExternalSecret writes a Secret into the namespace of a component; without a " +
				"Segregation, into those of two or more. Warning where it depends on labels of namespaces that are " +
				"not in the input.",
			Consequence: "One secret is in several components, or in the wrong one.",
			Fix:         "Use an ExternalSecret in the one namespace.",
		},
		{
			Code: PushesSecret, Title: "Pushes a secret out",
			Cause: "A PushSecret or ClusterPushSecret copies Secrets of a component into a store. Warning without a " +
				"Segregation, unless it writes to a folder or namespace of another component; not decided where it may " +
				"do so.",
			Consequence: "A secret leaves its component.",
			Fix:         "Remove it, or accept it with a reason.",
		},
	}
}

// referenceRules are about stores and references that cannot work, or mean more than was meant.
func referenceRules() []Rule {
	return []Rule{
		{
			Code: FindWithoutPath, Title: "Search without folder",
			Cause: "`dataFrom.find` has no `path`, so it searches all folders that the API key may list. Warning " +
				"where no other component is known to read from the project.",
			Consequence: "Secrets of other components come along.",
			Fix:         "Set `path` to the component's folder.",
		},
		{
			Code: NameReference, Title: "Reference by name",
			Cause: "A reference `name:` takes the first secret of that name in any folder. Warning without a " +
				"Segregation, not decided where another component reads a secret of that name by its path.",
			Consequence: "Which secret it is depends on what others create.",
			Fix:         "Write `path:/folder/name`.",
		},
		{
			Code: ImpossibleName, Title: "Name that Scaleway cannot hold",
			Cause: "A reference names a secret or folder that cannot exist: a `/` after `name:`, a relative path, a " +
				"character that Scaleway refuses, a path that ends in a slash, a reference without `path:`, `name:` " +
				"or `id:`. Warning for a folder to search that ends in a slash: Scaleway does not say how it takes it.",
			Consequence: "It cannot be resolved (a path that ends in a slash may mean any secret of the folder), and " +
				"keeps every other key of the ExternalSecret from syncing.",
			Fix: "Write `path:/folder/name`.",
		},
		{
			Code: NotServed, Title: "API version not served",
			Cause: "The API version of the object is no longer served by the External Secrets Operator (v0.17 and " +
				"later); it must be `external-secrets.io/v1`, that of PushSecrets `external-secrets.io/v1alpha1`.",
			Consequence: "The API server refuses the object.",
			Fix: "Change `apiVersion`, and fields that the old version had under other names. The provider scaleway " +
				"has `region`, `projectId`, and `accessKey` and `secretKey` with a `secretRef` of `name` and `key`.",
		},
		{
			Code: UnknownESOField, Title: "Unknown field",
			Cause: "A store, ExternalSecret or PushSecret has a field that its API does not know, such as `auth` of " +
				"the provider scaleway, or has it twice. No version of the operator from v0.20 to v2.9 has it or, where " +
				"the Cluster says the version, not this one.",
			Consequence: "The API server refuses the object or, with older clients, drops the field.",
			Fix: "Correct the name or the place; the provider scaleway has `region`, `projectId`, `accessKey`, " +
				"`secretKey` and `apiUrl`.",
		},
		{
			Code: MissingESOField, Title: "Required field missing",
			Cause: "A store, ExternalSecret or PushSecret lacks a field that the API requires or that the operator " +
				"cannot work without.",
			Consequence: "The API server refuses the object, or nothing is synced.",
			Fix:         "Add the field.",
		},
		{
			Code: Placeholder, Title: "Placeholder left in",
			Cause: "A value is a placeholder: `YOUR_PROJECT_ID`, `changeme`, `<region>`, zeros for a project. " +
				"Warning for a variable such as `${PROJECT}`, which something that is not known here may fill in " +
				"later.",
			Consequence: "Nothing is synced.",
			Fix:         "Replace it.",
		},
		{
			Code: InvalidScalewayField, Title: "Invalid project, region or URL",
			Cause:       "A project id is no UUID, a region has not the form of one (`fr-par`), or `apiUrl` is no URL.",
			Consequence: "The operator refuses the store; nothing is synced.",
			Fix:         "Correct it.",
		},
		{
			Code: InlineCredentials, Title: "Credentials in the manifest",
			Cause:       "A store holds its API key as a value.",
			Consequence: "Everybody who reads the manifests has the key.",
			Fix:         "Revoke the key; refer to a Secret with `secretRef`.",
		},
		{
			Code: StoreMissing, Title: "Store missing",
			Cause: "An ExternalSecret refers to a store that is not in its namespace, or of another kind, or that " +
				"may not be used from there. Warning where the store may be applied by others: a ClusterSecretStore " +
				"that is not in the input, or a SecretStore of a namespace without any in the input. Warning too " +
				"where a ClusterExternalSecret goes into the namespace only perhaps: the labels that it selects by are " +
				"not in the input.",
			Consequence: "Nothing is synced.",
			Fix:         "Correct `secretStoreRef`.",
		},
		{
			Code: SecretKeyTwice, Title: "Key written twice",
			Cause: "Two entries of an ExternalSecret write the same key. Warning where one is found by `dataFrom`: " +
				"that of `data` wins, or the last one.",
			Consequence: "The operator refuses the ExternalSecret, or one value is lost.",
			Fix:         "Keep one.",
		},
		{
			Code: TargetTwice, Title: "Secret written twice",
			Cause: "Two objects write the same Secret and do not keep what the other writes: ExternalSecrets, or an " +
				"ExternalSecret and a manifest. With `creationPolicy: Owner`, which is the default, no other " +
				"ExternalSecret may write it. Warning where one removes the keys of the other for a time only, or is a " +
				"ClusterExternalSecret that selects the namespace by labels that are not in the input.",
			Consequence: "They overwrite each other, or one never becomes ready.",
			Fix: "Give each a target of its own, or let one ExternalSecret read all keys; `creationPolicy: Merge` adds " +
				"to a Secret that no other ExternalSecret owns.",
		},
	}
}

// syncRules are about what is synced, and how.
func syncRules() []Rule {
	return []Rule{
		{
			Code: NotAsDeclared, Title: "Not as the Segregation declares",
			Cause: "A key that the Segregation declares is not synced as declared: no ExternalSecret writes it, or " +
				"from another secret, folder, property, revision or store, or the store is missing or has another " +
				"project, region or API key. Warning for the Secret's type, for another refresh interval and for a " +
				"key that is optional in only one of the two.",
			Consequence: "The application gets no secret, or a wrong one.",
			Fix:         "Restore the generated store and ExternalSecret, or declare what is meant.",
		},
		{
			Code: SyncedUndeclared, Title: "Synced but not declared",
			Cause: "An ExternalSecret of a component writes a Secret or key that the Segregation does not declare, " +
				"or a component has a store that it does not declare.",
			Consequence: "A secret or API key that nobody declared is in the component.",
			Fix:         "Declare it, or remove it.",
		},
		{
			Code: LosesSecrets, Title: "Secret may be lost",
			Cause: "Warning: `deletionPolicy: Delete` or `Merge`: the operator removes the Secret or keys when " +
				"Scaleway answers that they are not there, and says that all is well.",
			Consequence: "A mistake in Scaleway stops the application.",
			Fix:         "Use `deletionPolicy: Retain`.",
		},
		{
			Code: StoreUnused, Title: "Store unused",
			Cause:       "Warning: no ExternalSecret or PushSecret uses the SecretStore.",
			Consequence: "An API key lies in the cluster for nothing.",
			Fix:         "Remove it.",
		},
		{
			Code: StoreUndecided, Title: "Not decided: other provider or generator",
			Cause: "Info: a store or ExternalSecret of a component reads from something that is not Scaleway Secret " +
				"Manager. Warning where two components read one item of it.",
			Consequence: "Whether components share a secret there is not known.",
			Fix:         "Accept it with a reason.",
		},
		{
			Code: NeverRefreshed, Title: "Never refreshed",
			Cause: "Warning: `refreshInterval` is zero, `refreshPolicy` is not " +
				"`Periodic`, or the Secret is immutable.",
			Consequence: "A rotated secret never arrives.",
			Fix:         "Set an interval.",
		},
		{
			Code: StoreNamespace, Title: "Reference across namespaces",
			Cause: "A SecretStore names another namespace for its credentials; it may " +
				"only use Secrets of its own.",
			Consequence: "The operator refuses the store.",
			Fix:         "Remove `namespace`.",
		},
		{
			Code: InvalidESOField, Title: "Value that the API or the operator refuses",
			Cause: "A field of a store, ExternalSecret or PushSecret has a value that is not allowed: not one of " +
				"those that there are, a malformed name, duration, revision or expression, or fields that exclude " +
				"one another.",
			Consequence: "The API server refuses the object, or the operator does not sync it.",
			Fix:         "Correct it.",
		},
		{
			Code: IDReference, Title: "Not decided: reference by id",
			Cause:       "Warning: a reference `id:` names a secret of any folder; which one is not in the manifests.",
			Consequence: "Whether it belongs to another component is not known.",
			Fix:         "Write `path:/folder/name`.",
		},
		{
			Code: ReadsNamespace, Title: "Reads another namespace's Secrets",
			Cause: "A store with the provider kubernetes reads the Secrets of another component's namespace in this " +
				"cluster. Warning where it depends on labels of namespaces that are not in the input who may use it.",
			Consequence: "Every Secret of that component can be copied, whatever its own stores are.",
			Fix:         "Remove the store; read from Scaleway.",
		},
		{
			Code: CredentialsKeyMissing, Title: "API key not in its Secret",
			Cause: "The Secret that holds a store's API key is in the input, but has not the key that the store " +
				"refers to.",
			Consequence: "The store cannot read anything.",
			Fix:         "Correct `key`, or add it to the Secret.",
		},
		{
			Code: UnencryptedAPI, Title: "API key sent unencrypted",
			Cause:       "Warning: `apiUrl` is an `http:` URL of another machine, outside the cluster.",
			Consequence: "Everybody on the way can read the API key and the secrets.",
			Fix:         "Use `https:`.",
		},
	}
}

// contentRules are about what is written, and with whose rights.
func contentRules() []Rule {
	return []Rule{
		{
			Code: WritesOtherKind, Title: "Writes secrets into another kind",
			Cause: "`target.manifest` has the operator, since v1.0 and where it is told to, write an object of another " +
				"kind than a Secret. Warning for a ConfigMap; not decided for other kinds, whose content a template makes.",
			Consequence: "Whoever may read ConfigMaps reads the values, and a template may make what no other check sees: " +
				"bindings, workloads.",
			Fix: "Write a Secret.",
		},
		{
			Code: TemplateUsesMissing, Title: "Template uses what is not there",
			Cause: "A template of an ExternalSecret uses a key that none of its entries reads, a field of a value, which " +
				"is text, or a key that a ConfigMap or Secret of the input does not have, or it is no template. Warning " +
				"where only a branch uses it, or where the key may be missing. Info where the ConfigMap or Secret is not " +
				"in the input.",
			Consequence: "The operator fails, and syncs nothing.",
			Fix:         "Correct the name, or read the key.",
		},
		{
			Code: TemplateReadsSecret, Title: "Template copies another Secret",
			Cause: "A template of an ExternalSecret or PushSecret reads a Secret with the operator's rights: that of " +
				"another namespace by `getSecretKey`, which the operator has before v1.2, or one that holds an API key. " +
				"Warning, and not decided, where it is not written out which one.",
			Consequence: "Whoever imports the Secret that is made has the other one, or the API key.",
			Fix:         "Remove it; read from Scaleway.",
		},
		{
			Code: ForeignAPI, Title: "Asks another server than Scaleway's",
			Cause: "`apiUrl` of a store is a Service of another component. Warning where it is any other server that is " +
				"not Scaleway's.",
			Consequence: "Who serves it has the store's API key, and decides what the secrets are.",
			Fix:         "Remove `apiUrl`, or accept the finding with a reason.",
		},
	}
}
