package kustomization

import (
	"strings"

	"sigs.k8s.io/kustomize/api/types"
)

// Parts are the files and folders that a kustomization names.
type Parts struct {
	// Component is true for a kustomization of the kind Component, which is a part of others only.
	Component bool
	// Names are the paths as they are written, relative to the folder of the kustomization. What is fetched from elsewhere
	// is not among them.
	Names []string
}

// PartsOf reads the text of a kustomization. One that cannot be read has no parts: building it says what is wrong.
func PartsOf(text []byte) Parts {
	var k types.Kustomization
	if err := k.Unmarshal(text); err != nil {
		return Parts{}
	}
	k.FixKustomization()
	p := Parts{Component: k.Kind == types.ComponentKind}
	for _, list := range [][]string{
		k.Resources, k.Components, k.Crds, k.Configurations, k.Generators, k.Transformers, k.Validators,
	} {
		p.add(list...)
	}
	for _, patch := range k.Patches {
		p.add(patch.Path)
	}
	for _, replacement := range k.Replacements {
		p.add(replacement.Path)
	}
	for _, generator := range k.ConfigMapGenerator {
		p.addSources(generator.KvPairSources)
	}
	for _, generator := range k.SecretGenerator {
		p.addSources(generator.KvPairSources)
	}
	for _, chart := range k.HelmCharts {
		p.add(chart.ValuesFile)
		p.add(chart.AdditionalValuesFiles...)
	}
	if k.OpenAPI != nil {
		p.add(k.OpenAPI["path"])
	}
	return p
}

// add takes the names that are paths: neither YAML nor an address.
func (p *Parts) add(names ...string) {
	for _, name := range names {
		if name != "" && !strings.ContainsAny(name, "\n{") && !strings.Contains(name, "://") {
			p.Names = append(p.Names, name)
		}
	}
}

func (p *Parts) addSources(s types.KvPairSources) {
	for _, file := range s.FileSources {
		if _, path, named := strings.Cut(file, "="); named {
			file = path
		}
		p.add(file)
	}
	p.add(s.EnvSources...)
	p.add(s.EnvSource)
}
