package intake

import (
	"fmt"
	"reflect"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/wellknown"
)

func clusters() kind[cluster.Cluster] {
	return kind[cluster.Cluster]{
		plural:     "Clusters",
		is:         wellknown.IsCluster,
		load:       cluster.Load,
		agree:      func(a, b *cluster.Cluster) bool { return reflect.DeepEqual(a, b) },
		unreadable: finding.ClusterInvalid,
	}
}

// surroundings are what the manifests stand in.
type surroundings struct {
	cluster  cluster.Cluster
	findings []finding.Finding
	complete bool
}

// surround takes the one Cluster of the input, or a Kapsule where it has none.
func surround(in Input) surroundings {
	read := read(in, clusters())
	s := surroundings{cluster: cluster.Kapsule(), findings: read.findings, complete: read.complete}
	for i, each := range read.accepted {
		if i == 0 {
			s.cluster = *each.value
			continue
		}
		s.complete = false
		s.findings = append(s.findings, in.Place(each.object, finding.Finding{
			Code: finding.ClusterInvalid, Severity: finding.Error, Field: fieldpath.Of("metadata", "name"),
			Message: fmt.Sprintf("there is another Cluster, %q: manifests stand in one", s.cluster.Name),
			Fix:     "remove one of the two",
		}))
	}
	return s
}
