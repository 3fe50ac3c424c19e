package cluster_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/cluster"
)

func TestServicesOfKapsuleHaveAddressesOfServices(t *testing.T) {
	in := cluster.Kapsule()
	for _, address := range []netip.Addr{in.APIServer.Service.Addr(), in.DNS.Service} {
		isService := slices.ContainsFunc(in.ServiceCIDRs, func(p netip.Prefix) bool { return p.Contains(address) })
		assert.True(t, isService, "%s", address)
	}
	for _, pods := range in.PodCIDRs {
		for _, other := range in.ServiceCIDRs {
			assert.False(t, pods.Overlaps(other), "%s %s", pods, other)
		}
		for _, metadata := range in.Metadata {
			assert.False(t, pods.Contains(metadata), "%s %s", pods, metadata)
		}
	}
}

func TestAClusterIsNotShared(t *testing.T) {
	changed := cluster.Kapsule()
	changed.DNS.Pods["k8s-app"], changed.PodCIDRs[0] = "coredns", netip.Prefix{}
	assert.NotEqual(t, changed, cluster.Kapsule())
}
