package policy_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"

	"cloison.dev/cloison/validators/network/policy"
)

func ports(protocol corev1.Protocol, first, last int32) policy.PortSet {
	return policy.PortSet{Ranges: []policy.PortRange{{Protocol: protocol, First: first, Last: last}}}
}

func TestSetsOfPortsAreMerged(t *testing.T) {
	tcp, udp, sctp := corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP
	assert.Equal(t, ports(tcp, 80, 90), ports(tcp, 80, 84).Union(ports(tcp, 85, 90)))
	assert.Equal(t, "TCP 80, UDP 80", ports(udp, 80, 80).Union(ports(tcp, 80, 80)).String())
	assert.True(t, ports(tcp, 1, 65535).Union(ports(udp, 1, 65535)).Union(ports(sctp, 1, 65535)).All)
	assert.True(t, policy.AllPorts().Minus(policy.PortSet{}).All)
	assert.True(t, ports(tcp, 1, 5).Minus(policy.AllPorts()).IsEmpty())
	assert.Equal(t, "TCP 1-79, TCP 81-65535, every UDP port, every SCTP port",
		policy.AllPorts().Minus(ports(tcp, 80, 80)).String())
}

// What two sets have is decided port by port in another way.
func TestUnionAndMinusAgreeWithSinglePorts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	some := func() policy.PortSet {
		var set policy.PortSet
		for range random.IntN(4) {
			first := 1 + random.Int32N(30)
			protocol := []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP}[random.IntN(2)]
			set.Ranges = append(set.Ranges,
				policy.PortRange{Protocol: protocol, First: first, Last: first + random.Int32N(10)})
		}
		return set
	}
	for range 500 {
		a, b := some(), some()
		union, minus := a.Union(b), a.Minus(b)
		for _, protocol := range []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP} {
			for number := int32(1); number < 45; number++ {
				p := policy.Port{Protocol: protocol, Number: number}
				assert.Equal(t, a.Contains(p) || b.Contains(p), union.Contains(p), "%v %v %v", a, b, p)
				assert.Equal(t, a.Contains(p) && !b.Contains(p), minus.Contains(p), "%v %v %v", a, b, p)
			}
		}
	}
}
