package spec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// secretType is a type of Secrets that the API server knows, with the keys that it must have: all of them or, with any,
// at least one.
//
// Facts: docs/facts.md, "Types of Secrets".
type secretType struct {
	keys []string
	any  bool
}

func secretTypes() map[string]secretType {
	return map[string]secretType{
		string(corev1.SecretTypeOpaque):           {},
		string(corev1.SecretTypeDockerConfigJson): {keys: []string{corev1.DockerConfigJsonKey}},
		string(corev1.SecretTypeDockercfg):        {keys: []string{corev1.DockerConfigKey}},
		string(corev1.SecretTypeTLS):              {keys: []string{corev1.TLSCertKey, corev1.TLSPrivateKeyKey}},
		string(corev1.SecretTypeSSHAuth):          {keys: []string{corev1.SSHAuthPrivateKey}},
		string(corev1.SecretTypeBasicAuth): {
			keys: []string{corev1.BasicAuthUsernameKey, corev1.BasicAuthPasswordKey}, any: true,
		},
	}
}

// content checks the type of the Secret of a group, and the templates that make it.
func (v *validator) content(path fieldpath.Path, g *SecretGroup) {
	v.templates(path.Child("template"), g)
	known := v.secretType(path.Child("type"), g.Type)
	if v.AnyUndecoded(path, "keys", "optionalKeys", "map", "extract", "template") || len(g.Extract) > 0 {
		return // it is not known which keys there are
	}
	has := g.certainKeys()
	missing := slices.DeleteFunc(slices.Clone(known.keys), func(key string) bool { return has[key] })
	switch {
	case len(missing) == 0, known.any && len(missing) < len(known.keys):
	case known.any:
		v.Problem(finding.SpecInvalidValue, path.Child("type"), fmt.Sprintf("%s must have key %s, and the group has none "+
			"of them for certain", phrase.Quote(g.Type), phrase.Or(missing)), "add one under map or template")
	default:
		v.Problem(finding.SpecInvalidValue, path.Child("type"), fmt.Sprintf("%s must have the keys %s, and the group does "+
			"not have %s for certain", phrase.Quote(g.Type), phrase.List(known.keys), phrase.List(missing)),
			"add it under map, such as "+missing[0]+": {secret: ...}, or under template")
	}
}

// kubernetesTypes starts the names of Kubernetes' own types of Secrets.
const kubernetesTypes = "kubernetes.io/"

// isShort reports whether a type is one of Kubernetes' own without what it begins with.
func isShort(known map[string]secretType, value string) bool {
	_, is := known[kubernetesTypes+strings.ToLower(value)]
	return is
}

// secretType checks the type of a Secret, and returns what is known of it.
func (v *validator) secretType(path fieldpath.Path, value string) secretType {
	known := secretTypes()
	switch found, is := known[value]; {
	case is:
		return found
	case value == string(corev1.SecretTypeServiceAccountToken), value == "bootstrap.kubernetes.io/token":
		v.invalid(path, value, "the type of a Secret that holds values: Kubernetes itself fills those with tokens",
			"leave it out")
	case strings.HasPrefix(value, kubernetesTypes), !syntax.LabelName.Matches(value), isShort(known, value):
		names := slices.Sorted(maps.Keys(known))
		meant := phrase.ClosestWord(value, names)
		if isShort(known, value) {
			meant = kubernetesTypes + strings.ToLower(value)
		}
		v.invalid(path, value, "one of "+phrase.List(names)+", or a type of your own such as example.com/settings",
			phrase.Write(meant))
	}
	return secretType{}
}

