package strict

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/phrase"
)

// unknown is an entry of a mapping whose name is no field.
type unknown struct {
	name           string
	value, mapping *yaml.Node
}

// unknownField reports a name that is no field of a struct type. missing are the fields that the mapping lacks.
func (d *decoder) unknownField(entry unknown, of reflect.Type, path fieldpath.Path, missing []string) {
	name := entry.name
	at := path.Child(name)
	d.document.lines[at] = entry.value.Line
	known := d.fieldsOf(of).names
	message := fmt.Sprintf("unknown field %s; must be one of %s", phrase.Quote(name), phrase.List(known))
	similar := phrase.ClosestWord(name, missing)
	var guess Guess
	if d.dialect.Field != nil {
		guess = d.dialect.Field(of, name, entry.value)
	}
	switch place, isThere := d.neighbour(entry, of, path); {
	case guess != Guess{}:
	case strings.EqualFold(similar, name):
		message = fmt.Sprintf("unknown field %s; names are case-sensitive", phrase.Quote(name))
		guess.Meant = similar
	case isThere:
		guess.Fix = removal(place.String())
	case !place.IsZero():
		d.document.undecoded[place] = true
		guess.Fix = "move it to " + place.String()
	default:
		guess.Meant = similar
	}
	switch lacks := slices.Contains(missing, guess.Meant); {
	case lacks:
		d.document.undecoded[path.Child(guess.Meant)] = true // it was given, under another name
		guess.Fix = cmp.Or(guess.Fix, phrase.Write(guess.Meant))
	case guess.Fix == "":
		guess.Fix = removal(cmp.Or(guess.Meant, phrase.ClosestWord(name, known)))
	}
	d.wrong(d.dialect.UnknownField, at, message, cmp.Or(guess.Fix, d.elsewhere(name), "remove it"))
}

// removal is the fix for a field that is there under its right name too; empty where it is not.
func removal(given string) string {
	if given == "" {
		return ""
	}
	return fmt.Sprintf("remove it; %q is there already", given)
}

// neighbour is where a field belongs that was written one level too high or too low: into an object beside it, or beside
// the object that it is in. It is the zero path where it belongs to neither. isThere tells that it is there too.
func (d *decoder) neighbour(entry unknown, of reflect.Type, path fieldpath.Path) (place fieldpath.Path, isThere bool) {
	name := entry.name
	for _, field := range d.fieldsOf(of).names {
		inner := of.FieldByIndex(d.fieldsOf(of).index[field]).Type
		if _, has := d.fieldsOfStruct(inner).index[name]; has {
			beside := yaml.NewRNode(entry.mapping).Field(field)
			isThere := beside != nil && beside.Value.YNode().Kind == yaml.MappingNode && beside.Value.Field(name) != nil
			return path.Child(field, name), isThere
		}
	}
	if path.IsZero() || path.IsItem() {
		return fieldpath.Path{}, false
	}
	around := d.typeAt(path.Parent())
	if around == nil {
		return fieldpath.Path{}, false
	}
	if _, has := d.fieldsOfStruct(around).index[name]; has {
		return path.Parent().Child(name), d.document.Written(path.Parent().Child(name))
	}
	return fieldpath.Path{}, false
}

// elsewhere says where a field of this name belongs, where only one struct type of the whole document has it. Items of
// lists are passed over, whose fields have names that mean little without them.
func (d *decoder) elsewhere(name string) string {
	first, owners := "", map[reflect.Type]bool{}
	d.eachField(d.root, "", nil, func(owner reflect.Type, place, field string) {
		if field == name && !strings.Contains(place, "[]") {
			first, owners[owner] = cmp.Or(first, place), true
		}
	})
	if len(owners) != 1 {
		return ""
	}
	return "move it to " + first
}

// eachField visits the fields of a struct type and of all inside of it. around are the struct types on the way.
func (d *decoder) eachField(of reflect.Type, path string, around []reflect.Type,
	visit func(owner reflect.Type, place, field string)) {
	for of.Kind() != reflect.Struct {
		switch of.Kind() {
		case reflect.Map:
			path += ".NAME"
		case reflect.Slice:
			path += "[]"
		case reflect.Pointer:
		default:
			return
		}
		of = of.Elem()
	}
	if slices.Contains(around, of) {
		return
	}
	fields := d.fieldsOf(of)
	for _, name := range fields.names {
		place := strings.TrimPrefix(path+"."+name, ".")
		visit(of, place, name)
		d.eachField(of.FieldByIndex(fields.index[name]).Type, place, append(around, of), visit)
	}
}

// typeAt is the type of the value at a path; nil where there is none.
func (d *decoder) typeAt(path fieldpath.Path) reflect.Type {
	of := d.root
	for _, step := range path.Steps() {
		for of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		switch of.Kind() {
		case reflect.Map, reflect.Slice:
			of = of.Elem()
		case reflect.Struct:
			at, known := d.fieldsOf(of).index[step]
			if !known {
				return nil
			}
			of = of.FieldByIndex(at).Type
		default:
			return nil
		}
	}
	return of
}

// fieldsOfStruct are the fields of a struct type or a pointer to one; none of any other type.
func (d *decoder) fieldsOfStruct(of reflect.Type) structFields {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return structFields{}
	}
	return d.fieldsOf(of)
}
