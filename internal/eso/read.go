package eso

import (
	"strconv"
)

// Entry names an entry of data or dataFrom. Format of its String: data[0].
type Entry struct {
	List  string
	Index int
}

// String formats e as it is written in a path.
func (e Entry) String() string { return e.List + "[" + strconv.Itoa(e.Index) + "]" }

// The lists of entries.
const (
	DataList     = "data"
	DataFromList = "dataFrom"
)

// ReadKind is how a Read takes its values.
type ReadKind string

// The kinds of reads.
const (
	// ReadValue reads one value.
	ReadValue ReadKind = "value"
	// ReadExtract reads a JSON secret, whose properties become keys.
	ReadExtract ReadKind = "extract"
	// ReadFind searches a folder.
	ReadFind ReadKind = "find"
	// ReadGenerator takes generated values.
	ReadGenerator ReadKind = "generator"
)

// Read is what one entry of an ExternalSecret reads, and the key that it writes.
type Read struct {
	Entry Entry
	Kind  ReadKind
	// StoreRef names the store, with its kind; its name is empty where neither the entry nor the ExternalSecret has
	// one.
	StoreRef StoreRef
	// OwnStore is true where the entry names the store, and not the ExternalSecret.
	OwnStore bool
	// Generates is true where the entry names a generator, whatever its Kind: an entry of data, a search and an extract
	// may name one beside what they read. The operator refuses those, so that none of them reads from a store. Who asks
	// whether an entry reads from a store looks at Generates; Kind is only how the entry is written.
	Generates bool
	// RemoteKey is the reference as written; empty for searches and generators.
	RemoteKey string
	// From is the secret that is read, by the rules of the provider scaleway; of a search the folder and, where it can
	// find one name only, the name. It is zero where the entry has no reference.
	From Reference
	// Property and Version of the secret; empty means all of it, and the newest version that is enabled.
	Property, Version string
	// Decoding strategy, as written. See [Decodes].
	Decoding string
	// Key that is written; empty where there may be any number of keys, or the key is not known.
	Key string
	// Optional is true where a missing secret is no error.
	Optional bool
	// DataFrom is the entry; nil for one of data.
	DataFrom *DataFrom
}

// Reads lists what the entries read: data, then dataFrom. The operator reads them the other way round, so that data
// wins.
func (s *ExternalSecretSpec) Reads() []Read {
	reads := make([]Read, 0, len(s.Data)+len(s.DataFrom))
	for i := range s.Data {
		reads = append(reads, s.readData(i))
	}
	for i := range s.DataFrom {
		reads = append(reads, s.readDataFrom(i))
	}
	return reads
}

func (s *ExternalSecretSpec) readData(i int) Read {
	entry := &s.Data[i]
	read := s.read(Entry{DataList, i}, entry.SourceRef)
	read.Kind, read.Key = ReadValue, entry.SecretKey
	if entry.RemoteRef != nil {
		read.remote(entry.RemoteRef)
	}
	return read
}

// readDataFrom takes find before extract before the generator, as the operator does.
func (s *ExternalSecretSpec) readDataFrom(i int) Read {
	entry := &s.DataFrom[i]
	read := s.read(Entry{DataFromList, i}, entry.SourceRef)
	read.DataFrom = entry
	switch {
	case entry.Find != nil:
		read.Kind, read.Optional, read.Decoding = ReadFind, true, entry.Find.DecodingStrategy
		read.From = PathReference(entry.Find.Folder(), entry.Find.OnlyName())
		if read.From.Name != "" {
			read.Key, _ = RewriteKey(read.From.Name, entry.Rewrite, entry.Find.ConversionStrategy)
		}
	case entry.Extract != nil:
		read.Kind = ReadExtract
		read.remote(entry.Extract)
	default:
		read.Kind = ReadGenerator
	}
	return read
}

// read is an entry with its store.
func (s *ExternalSecretSpec) read(entry Entry, source *SourceRef) Read {
	read := Read{Entry: entry, Generates: source != nil && source.GeneratorRef != nil}
	if s.SecretStoreRef != nil {
		read.StoreRef = *s.SecretStoreRef
	}
	if source != nil && source.StoreRef != nil {
		read.StoreRef, read.OwnStore = *source.StoreRef, true
	}
	read.StoreRef = read.StoreRef.WithKind()
	return read
}

func (r *Read) remote(ref *RemoteRef) {
	r.RemoteKey, r.From = ref.Key, ParseReference(ref.Key)
	r.Property, r.Version, r.Decoding = ref.Property, ref.Version, ref.DecodingStrategy
}
