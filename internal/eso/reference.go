package eso

import (
	"path"
	"strings"
)

// Forms of a [Reference].
const (
	FormPath = "path"
	FormName = "name"
	FormID   = "id"
)

// Reference is the key of a remoteRef as the provider scaleway reads it.
type Reference struct {
	// Form is empty where the key has none of the three forms; then Name is the key.
	Form string
	// Folder of a path, without a trailing slash but for the root. It is empty where the path does not start with a
	// slash, which the operator refuses, and in the other forms.
	Folder string
	// Name of the secret, or its id.
	Name string
}

// ParseReference reads a key as the provider scaleway does: form, colon, value. In a path the name is what follows
// the last slash.
//
// Facts: docs/facts.md, "References".
func ParseReference(key string) Reference {
	form, value, _ := strings.Cut(key, ":")
	switch form {
	case FormName, FormID:
		return Reference{Form: form, Name: value}
	case FormPath:
		slash := strings.LastIndexByte(value, '/')
		switch {
		case !strings.HasPrefix(value, "/"):
			return Reference{Form: form, Name: value}
		case slash == 0:
			return Reference{Form: form, Folder: "/", Name: value[1:]}
		}
		return Reference{Form: form, Folder: value[:slash], Name: value[slash+1:]}
	}
	return Reference{Name: key}
}

// PathReference is the reference to a secret of a folder. The other forms may find several secrets.
func PathReference(folder, name string) Reference {
	return Reference{Form: FormPath, Folder: folder, Name: name}
}

// String formats r as the key of a remoteRef.
func (r Reference) String() string {
	switch {
	case r.Form == "":
		return r.Name
	case r.Folder == "":
		return r.Form + ":" + r.Name
	}
	return r.Form + ":" + path.Join(r.Folder, r.Name)
}

// IsLatestEnabled reports whether the version of a remoteRef means the newest version that is enabled.
func IsLatestEnabled(version string) bool { return version == "" || version == LatestEnabled }
