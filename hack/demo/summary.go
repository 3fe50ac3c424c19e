package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/decoded"
	"cloison.dev/cloison/internal/explain"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
)

// summary describes the manifests. The Segregation only says which namespaces are components, and what is declared.
type summary struct {
	// overview is what "cloison explain" shows first: Secrets, who reaches whom, roles.
	overview []byte
	kinds    []kindCount
	// generated counts the objects that Cloison generated, handwritten the others.
	generated, handwritten size
}

type size struct {
	objects, lines int
}

// kindCount counts the objects of one kind.
type kindCount struct {
	kind                   string
	generated, handwritten int
}

func summarize(manifests []*manifest, text []byte, overlay string) (*summary, error) {
	s := &summary{}
	for _, m := range manifests {
		s.count(m)
	}
	if s.generated.objects == 0 {
		return nil, fmt.Errorf("none of the %d objects was made by Cloison: kustomize has not run it", len(manifests))
	}
	slices.SortFunc(s.kinds, func(a, b kindCount) int { return cmp.Compare(a.kind, b.kind) })
	read, err := objects.Parse("", text)
	if err != nil {
		return nil, fmt.Errorf("read the manifests: %w", err)
	}
	declared, err := load.Paths([]string{overlay}, nil, load.Options{SegregationsOnly: true})
	if err != nil {
		return nil, fmt.Errorf("read the Segregation: %w", err)
	}
	all, _ := decoded.New(read, declared.Plans, declared.Cluster)
	state := &access.New(all).State
	var overview bytes.Buffer
	err = explain.Overview(&overview, state, 0)
	s.overview = overview.Bytes()
	return s, err
}

func (s *summary) count(m *manifest) {
	at := slices.IndexFunc(s.kinds, func(k kindCount) bool { return k.kind == m.Kind })
	if at < 0 {
		at = len(s.kinds)
		s.kinds = append(s.kinds, kindCount{kind: m.Kind})
	}
	if m.generated() {
		s.kinds[at].generated++
		s.generated.add(m)
		return
	}
	s.kinds[at].handwritten++
	s.handwritten.add(m)
}

func (s *size) add(m *manifest) {
	s.objects++
	s.lines += m.lines()
}
