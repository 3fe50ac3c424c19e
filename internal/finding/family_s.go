package finding

// Family S: the Segregation itself.
const (
	SpecUnreadable         Code = "CLS-S001"
	SpecVersion            Code = "CLS-S002"
	SpecUnknownField       Code = "CLS-S003"
	SpecDuplicateField     Code = "CLS-S004"
	SpecWrongType          Code = "CLS-S005"
	SpecRequired           Code = "CLS-S006"
	SpecInvalidValue       Code = "CLS-S007"
	SpecDuplicateKey       Code = "CLS-S008"
	SpecOverlappingFolders Code = "CLS-S009"
	SpecSharedCredentials  Code = "CLS-S010"
	SpecSharedNamespace    Code = "CLS-S011"
	SpecUnknownComponent   Code = "CLS-S012"
	SpecNameClash          Code = "CLS-S013"
	SpecDuplicateFlow      Code = "CLS-S014"
	SpecForeignSubject     Code = "CLS-S015"
	SpecUnused             Code = "CLS-S016"
	SpecUnlikely           Code = "CLS-S017"
)

func specRules() []Rule {
	return []Rule{
		{
			Code: SpecUnreadable, Title: "The Segregation cannot be read",
			Cause:       "Its YAML is malformed, or aliases stand for more values than a spec may have.",
			Consequence: "Nothing is generated.",
			Fix:         "Mend the YAML; write aliases out.",
		},
		{
			Code: SpecVersion, Title: "Another version or kind",
			Cause: "`apiVersion` is not `cloison.dev/v1alpha1`, or `kind` is none of Cloison's kinds: Segregation, " +
				"Inventory and Cluster.",
			Consequence: "Nothing is generated: what was meant would silently be missing.",
			Fix:         "Write a version and a kind that this program knows (`cloison version`).",
		},
		{
			Code: SpecUnknownField, Title: "Unknown field",
			Cause: "A field is misspelt, written with other capitals, or stands in the wrong place. YAML merge keys " +
				"(`<<`) are unknown too.",
			Consequence: "What was meant would silently be missing.",
			Fix:         "Use the suggested name; `cloison schema` lets your editor complete it.",
		},
		{
			Code: SpecDuplicateField, Title: "Duplicate field",
			Cause:       "A field or a name is given twice in one object.",
			Consequence: "Only one of the two would count.",
			Fix:         "Keep one.",
		},
		{
			Code: SpecWrongType, Title: "Wrong type",
			Cause: "A value has another type than the field: a list for a text, an unquoted `123`, `true` or `null` " +
				"for a name, nothing at all.",
			Consequence: "The value would be lost or changed.",
			Fix:         "Write the type that the message names; quote text that YAML takes for something else.",
		},
		{
			Code: SpecRequired, Title: "Required field missing",
			Cause:       "A field that has no default is missing, or a list or map that needs an entry is empty.",
			Consequence: "The plan would have a hole.",
			Fix:         "Give the value, or remove what is empty.",
		},
		{
			Code: SpecInvalidValue, Title: "Invalid value",
			Cause: "A value is not in its form: region, UUID, folder, name, key, label, duration, quantity, CIDR, " +
				"port, URL, image, level, peer.",
			Consequence: "The API server, the operator or Scaleway would refuse it, or take it for something else.",
			Fix:         "Write what the message says it must be.",
		},
		{
			Code: SpecDuplicateKey, Title: "Key given twice",
			Cause: "The same key of the Secret comes from two places of a secret group, or a secret is extracted " +
				"twice.",
			Consequence: "Which value wins would be left to chance.",
			Fix:         "Keep one.",
		},
		{
			Code: SpecOverlappingFolders, Title: "Folders overlap",
			Cause: "The Scaleway folder of a secret group is, or lies inside, the folder of another one in the same " +
				"project, in this Segregation or another of the run. Default folders can meet too: component `a`, " +
				"group `b` and component `a-b`.",
			Consequence: "The credential of the outer folder reads the inner one.",
			Fix:         "Give each secret group a folder of its own with `path`.",
		},
		{
			Code: SpecSharedCredentials, Title: "Credentials shared",
			Cause:       "Two secret groups of a component name the same Secret for their Scaleway API key.",
			Consequence: "One API key would read both groups.",
			Fix:         "Use one API key, and one Secret, for each group.",
		},
		{
			Code: SpecSharedNamespace, Title: "Namespace shared",
			Cause:       "Two components, or two Segregations, have the same namespace.",
			Consequence: "Pods of one namespace can mount each other's Secrets; no wall stands between them.",
			Fix:         "Give each component its own.",
		},
		{
			Code: SpecUnknownComponent, Title: "Unknown component",
			Cause:       "A flow names a component that the Segregation does not have.",
			Consequence: "The flow would be missing on one side.",
			Fix:         "Correct the name; use `{namespace: ...}` for what is outside.",
		},
		{
			Code: SpecNameClash, Title: "Names clash",
			Cause: "Two secret groups write the same Secret or SecretStore, or a target is the Secret that holds " +
				"credentials.",
			Consequence: "One would overwrite the other.",
			Fix:         "Choose other names with `target` or `store`.",
		},
		{
			Code: SpecDuplicateFlow, Title: "Flow written twice",
			Cause:       "The same flow stands twice, on one side or on both.",
			Consequence: "Removing one of the two would not close the flow.",
			Fix:         "Keep one; it opens both sides.",
		},
		{
			Code: SpecForeignSubject, Title: "Subject from outside",
			Cause: "A role is given to a user or group of Kubernetes itself, such as one that every pod or person is " +
				"a member of, or to a service account of another component.",
			Consequence: "Another component would enter this one.",
			Fix:         "Name the people's own group or the component's own service account.",
		},
		{
			Code: SpecUnused, Title: "No effect",
			Cause:       "Warning: a setting of the engine Cloison is given with the engine ExternalSecrets.",
			Consequence: "Nothing reads it.",
			Fix:         "Remove it, or change `sync.engine`.",
		},
		{
			Code: SpecUnlikely, Title: "Probably not what is meant",
			Cause: "Warning: a region is none that Scaleway is known to have, or the `path` of a secret group lies " +
				"outside of `pathPrefix`.",
			Consequence: "No secret is found there, or the environment reads those of another one.",
			Fix:         "Correct the value, or leave `path` out for the default, which begins with `pathPrefix`.",
		},
	}
}
