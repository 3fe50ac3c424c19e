package eso

import "cloison.dev/cloison/internal/wellknown"

const (
	// Group of the API.
	Group = wellknown.ExternalSecretsGroup
	// APIVersion of the kinds but [PushSecret] and [ClusterPushSecret].
	APIVersion = Group + "/v1"
	// PushAPIVersion of those two.
	PushAPIVersion = Group + "/v1alpha1"
)

// The kinds.
const (
	SecretStoreKind           = "SecretStore"
	ClusterSecretStoreKind    = "ClusterSecretStore"
	ExternalSecretKind        = "ExternalSecret"
	ClusterExternalSecretKind = "ClusterExternalSecret"
	PushSecretKind            = "PushSecret"
	ClusterPushSecretKind     = "ClusterPushSecret" //nolint:gosec // the name of a kind
)

// Values of creationPolicy, which is Owner where it is omitted.
const (
	CreateOwned  = "Owner"
	CreateOrphan = "Orphan"
	CreateMerge  = "Merge"
	// CreateOrMerge adds to a Secret that is there, and makes one that nobody owns where there is none.
	CreateOrMerge = "CreateOrMerge"
	CreateNone    = "None"
)

// Values of other fields. Where such a field is omitted, the first of each means the same.
const (
	DeletionRetain     = "Retain"
	RefreshPeriodic    = "Periodic"
	RefreshOnChange    = "OnChange"
	RefreshCreatedOnce = "CreatedOnce"
	ConversionDefault  = "Default"
	ConversionUnicode  = "Unicode"
	DecodingNone       = "None"
	DecodingBase64     = "Base64"
	DecodingBase64URL  = "Base64URL"
	DecodingAuto       = "Auto"
	MetadataNone       = "None"
	TemplateReplace    = "Replace"
	TemplateMerge      = "Merge"
	TargetData         = "Data"
	TargetLabels       = "Labels"
	TargetAnnotations  = "Annotations"
	NullByteIgnore     = "Ignore"
	NullByteFail       = "Fail"
	MergeExtract       = "Extract"
	MergeJSON          = "JSON"
	ConflictError      = "Error"
	ConflictIgnore     = "Ignore"
	PriorityStrict     = "Strict"
	// PriorityIgnoreNotFound takes names of a priority that were not read for left out.
	PriorityIgnoreNotFound = "IgnoreNotFound"
	// LatestEnabled is the version that an omitted one means.
	LatestEnabled = "latest_enabled"
)
