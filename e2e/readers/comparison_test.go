package readers

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// outcome is how the two readings of a file compare.
type outcome string

const (
	same          outcome = "read the same"
	refusedByBoth outcome = "refused by both"
	// refusedHere is allowed: what it refuses, Cloison asks to be written so that every reader reads the same.
	refusedHere outcome = "refused here alone"
	// passedOver holds nothing that could be applied, for kubectl either, and is shown as passed over.
	passedOver outcome = "passed over"
	// What kubectl refuses, and Cloison reads for a reason.
	badMetadata outcome = "metadata that no API server takes: a finding names the field"
	listInList  outcome = "a list in a list: kustomize takes it apart"
)

// reasonToRead is why Cloison reads what kubectl refuses; empty where there is none.
func reasonToRead(refusal error) outcome {
	switch text := refusal.Error(); {
	case strings.Contains(text, "into Go struct field"):
		return badMetadata
	case strings.Contains(text, "is not a list: no Items field"):
		return listInList
	}
	return ""
}

// compareReadings fails the test where Cloison reads another object than kubectl, or leaves one out without refusing
// anything.
func compareReadings(t *testing.T, file string, kubectl []object, refusal error, cloison reading) outcome {
	t.Helper()
	switch {
	case refusal == nil:
		for _, o := range cloison.objects {
			isRead := slices.ContainsFunc(kubectl, o.isSame)
			assert.True(t, isRead, "Cloison reads %+v in\n%s\nkubectl reads %+v", o, file, kubectl)
		}
		if cloison.refused {
			return refusedHere
		}
		assert.Len(t, cloison.objects, len(kubectl), "in %s\nkubectl reads %+v", file, kubectl)
		return same
	case cloison.refused:
		return refusedByBoth
	case len(cloison.objects) == 0 && strings.Contains(refusal.Error(), "recognized file extensions are"):
		return passedOver
	case slices.ContainsFunc(cloison.skipped, isNamedIn(refusal)):
		return passedOver
	}
	reason := reasonToRead(refusal)
	assert.NotEmpty(t, reason, "Cloison reads %+v in\n%s\nkubectl refuses it: %v", cloison.objects, file, refusal)
	return reason
}

func isNamedIn(refusal error) func(file string) bool {
	return func(file string) bool { return strings.Contains(refusal.Error(), file) }
}

// isSame reports whether two readings of an object are equal. Where the API server refuses what it is called, kubectl
// has no such names, and only the content counts.
func (o object) isSame(kubectl object) bool {
	return o.Content == kubectl.Content && (kubectl.Meta.Kind == "" || fmt.Sprint(o.Meta) == fmt.Sprint(kubectl.Meta))
}
