package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/spec"
)

func TestFoldersMustNotContainOneAnother(t *testing.T) {
	group := func(path string) string { return "{secrets: {keys: [A], path: " + path + "}}\n" }
	for name, test := range map[string]struct{ a, b, inner string }{
		"one folder":                       {"/x", "/x", "b"},
		"a folder inside":                  {"/x", "/x/y", "b"},
		"a folder deep inside":             {"/x", "/x/y/z/w", "b"},
		"the first inside the second":      {"/x/y", "/x", "a"},
		"the root":                         {"/", "/x", "b"},
		"the root is the second":           {"/x", "/", "a"},
		"the root twice":                   {"/", "/", "b"},
		"names that start alike":           {"/x", "/x-y", ""},
		"names that start alike by letter": {"/x", "/xy/z", ""},
		"other capitals":                   {"/x", "/X", ""},
		"neighbours":                       {"/x/y", "/x/z", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, findings := load(t, components("a: "+group(test.a)+"b: "+group(test.b)))
			if test.inner == "" {
				assert.Empty(t, findings)
				return
			}
			assert.Equal(t, []string{"error CLS-S009 spec.components." + test.inner + ".secrets.path"}, short(findings))
		})
	}
}

func TestFoldersOfDifferentProjectsDoNotMeet(t *testing.T) {
	const other = "scaleway: {projectID: 11111111-2222-3333-4444-555555555555}"
	_, findings := load(t,
		components("a: {secrets: {keys: [A], path: /x}}\nb: {"+other+", secrets: {keys: [A], path: /x}}\n"))
	assert.Empty(t, findings)
}

func TestARegionDoesNotPartFolders(t *testing.T) {
	_, findings := load(t,
		components("a: {secrets: {keys: [A], path: /x}}\nb: {scaleway: {region: nl-ams}, secrets: {keys: [A], path: "+
			"/x}}\n"))
	assert.Equal(t, []string{"error CLS-S009 spec.components.b.secrets.path"}, short(findings),
		"a rule of IAM is for a project and a folder")
}

func TestSegregationsMustNotOverlap(t *testing.T) {
	first := accepted(t, components("a: {secrets: {keys: [A], path: /x}}\nb: {secrets: {keys: [A]}}\n"))
	second := accepted(t,
		components("a: {namespace: other, secrets: {keys: [A], path: /x/y}}\nc: {namespace: shop-b}\n"))
	third := accepted(t, components("d: {secrets: {keys: [A], path: /z}}\n"))
	assert.Empty(t, spec.Overlaps(nil))
	assert.Empty(t, spec.Overlaps([]spec.Loaded{{Segregation: first}}))
	assert.Empty(t, spec.Overlaps([]spec.Loaded{{Segregation: first}, {Segregation: third}}))
	findings := spec.Overlaps([]spec.Loaded{{Segregation: first}, {Segregation: third},
		{Segregation: second, Origin: spec.Origin{File: "b.yaml"}}})
	assert.ElementsMatch(t, []string{
		"error CLS-S011 spec.components.c.namespace", "error CLS-S009 spec.components.a.secrets.path",
	}, short(findings))
	for _, f := range findings {
		assert.Equal(t, "b.yaml", f.File)
	}
}

func TestAComponentOfAnotherSegregationReadsNoMetrics(t *testing.T) {
	reads := func(namespace string) spec.Loaded {
		return spec.Loaded{Segregation: accepted(t, strings.Replace(
			components("a: {namespace: elsewhere, secrets: {keys: [A], path: /x}}\n"), "  components:",
			"  sync: {engine: Cloison, image: 'sync:v1', metricsFrom: "+namespace+"}\n  components:", 1))}
	}
	other := spec.Loaded{Segregation: accepted(t, components("b: {}\n"))}
	assert.Empty(t, spec.Overlaps([]spec.Loaded{reads("monitoring"), other}))
	findings := spec.Overlaps([]spec.Loaded{reads("shop-b"), other})
	assert.Equal(t, []string{"error CLS-S007 spec.sync.metricsFrom"}, short(findings))
	assert.Contains(t, findings[0].Message,
		`"shop-b" must not be the namespace of a component: Segregation shop has it`)
}
