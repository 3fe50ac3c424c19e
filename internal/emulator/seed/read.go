package seed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Read reads a Seed from one YAML document. It is strict: unknown and repeated fields and values of a wrong type are
// refused, all at once, each with its path; numbers and booleans are no strings. What a field may hold is checked by
// Load. Errors never quote a value, as that may be a secret's.
func Read(data []byte) (Seed, error) {
	var seed Seed
	var document, another yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(data))
	switch err := documents.Decode(&document); {
	case errors.Is(err, io.EOF):
		return seed, errors.New("seed must not be empty")
	case err != nil:
		return seed, fmt.Errorf("seed must be YAML%s", lineOf(err))
	}
	if err := documents.Decode(&another); !errors.Is(err, io.EOF) {
		return seed, errors.New("seed must be one YAML document")
	}
	d := &decoder{}
	d.value(document.Content[0], reflect.ValueOf(&seed).Elem(), "seed")
	return seed, errors.Join(d.problems...)
}

var lineForm = regexp.MustCompile(`line \d+`)

// lineOf keeps of the parser's error only the line, because the rest may quote the file.
func lineOf(err error) string {
	if line := lineForm.FindString(err.Error()); line != "" {
		return ", and is not at " + line
	}
	return ""
}

// decoder fills a Seed and goes on after a problem.
type decoder struct{ problems []error }

func (d *decoder) wrong(path, format string, args ...any) {
	problem := fmt.Sprintf(format, args...)
	d.problems = append(d.problems, fmt.Errorf("%s: %s", strings.TrimPrefix(path, "seed."), problem))
}

// value decodes node, which stands at path, into v.
func (d *decoder) value(node *yaml.Node, v reflect.Value, path string) {
	switch {
	case node.Kind == yaml.AliasNode:
		d.wrong(path, "must not be an alias; write the value out")
	case v.Type() == reflect.TypeFor[time.Duration]():
		d.duration(node, v, path)
	case v.Type() == reflect.TypeFor[time.Time]():
		d.moment(node, v, path)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(node, v.Elem(), path)
	case v.Kind() == reflect.Struct:
		d.object(node, v, path)
	case v.Kind() == reflect.Slice:
		d.list(node, v, path)
	case v.Kind() == reflect.Bool:
		if node.ShortTag() != yaml.NodeTagBool {
			d.wrong(path, "must be true or false")
		}
		v.SetBool(strings.EqualFold(node.Value, "true"))
	default:
		if node.ShortTag() != yaml.NodeTagString {
			d.wrong(path, "must be a string; put it in quotes")
		}
		v.SetString(node.Value)
	}
}

func (d *decoder) duration(node *yaml.Node, v reflect.Value, path string) {
	read, err := time.ParseDuration(node.Value)
	if node.Kind != yaml.ScalarNode || err != nil {
		d.wrong(path, "must be a duration such as 1h30m")
	}
	v.SetInt(int64(read))
}

func (d *decoder) moment(node *yaml.Node, v reflect.Value, path string) {
	read, err := time.Parse(time.RFC3339, node.Value)
	if node.Kind != yaml.ScalarNode || err != nil {
		d.wrong(path, "must be a time such as 2027-01-01T00:00:00Z")
	}
	v.Set(reflect.ValueOf(read))
}

func (d *decoder) list(node *yaml.Node, v reflect.Value, path string) {
	if node.Kind != yaml.SequenceNode {
		d.wrong(path, "must be a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(node.Content), len(node.Content)))
	for i, item := range node.Content {
		d.value(item, v.Index(i), path+"["+strconv.Itoa(i)+"]")
	}
}

func (d *decoder) object(node *yaml.Node, v reflect.Value, path string) {
	var names []string
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("yaml")
		names = append(names, name)
		fields[name] = v.Field(i)
	}
	if node.Kind != yaml.MappingNode {
		d.wrong(path, "must be an object with fields among %s", strings.Join(names, ", "))
		return
	}
	given := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		field, known := fields[name]
		switch at := path + "." + name; {
		case !known:
			d.wrong(at, "unknown field; must be one of %s", strings.Join(names, ", "))
		case given[name]:
			d.wrong(at, "must be given once")
		default:
			d.value(node.Content[i+1], field, at)
		}
		given[name] = true
	}
}