// templates checks the templates of a group. No text is repeated: it may hold a secret.
func (v *validator) templates(path fieldpath.Path, g *SecretGroup) {
	if v.Written(path) && len(g.Template) == 0 && !v.IsUndecoded(path) {
		v.Problem(finding.SpecRequired, path, "must make at least one key", "remove it, or add URL: \"{{ .HOST }}/path\"")
	}
	for _, key := range slices.Sorted(maps.Keys(g.Template)) {
		at := path.Child(key)
		v.dataKey(at, key)
		use, is := eso.ParseTemplateUse(g.Template[key])
		if !is {
			v.Problem(finding.SpecInvalidValue, at, "must be a Go template, and cannot be read as one",
				"write {{ .KEY }} for the value of a key, and {{ \"{{\" }} for two braces")
			continue
		}
		v.templateFunctions(at, use.Unknown())
		v.templateKeys(at, g, use)
	}
}

// templateFunctions refuses the functions that one of the engines does not have.
func (v *validator) templateFunctions(path fieldpath.Path, unknown []string) {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(unknown))) {
		v.Problem(finding.SpecInvalidValue, path, fmt.Sprintf("must not call %s, which is no function of both engines",
			phrase.Quote(name)), phrase.Write(phrase.Closest(name, eso.TemplateFunctions())))
	}
}

// templateKeys checks that what a template takes is among the keys that the group reads.
func (v *validator) templateKeys(path fieldpath.Path, g *SecretGroup, use eso.TemplateUse) {
	keys := g.certainReads()
	for _, key := range g.OptionalKeys {
		keys[key] = false
	}
	for _, taken := range use.Keys {
		certain, known := keys[taken.Name]
		switch {
		case taken.Field != "":
			v.Problem(finding.SpecInvalidValue, path, fmt.Sprintf("must not take field %s of key %s: values are texts",
				phrase.Quote(taken.Field), phrase.Quote(taken.Name)),
				fmt.Sprintf("for a property of JSON, write (.%s | fromJson).%s", taken.Name, taken.Field))
		case !known && len(g.Extract) == 0 && !v.AnyUndecoded(path.Parent().Parent(), "keys", "optionalKeys", "map"):
			names := slices.Sorted(maps.Keys(keys))
			const shown = 10
			v.Problem(finding.SpecInvalidValue, path, fmt.Sprintf("must take keys that the group reads: %s is none of %s",
				phrase.Quote(taken.Name), phrase.Few(shown, names)),
				cmp.Or(phrase.Write(phrase.ClosestWord(taken.Name, names)), "add it to keys or map"))
		case known && !certain && taken.Always:
			v.Warn(finding.SpecUnlikely, path, fmt.Sprintf("the template needs key %s, which is optional: while its secret "+
				"is missing no key of the group is filled", phrase.Quote(taken.Name)),
				fmt.Sprintf(`move it to keys, or write {{ index . %q }}, which is empty then`, taken.Name))
		}
	}
}

// certainReads are the keys that the group reads, whose secrets must be there.
func (g *SecretGroup) certainReads() map[string]bool {
	keys := map[string]bool{}
	for _, key := range g.Keys {
		keys[key] = true
	}
	for key := range g.Map {
		keys[key] = true
	}
	return keys
}

// certainKeys are the keys that the Secret has whatever optional secrets there are.
func (g *SecretGroup) certainKeys() map[string]bool {
	keys := g.certainReads()
	for key := range g.FeedOnly() {
		delete(keys, key)
	}
	for key := range g.Template {
		keys[key] = true
	}
	return keys
}

// ValueTemplate is the template of a key that is in the Secret as it is read.
func ValueTemplate(key string) string { return fmt.Sprintf("{{ index . %q }}", key) }

// FeedOnly are the keys that only feed the template, and are not in the Secret: those that it names, in a group of
// which all keys are known.
func (g *SecretGroup) FeedOnly() map[string]bool {
	only := map[string]bool{}
	if len(g.OptionalKeys)+len(g.Extract) > 0 {
		return only
	}
	for _, text := range g.Template {
		if use, is := eso.ParseTemplateUse(text); is {
			maps.Copy(only, use.Names())
		}
	}
	for key := range g.Template {
		delete(only, key)
	}
	return only
}
