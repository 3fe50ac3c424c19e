package finding

import "strings"

// Concern is what is lost by a mistake. The worst is the least.
type Concern int

const (
	// Secrets are obtained by whom they are not for, or may be.
	Secrets Concern = iota
	// Rights are given that lead on.
	Rights
	// Network is open, or shut, where it must not be.
	Network
	// Other is everything else: what is dead, what would not be deployed, and what is not checked.
	Other
)

// Concern is that of a code: of the family, but for codes that are about more, or less, than their family is. What is
// wrong with stores and pods without giving a secret away is of no concern to others.
func (c Code) Concern() Concern {
	switch c {
	case ForeignFolder, ForeignCredentials, ClusterStoreReaches, ClusterExternalSecretReaches, PushesSecret,
		FindWithoutPath, NameReference, InlineCredentials, SyncedUndeclared, StoreUndecided, IDReference,
		ReadsNamespace, UnencryptedAPI, WritesOtherKind, TemplateReadsSecret, ForeignAPI:
		return Secrets
	case ForeignSecret, PlaintextSecret, NotAReader, LiteralSecret, BecomesNode, VolumeUndecided, RuntimeWeakened,
		ForeignVolume, NodeTrusted, SecretMentioned:
		return Secrets
	case ReadsSecrets, RunsPods, EntersPods, MintsTokens, ChangesStores, ReadsAPIKey, ActsByOperator:
		return Secrets
	case SpecOverlappingFolders, SpecSharedCredentials, NamespacesCollapsed, ComponentsMixed:
		return Secrets
	case SpecForeignSubject, PodSecurityWeak:
		return Rights
	case ForeignBackend:
		return Network
	}
	switch {
	case strings.HasPrefix(string(c), "CLS-R"):
		return Rights
	case strings.HasPrefix(string(c), "CLS-N"):
		return Network
	}
	return Other
}
