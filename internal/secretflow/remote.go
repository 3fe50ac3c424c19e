package secretflow

import (
	"regexp"
	"strings"
	"unicode"

	"cloison.dev/cloison/internal/eso"
)

// The forms of a reference to a secret of Scaleway.
const (
	FormPath = "path"
	FormName = "name"
	FormID   = "id"
)

// ParseRemote reads a reference as the operator's provider scaleway does: form, colon, value; in a path the name is what
// follows the last slash. The Folder of a path that does not start with a slash is empty: the operator refuses it. Form is
// empty where the reference has none of the three forms.
//
// Source: decodeScwSecretRef and splitNameAndPath, External Secrets Operator v0.20.4, pkg/provider/scaleway/client.go.
func ParseRemote(reference string) Remote {
	form, value, _ := strings.Cut(reference, ":")
	switch form {
	case FormName, FormID:
		return Remote{Form: form, Name: value}
	case FormPath:
		slash := strings.LastIndexByte(value, '/')
		switch {
		case !strings.HasPrefix(value, "/"):
			return Remote{Form: form, Name: value}
		case slash == 0:
			return Remote{Form: form, Folder: "/", Name: value[1:]}
		}
		return Remote{Form: form, Folder: value[:slash], Name: value[slash+1:]}
	}
	return Remote{Name: reference}
}

// findRemote is what a search reads; slashed says that its folder was written with a slash at its end.
func findRemote(find *eso.ReadFind) (remote Remote, slashed bool) {
	remote.Form = FormPath
	if find.Path != nil && *find.Path != "" {
		if remote.Folder = strings.TrimRight(*find.Path, "/"); remote.Folder == "" {
			remote.Folder = "/"
		}
		slashed = remote.Folder != *find.Path
	}
	if find.Name != nil {
		remote.Name, _ = exactName(find.Name.RegExp)
	}
	return remote, slashed
}

// exactName is the one name that an expression of the form ^name$ matches.
func exactName(expression string) (name string, exact bool) {
	inner, begins := strings.CutPrefix(expression, "^")
	inner, ends := strings.CutSuffix(inner, "$")
	if !begins || !ends || inner == "" {
		return "", false
	}
	var literal strings.Builder
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c == '\\':
			if i++; i == len(inner) || regexp.QuoteMeta(inner[i:i+1]) == inner[i:i+1] {
				return "", false // a class such as \d, or an escape of what needs none
			}
		case regexp.QuoteMeta(inner[i:i+1]) != inner[i:i+1]:
			return "", false
		}
		literal.WriteByte(inner[i])
	}
	return literal.String(), true
}

// rewritten is the key that a found name becomes; not known where templates or merges make it.
//
// Source: RewriteMap and ConvertKeys, External Secrets Operator v0.20.4, pkg/esutils/utils.go.
func rewritten(name string, find *eso.ReadFind, rewrites []eso.ReadRewrite) (key string, known bool) {
	if len(rewrites) == 0 {
		return converted(name, find.ConversionStrategy), find.ConversionStrategy != "Unicode"
	}
	for _, rewrite := range rewrites {
		if rewrite.RegExp == nil || rewrite.RegExp.Source == nil || rewrite.RegExp.Target == nil {
			return "", false
		}
		source, target := *rewrite.RegExp.Source, *rewrite.RegExp.Target
		if literal, exact := exactName(source); exact && !strings.Contains(target, "$") {
			if literal == name {
				name = target
			}
			continue
		}
		compiled, err := regexp.Compile(source)
		if err != nil {
			return "", false
		}
		name = compiled.ReplaceAllString(name, target)
	}
	return name, name != ""
}

// converted puts an underscore in the place of what a key cannot hold.
func converted(name, strategy string) string {
	if strategy == "Unicode" {
		return name
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || strings.ContainsRune("-._", r) {
			return r
		}
		return '_'
	}, name)
}
