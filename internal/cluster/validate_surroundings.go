package cluster

import (
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/form"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/syntax"
)

// versionForm is a version of the External Secrets Operator: vMAJOR.MINOR, which a patch version may follow.
var versionForm = form.New(`^v[0-9]{1,3}\.[0-9]{1,3}(\.[0-9]{1,3})?$`)

// installed checks what is said of the operators of the cluster.
func (v validator) installed(path fieldpath.Path, s *Spec) {
	if eso := s.ExternalSecrets; eso != nil {
		at := path.Child("externalSecrets")
		if field := at.Child("version"); v.writtenWell(field) && !versionForm().MatchString(eso.Version) {
			v.invalid(field, eso.Version, "a version such as v2.9",
				"write what the image of the operator has, as v2.9 or v2.9.0")
		}
		if field := at.Child("namespace"); v.writtenWell(field) {
			v.text(field, eso.Namespace, syntax.DNSLabel)
		}
	}
	if s.Monitoring != nil {
		v.text(path.Child("monitoring", "namespace"), s.Monitoring.Namespace, syntax.DNSLabel)
	}
}

// writtenWell reports whether a field is there, and has the right type.
func (v validator) writtenWell(path fieldpath.Path) bool {
	return v.Written(path) && !v.IsUndecoded(path)
}

func (v validator) namespaces(path fieldpath.Path, namespaces map[string]OutsideNamespace) {
	for _, name := range slices.Sorted(maps.Keys(namespaces)) {
		at := path.Child(name)
		if !syntax.DNSLabel.Matches(name) {
			v.wrong(at, phrase.Quote(name)+" must be "+syntax.DNSLabel.Must, "")
		}
		if field := at.Child("trusted"); v.writtenWell(field) && strings.TrimSpace(namespaces[name].Trusted) == "" {
			v.wrong(field, "must be a reason, which reports repeat",
				"say why what runs there may have rights over every component, or remove the field")
		}
	}
}

// kindForm is a custom kind of a group, or all of them: their groups are domains.
var kindForm = form.New(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+/(\*|[A-Za-z][A-Za-z0-9]*)$`)

func (v validator) kinds(path fieldpath.Path, kinds map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		at := path.Child(name)
		group, _, _ := strings.Cut(name, "/")
		switch {
		case !kindForm().MatchString(name):
			v.wrong(at, phrase.Quote(name)+" must be a custom kind as GROUP/KIND, or GROUP/* for all of a group",
				"write it as in grafana.com/Dashboard")
		case IsJudged(group):
			v.wrong(at, phrase.Quote(name)+" must be a custom kind: those of "+group+" are judged one by one",
				"remove the entry; a finding is accepted at its object")
		case !v.IsUndecoded(at) && strings.TrimSpace(kinds[name]) == "":
			v.wrong(at, "must be a reason, which reports repeat",
				"say why these kinds neither run pods nor move secrets")
		}
	}
}

// IsJudged reports whether Cloison knows what the kinds of a group mean, so that each object is judged and a Cluster
// cannot say that they are harmless.
func IsJudged(group string) bool {
	return slices.Contains([]string{
		"admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "cloison.dev",
		"external-secrets.io", "networking.k8s.io", "rbac.authorization.k8s.io", "storage.k8s.io",
	}, group)
}
