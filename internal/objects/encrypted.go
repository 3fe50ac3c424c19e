package objects

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/kubeyaml"
	"cloison.dev/cloison/internal/sops"
)

// decrypted is an object that SOPS has encrypted as it reaches the cluster, as far as that is known without the key:
// without the field sops, and with values that are still encrypted, in base64 where Kubernetes expects it. It is the
// same object each time; others are themselves. The finding says what keeps the object from being judged; nil where
// nothing does. Not safe for concurrent use on one object. Facts: docs/facts.md, "Files that SOPS and git-crypt
// encrypt".
func (o *Object) decrypted() (*Object, *finding.Finding) {
	if !o.Encrypted {
		return o, nil
	}
	text, twice, err := o.json()
	if err != nil {
		return o, nil // it is reported where the fields are read
	}
	var fields map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&fields); err != nil {
		return o, nil
	}
	delete(fields, sops.MetadataField)
	o.encode(fields)
	if o.plain == nil {
		if text, err = json.Marshal(fields); err != nil {
			return o, nil
		}
		plain := *o
		plain.Source = remembered{o.Source, text, twice}
		o.plain = &plain
	}
	return o.plain, o.cannotJudge(fields)
}

// encode writes encrypted values in base64 where the kind has bytes.
func (o *Object) encode(fields map[string]any) {
	name := ""
	switch kind := o.GroupKind(); {
	case kind.Group != "":
	case kind.Kind == "Secret":
		name = "data"
	case kind.Kind == "ConfigMap":
		name = "binaryData"
	}
	values, _ := fields[name].(map[string]any)
	for key, value := range values {
		if text, is := value.(string); is && sops.IsValue(text) {
			values[key] = base64.StdEncoding.EncodeToString([]byte(text))
		}
	}
}

// isContent reports whether a field holds values on which nothing depends that is judged: of its keys all are known.
// The field values is that of a chart, and no list of a selector.
func isContent(name string, value any) bool {
	_, isMap := value.(map[string]any)
	return isMap && slices.Contains([]string{"data", "stringData", "binaryData", "encryptedData", "values"}, name)
}

// cannotJudge reports a value that is encrypted where it decides what the object does.
func (o *Object) cannotJudge(fields map[string]any) *finding.Finding {
	var hidden []fieldpath.Path
	findEncrypted(fields, fieldpath.Path{}, &hidden)
	if len(hidden) == 0 {
		return nil
	}
	f := finding.Finding{
		Code: finding.InputUnreadable, Severity: finding.Warning, Undecided: true, Field: hidden[0],
		Message: "SOPS has encrypted this field, which decides what the object does, so the object was not judged",
		Fix: sops.Fix + `; or have SOPS encrypt no more than the values of Secrets, with encrypted_regex: ` +
			`"^(data|stringData)$"`,
	}
	if sops.IsValue(o.APIVersion) || sops.IsValue(o.Kind) {
		f.File, f.Line, f.Field = o.File, o.FirstLine, fieldpath.Path{}
		f.Message = (&Unread{Err: sops.AsAWhole()}).Finding().Message
		return &f
	}
	f = o.About(f)
	if sops.IsValue(o.Name) || sops.IsValue(o.Namespace) {
		f.Object.Name, f.Object.Namespace = "", ""
	}
	return &f
}

// findEncrypted lists the fields whose values are encrypted, without those that are content.
func findEncrypted(value any, at fieldpath.Path, found *[]fieldpath.Path) {
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if !isContent(name, value[name]) {
				findEncrypted(value[name], at.Child(name), found)
			}
		}
	case []any:
		for i, item := range value {
			findEncrypted(item, at.Index(i), found)
		}
	case string:
		if sops.IsValue(value) {
			*found = append(*found, at)
		}
	}
}

// encryptedAsAWhole reports whether a document may be an object once SOPS has decrypted it: its kind is encrypted, or it
// is what SOPS makes of a file whose form it does not know, which has the field data beside its own and nothing else.
func encryptedAsAWhole(o *Object, node *yaml.Node) bool {
	switch {
	case !o.Encrypted:
		return false
	case o.APIVersion != "" || o.Kind != "":
		return sops.IsValue(o.APIVersion) || sops.IsValue(o.Kind)
	}
	const nameAndValue = 2
	return len(node.Content) == 2*nameAndValue && sops.IsValue(kubeyaml.Text(kubeyaml.Kubectl.Value(node, "data")))
}
