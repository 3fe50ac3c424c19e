package spec

import (
	"fmt"
	"maps"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
)

// sharedGroups checks who shares what. What a group reads is checked at the components that read it.
func (v *validator) sharedGroups(path fieldpath.Path) {
	for _, name := range slices.Sorted(maps.Keys(v.seg.Spec.SharedSecrets)) {
		g, at := v.seg.Spec.SharedSecrets[name], path.Child(name)
		if g == nil {
			continue
		}
		v.label(at, name)
		v.sharedPlace(at.Child("scaleway"), g.Scaleway)
		if len(g.Components) == 0 && !v.IsUndecoded(at.Child("components")) {
			v.Problem(finding.SpecRequired, at.Child("components"), "must name at least one component that reads the group",
				"add components: {api: {}, worker: {}}")
		}
		for _, component := range slices.Sorted(maps.Keys(g.Components)) {
			v.sharedReader(at.Child("components", component), component, name, g)
		}
	}
}

func (v *validator) sharedPlace(path fieldpath.Path, s *Scaleway) {
	if s != nil {
		v.componentScaleway(path, s)
	}
}

func (v *validator) sharedReader(path fieldpath.Path, component, group string, g *SharedGroup) {
	c, known := v.seg.Spec.Components[component]
	if !known {
		v.peerComponent(path, component)
		return
	}
	if c == nil || g.Components[component] == nil {
		return
	}
	if _, taken := c.SecretGroups[group]; taken {
		v.Problem(finding.SpecNameClash, path,
			fmt.Sprintf("secret group %s must not be shared with component %s, which has one of that name under secretGroups",
				phrase.Quote(group), phrase.Quote(component)), "rename one of the two")
	}
	secrets := g.secrets()
	for _, key := range slices.Sorted(maps.Keys(g.Components[component].Map)) {
		source := g.Components[component].Map[key]
		if name := source.name(key, g.SecretNames); source != nil && !slices.Contains(secrets, name) {
			const shown = 10
			v.Problem(finding.SpecInvalidValue, path.Child("map", key, "secret"),
				fmt.Sprintf("%s must be a secret that the shared group reads: %s", phrase.Quote(name),
					phrase.Few(shown, secrets)), phrase.Write(phrase.ClosestWord(name, secrets)))
		}
	}
}
