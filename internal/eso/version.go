package eso

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Version of the operator. The zero value means that it is not known.
type Version struct{ Major, Minor int }

// ParseVersion reads vMAJOR.MINOR; the zero value where text is none.
func ParseVersion(text string) Version {
	var v Version
	if _, err := fmt.Sscanf(text, "v%d.%d", &v.Major, &v.Minor); err != nil {
		return Version{}
	}
	return v
}

// String formats v. Example: v2.9.
func (v Version) String() string { return "v" + strconv.Itoa(v.Major) + "." + strconv.Itoa(v.Minor) }

// IsKnown reports whether v is a version.
func (v Version) IsKnown() bool { return v != Version{} }

// Before reports whether v is known and older than other.
func (v Version) Before(other Version) bool { return v.IsKnown() && v.compare(other) < 0 }

// From reports whether v is known and not older than other.
func (v Version) From(other Version) bool { return v.IsKnown() && v.compare(other) >= 0 }

func (v Version) compare(other Version) int {
	return cmp.Or(cmp.Compare(v.Major, other.Major), cmp.Compare(v.Minor, other.Minor))
}

// Bounded is a field of an object that not every version of the API has.
type Bounded struct {
	// Path in the form of JSON. Example: spec.data[0].remoteRef.nullBytePolicy.
	Path string
	// Since is the first version that has it, Until the first one that has it no more; zero where all versions before or
	// after have it. The first version that counts is v0.20.
	Since, Until Version
}

// IsIn reports whether a known version has the field.
func (b Bounded) IsIn(v Version) bool {
	return !v.Before(b.Since) && (!b.Until.IsKnown() || !v.From(b.Until))
}

// BoundedFields are those of a pointer to one of the kinds, in the order of the types and of the lists.
func BoundedFields(of any) []Bounded {
	var found []Bounded
	boundedFields(reflect.ValueOf(of), "", &found)
	return found
}

func boundedFields(value reflect.Value, path string, found *[]Bounded) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			boundedFields(value.Elem(), path, found)
		}
	case reflect.Slice:
		if kind := value.Type().Elem().Kind(); kind != reflect.Struct && kind != reflect.Pointer {
			return
		}
		for i := range value.Len() {
			boundedFields(value.Index(i), path+"["+strconv.Itoa(i)+"]", found)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			boundedField(value.Type().Field(i), value.Field(i), path, found)
		}
	}
}

func boundedField(field reflect.StructField, value reflect.Value, path string, found *[]Bounded) {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" || name == "metadata" && path == "" || value.IsZero() || isNull(value) {
		return
	}
	at := strings.TrimPrefix(path+"."+name, ".")
	since, until := field.Tag.Get("since"), field.Tag.Get("until")
	if since+until != "" {
		*found = append(*found, Bounded{at, ParseVersion(since), ParseVersion(until)})
	}
	boundedFields(value, at, found)
}
