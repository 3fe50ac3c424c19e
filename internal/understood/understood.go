// Package understood writes a Segregation as Cloison understands it: every default filled, and behind each value where
// it came from.
package understood

import (
	"bytes"
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/printable"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/specyaml"
)

// header says how to read the comments.
const header = `# As Cloison understands it. Behind each value: the line that says so, the field that says so for all, or "default".
# What spec.defaults says is in the components.
`

// Write writes a Segregation that [spec.Load] has accepted. paths is what stands for validation.paths where nobody wrote
// it. Same input, same bytes. There is no value of a secret in it, as there is none in a Segregation.
func Write(seg *spec.Segregation, paths spec.PathCheck) ([]byte, error) {
	node := specyaml.EncodeWith(seg.Filled(paths), specyaml.Comments{
		Of: func(path fieldpath.Path) string { return comment(path, origin(seg, path)) },
		ShowsFalse: func(path fieldpath.Path) bool {
			return slices.Contains(falseByDefault(seg.Spec.Sync.Engine), path) || !seg.Origin(path).At.IsZero()
		},
	})
	var out bytes.Buffer
	out.WriteString(header)
	encoder := yaml.NewEncoderWithOptions(&out, &yaml.EncoderOptions{SeqIndent: yaml.WideSequenceStyle})
	if err := encoder.Encode(node); err != nil {
		return nil, fmt.Errorf("write Segregation %q: %w", seg.Metadata.Name, err)
	}
	if !bytes.HasSuffix(out.Bytes(), []byte("\n")) { // the encoder leaves it out behind a comment
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// falseByDefault are the booleans whose default, false, is a value of its own.
func falseByDefault(engine spec.Engine) []fieldpath.Path {
	found := []fieldpath.Path{
		fieldpath.Of("spec", "sync", "pin"), fieldpath.Of("spec", "validation", "revisions"),
	}
	if engine == spec.EngineCloison {
		found = append(found, fieldpath.Of("spec", "sync", "restart"))
	}
	return found
}

// origin is where the value at a path came from: of a value in an item of a list that was written elsewhere, the item.
func origin(seg *spec.Segregation, path fieldpath.Path) spec.Written {
	from := seg.Origin(path)
	if from.At == path || isNamed(path, from.At) {
		return from
	}
	for item := path; !item.IsZero(); item = item.Parent() {
		if of := seg.Origin(item); item.IsItem() && of.At.Contains(from.At) {
			from = of
		}
	}
	return from
}

// comment says where the value at a path came from: a line where it was written there, the field where it was written
// elsewhere.
func comment(path fieldpath.Path, from spec.Written) string {
	switch {
	case from.At.IsZero():
		return "# default"
	case from.At == path || isNamed(path, from.At):
		if from.Line == 0 {
			return "# written"
		}
		return fmt.Sprintf("# line %d", from.Line)
	case from.Line == 0:
		return "# " + printable.Line(from.At.String())
	}
	return fmt.Sprintf("# %s (line %d)", printable.Line(from.At.String()), from.Line)
}

// isNamed reports whether a value is in an item of a list that was written at that place as a map from names to items.
func isNamed(path, at fieldpath.Path) bool {
	for item := path; !item.IsZero(); item = item.Parent() {
		if item.IsItem() && item.Parent().Contains(at) {
			return true
		}
	}
	return false
}
