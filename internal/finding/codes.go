package finding

// Code names one kind of Finding. Codes never change their meaning and are never used again for another one.
type Code string

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
	SpecNotAvailable       Code = "CLS-S017"
)

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
)

// Family I: Scaleway paths.
const (
	// PathsNotChecked says that nothing was held against Scaleway.
	PathsNotChecked Code = "CLS-I001"
)
