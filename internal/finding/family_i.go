package finding

// Family I: Scaleway paths.
const (
	PathsNotChecked Code = "CLS-I001"
)

func pathRules() []Rule {
	return []Rule{
		{
			Code: PathsNotChecked, Title: "Paths not checked",
			Cause:       "Info: there is no Inventory to hold the Scaleway paths against.",
			Consequence: "A secret that is missing in Scaleway is found when the operator syncs.",
			Fix:         "Check the paths by hand; set `validation.paths: Off` to stop the message.",
		},
	}
}
