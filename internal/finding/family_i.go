package finding

// Family I: Scaleway paths.
const (
	PathsNotChecked     Code = "CLS-I001"
	PathMissing         Code = "CLS-I002"
	RevisionNoneEnabled Code = "CLS-I003"
	PropertyMissing     Code = "CLS-I004"
	SecretGoing         Code = "CLS-I005"
	SecretEphemeral     Code = "CLS-I006"
	SecretUnused        Code = "CLS-I007"
	QuotaHeadroom       Code = "CLS-I008"
	InventoryOutdated   Code = "CLS-I009"
	SecretManagerSilent Code = "CLS-I010"
	CredentialsRefused  Code = "CLS-I011"
	NotPermitted        Code = "CLS-I012"
	RevisionGone        Code = "CLS-I013"
	RevisionsNotChecked Code = "CLS-I014"
	InventoryInvalid    Code = "CLS-I015"
	InventoryTwice      Code = "CLS-I016"
	FolderUnused        Code = "CLS-I017"
	OptionalAbsent      Code = "CLS-I018"
	PropertyNoKey       Code = "CLS-I019"
	NotPinned           Code = "CLS-I020"
	RevisionNewer       Code = "CLS-I021"
	QuotaNotChecked     Code = "CLS-I022"
)

func pathRules() []Rule {
	return []Rule{
		{
			Code: PathsNotChecked, Title: "Paths not checked",
			Cause: "Info: there is no Inventory to hold the Scaleway paths against, and `validation.paths` does not " +
				"say what else to do. A warning where they are to be checked live, and `cloison check --offline` " +
				"forbids it.",
			Consequence: "A secret that is missing in Scaleway is found when the operator syncs.",
			Fix: "Commit the output of `cloison inventory` beside the Segregation, or set `validation.paths: Live`; " +
				"`Off` stops the message.",
		},
		{
			Code: PathMissing, Title: "Secret missing in Scaleway",
			Cause: "The folder does not hold a secret that a key is read from. Names are compared letter by letter.",
			Consequence: "One missing secret keeps all of the ExternalSecret from syncing, and its condition does " +
				"not name the secret.",
			Fix: "Create the secret, name the right one under `map`, or move the key to `optionalKeys`.",
		},
		{
			Code: RevisionNoneEnabled, Title: "No enabled revision",
			Cause:       "The secret exists, but has no revision, or none that is enabled.",
			Consequence: "There is no value to read, so the ExternalSecret does not sync.",
			Fix:         "Add a version to the secret, or enable one.",
		},
		{
			Code: PropertyMissing, Title: "Property missing",
			Cause: "The value has nothing where a `property` points, or a secret under `extract` is no JSON object. " +
				"It is decided as External Secrets Operator does, with gjson: null is something, an empty value. A " +
				"warning where an object has no properties.",
			Consequence: "The ExternalSecret does not sync.",
			Fix:         "Correct the property (gjson syntax: a dot in a name is written `\\.`), or the value.",
		},
		{
			Code: SecretGoing, Title: "Secret scheduled for deletion",
			Cause: "Somebody has asked for the secret's deletion; Scaleway keeps it for some days. When that was " +
				"makes no difference here.",
			Consequence: "It can no longer be read by path, and will be gone for good.",
			Fix:         "Restore the secret, or stop using it.",
		},
		{
			Code: SecretEphemeral, Title: "Ephemeral secret",
			Cause: "The secret has an ephemeral policy. An error where a value expires once it is read, by the " +
				"search for an optional key too; a warning where it expires with time.",
			Consequence: "The first sync consumes the value, and every later one fails; with a time to live, syncing " +
				"fails when it is over. Such values are never read here, so their properties are not checked.",
			Fix: "Remove the policy: what is synced is read again and again.",
		},
		{
			Code: SecretUnused, Title: "Secret unused",
			Cause: "Warning: the folder holds secrets that no key of the group uses, optional ones included. Those " +
				"that are scheduled for deletion do not count.",
			Consequence: "The component's credential reads them all the same: whoever breaks in obtains them.",
			Fix:         "Delete them, move them to another folder, or use them.",
		},
		{
			Code: QuotaHeadroom, Title: "Quota nearly used up",
			Cause: "Warning: the project is within a tenth of the number of secrets that Scaleway allows an " +
				"organisation (100, or 250 once its identity is verified), or a secret within that of its versions " +
				"(20).",
			Consequence: "The next secret, or the next rotation, is refused.",
			Fix: "Delete what is no longer needed, verify the organisation's " +
				"identity, or ask Scaleway for more.",
		},
		{
			Code: InventoryOutdated, Title: "Inventory outdated",
			Cause: "The Inventory does not hold what the Segregation asks about: a folder, the content of a secret, " +
				"or the states of its revisions. Or `validation.paths` is `Inventory`, and there is none among the " +
				"inputs.",
			Consequence: "It is not known whether the path can be read; that is never a pass.",
			Fix:         "Write the Inventory again: `cloison inventory -f segregation.yaml --write inventory.yaml`.",
		},
		{
			Code: SecretManagerSilent, Title: "Scaleway not answering",
			Cause: "Scaleway could not be reached, answered with errors or with something that it never answers, or " +
				"not in time. Or `validation.paths` is `Live`, and the run does not read from Scaleway. The message " +
				"says what was not checked, and how many folders were.",
			Consequence: "It is not known whether the paths can be read; that is never a pass.",
			Fix: "Try again; check the network (a function in a container has none unless it is given one), " +
				"`SCW_API_URL` and https://status.scaleway.com.",
		},
		{
			Code: CredentialsRefused, Title: "No usable credentials",
			Cause: "There is no API key to ask Scaleway with, it cannot be read, or Scaleway refuses it: it is " +
				"unknown, deleted or has expired.",
			Consequence: "What the message names was not checked.",
			Fix: "Set `SCW_ACCESS_KEY` and `SCW_SECRET_KEY`, or `SCW_PROFILE`, in the environment; see docs/paths.md " +
				"for a key for each component.",
		},
		{
			Code: NotPermitted, Title: "Not permitted",
			Cause: "The API key lacks a permission: `SecretManagerReadOnly` to list, `SecretManagerSecretAccess` to " +
				"look for a property; or its policy has a condition, under which lists are refused; or it belongs to " +
				"another project.",
			Consequence: "What the message names was not checked.",
			Fix: "Give the key that checks both permission sets on the project, without a condition. The components' " +
				"own keys need neither list nor more.",
		},
		{
			Code: RevisionGone, Title: "Revision not enabled",
			Cause: "A revision that is fixed with `version`, or pinned by the Inventory, is disabled, deleted or was " +
				"never made. The message says which are enabled.",
			Consequence: "It cannot be read, so the ExternalSecret does not sync.",
			Fix: "Fix a revision that is enabled, or enable this one; where it is the " +
				"pin, write the Inventory again.",
		},
		{
			Code: RevisionsNotChecked, Title: "States of revisions not checked",
			Cause: "Info: a list says how many revisions a secret has, not whether one of them is enabled. The " +
				"message says for how many secrets that was not asked.",
			Consequence: "A secret whose revisions are all disabled is found when the operator syncs.",
			Fix:         "Set `validation.revisions: true`, which takes one call to Scaleway for each secret.",
		},
		{
			Code: InventoryInvalid, Title: "Inventory invalid",
			Cause:       "The Inventory cannot be read: a field is unknown, missing or has a wrong value.",
			Consequence: "Nothing was checked against it.",
			Fix:         "Write it again with `cloison inventory`; it is not meant to be edited by hand.",
		},
		{
			Code: InventoryTwice, Title: "Folder in two Inventories",
			Cause:       "Two Inventories, or two entries of one, describe the same folder.",
			Consequence: "It cannot be said which one is true, so neither is used, and the folder is not checked.",
			Fix:         "Remove one of them.",
		},
		{
			Code: FolderUnused, Title: "Folder unused",
			Cause:       "Warning: the Inventory holds a folder that no secret group of any Segregation uses.",
			Consequence: "It is no longer looked at, so it grows old without anybody noticing.",
			Fix:         "Write the Inventory again.",
		},
		{
			Code: OptionalAbsent, Title: "Optional secret absent",
			Cause: "Info: Scaleway does not hold the secret of an optional key, it is scheduled for deletion, or has " +
				"no enabled revision. A warning where the folder holds a secret of a similar name that nothing reads.",
			Consequence: "The Secret is written without the key.",
			Fix:         "Nothing, where that is meant. Rename a secret whose name is misspelt.",
		},
		{
			Code: PropertyNoKey, Title: "Property is no key",
			Cause: "A secret under `extract` has a property whose name is no valid key of a Kubernetes Secret, or " +
				"that is a key of the group already: its own, an optional one, or the property of another secret.",
			Consequence: "The key gets another name (External Secrets Operator writes underscores), the " +
				"ExternalSecret does not sync, or one value overwrites the other.",
			Fix: "Rename the property, or read the properties that are needed with `map`.",
		},
		{
			Code: NotPinned, Title: "Not pinned",
			Cause: "`sync.pin` is set, and there is no Inventory to take a revision from, it does not hold the " +
				"secret, or it does not know which revisions are enabled. An info for optional keys, which cannot be " +
				"pinned: they are searched for, and a search has no revision.",
			Consequence: "Rotating the secret changes what runs without a commit.",
			Fix:         "Commit the output of `cloison inventory`, which asks for revisions where `sync.pin` is set.",
		},
		{
			Code: RevisionNewer, Title: "Newer revision",
			Cause:       "Info: Scaleway has a newer enabled revision than the one that the Inventory pins.",
			Consequence: "The rotation takes effect when the Inventory is written again and committed.",
			Fix:         "Write the Inventory again.",
		},
		{
			Code: QuotaNotChecked, Title: "Quota not checked",
			Cause: "Info: the secrets of a project could not be counted, while its folders could be read. The " +
				"message says why. It is no failure of the paths: an Inventory is written all the same, without the " +
				"count.",
			Consequence: "Nothing warns of a project that is nearly full.",
			Fix:         "Do what the message says, where that matters.",
		},
	}
}
