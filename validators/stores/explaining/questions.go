package explaining

// The questions that the family decides about an object or one of its fields.
const (
	// Version: the operator serves the version of the API. Of the field apiVersion.
	Version = "version"
	// Values: the operator takes the values. Of the spec of a store.
	Values = "values"
	// Reference: an entry refers to what can be, and to one thing only.
	Reference = "reference"
	// Folder: an entry reads no folder of another component.
	Folder = "folder"
	// Key: no other entry writes the key of an entry.
	Key = "key"
	// Value: no other component's store has the value of a field that holds an API key.
	Value = "value"
	// Existence: the Secret with an API key has the key that a field of the store names.
	Existence = "existence"
	// Reach: which components a cluster-wide object reaches.
	Reach = "reach"
	// AsDeclared: a spec is what a Segregation declares.
	AsDeclared = "as declared"
	// Declared: a Segregation declares the target of an ExternalSecret.
	Declared = "declared"
	// Need: an ExternalSecret or PushSecret uses the store.
	Need = "need"

	otherHalf = "other half"
)

// StoreFor is the question of a reference to a store: is it there, and may it be used from the namespace?
func StoreFor(namespace string) string { return "store for " + namespace }

// WriterOf is the question of a target: does nothing else create the Secret? Format of secret: namespace/name.
func WriterOf(secret string) string { return "writer of " + secret }

// ReadsOf is the question of an object: does it read the folder, which belongs to another component?
func ReadsOf(folder string) string { return "reads of " + folder }
