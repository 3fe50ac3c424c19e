package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestGoodValuesAreAcceptedByTheSpecAndByTheSchema(t *testing.T) {
	compiled := compile(t)
	for _, s := range slots() {
		for _, value := range s.good {
			node := parse(t, document(s.name, value))
			ok, findings := loads(node)
			assert.True(t, ok, "%s: %s: the spec must accept it: %v", s.name, value, findings)
			assert.NoError(t, compiled.Validate(toJSON(t, node)), "%s: %s", s.name, value)
		}
	}
}

func TestBadValuesAreRefusedByTheSpecAndByTheSchema(t *testing.T) {
	compiled := compile(t)
	for _, s := range slots() {
		for _, value := range s.bad {
			node := parse(t, document(s.name, value))
			ok, _ := loads(node)
			assert.False(t, ok, "%s: %s: the spec must refuse it", s.name, value)
			assert.Error(t, compiled.Validate(toJSON(t, node)), "%s: %s: the schema must refuse it", s.name, value)
		}
	}
}

// TestTheSchemaIsNeverStricterThanTheSpec tries odd values in every slot.
func TestTheSchemaIsNeverStricterThanTheSpec(t *testing.T) {
	compiled := compile(t)
	for _, s := range slots() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			for _, value := range odd() {
				node, err := tryParse(document(s.name, value))
				if err != nil {
					continue // not YAML there
				}
				if ok, _ := loads(node); ok {
					assert.NoError(t, compiled.Validate(toJSON(t, node)), value)
				}
			}
		})
	}
}

func FuzzTheSchemaIsNeverStricterThanTheSpec(f *testing.F) {
	all := slots()
	for i, s := range all {
		for _, value := range s.good {
			f.Add(uint8(i), value)
		}
	}
	compiled := compile(f)
	f.Fuzz(func(t *testing.T, place uint8, value string) {
		quoted, err := json.Marshal(value)
		if err != nil {
			t.Skip(err)
		}
		node, err := tryParse(document(all[int(place)%len(all)].name, string(quoted)))
		if err != nil {
			t.Skip(err) // YAML has no control characters
		}
		if ok, _ := loads(node); ok {
			assert.NoError(t, compiled.Validate(toJSON(t, node)))
		}
	})
}
