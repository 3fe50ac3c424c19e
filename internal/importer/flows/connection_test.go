package flows

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/spec"
)

// ports are those of a connection, as a Segregation has them; nil means all.
func ports(t *testing.T, texts ...spec.Port) []spec.PortRange {
	t.Helper()
	var parsed []spec.PortRange
	for _, text := range texts {
		port, err := text.Parse()
		assert.NoError(t, err)
		parsed = append(parsed, port)
	}
	return parsed
}

func TestWhatTwoConnectionsHaveInCommon(t *testing.T) {
	web, api := map[string]string{"app": "web"}, map[string]string{"app": "api"}
	for name, test := range map[string]struct {
		a, b, want connection
		none       bool
	}{
		"the narrower pods": {
			a: connection{from: web}, b: connection{to: api}, want: connection{from: web, to: api},
		},
		"the labels of both": {
			a:    connection{from: web},
			b:    connection{from: map[string]string{"tier": "front"}},
			want: connection{from: map[string]string{"app": "web", "tier": "front"}},
		},
		"no pod has two values of a label": {a: connection{from: web}, b: connection{from: api}, none: true},
		"the ports of the one that has some": {
			a: connection{ports: ports(t, "80")}, b: connection{}, want: connection{ports: ports(t, "80")},
		},
		"where ranges overlap": {
			a:    connection{ports: ports(t, "80-90", "53/UDP")},
			b:    connection{ports: ports(t, "85-100", "53")},
			want: connection{ports: ports(t, "85-90")},
		},
		"no port of both": {
			a: connection{ports: ports(t, "80")}, b: connection{ports: ports(t, "80/UDP")}, none: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, order := range [][2]connection{{test.a, test.b}, {test.b, test.a}} {
				both, ok := order[0].and(order[1])
				assert.Equal(t, !test.none, ok)
				if test.none {
					continue
				}
				assert.Equal(t, test.want, both)
				assert.True(t, both.within(test.a), "it is within the first")
				assert.True(t, both.within(test.b), "it is within the second")
			}
		})
	}
}

func TestConnectionsThatAnotherOneContainsAreLeftOut(t *testing.T) {
	all := connection{}
	http := connection{ports: ports(t, "80")}
	web := connection{from: map[string]string{"app": "web"}, ports: ports(t, "80")}

	assert.Equal(t, []connection{http}, largest([]connection{web, http, http}, 0))
	assert.Equal(t, []connection{web, all}, largest([]connection{web, http, all}, 1), "the first one stays")
}
