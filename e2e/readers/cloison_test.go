package readers

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/load"
	"cloison.dev/cloison/internal/objects"
)

// meta is what an object is called.
type meta struct {
	APIVersion, Kind, Namespace, Name string
	Labels, Annotations               map[string]string
}

// object is what a reader makes of a manifest.
type object struct {
	Meta meta
	// Content is the whole object as JSON, with sorted keys.
	Content string
}

func compare(a, b object) int { return strings.Compare(a.Content, b.Content) }

// reading is what "cloison check" makes of files.
type reading struct {
	objects []object
	// refused reports that something in the files was not read, and is a finding or an error.
	refused bool
	// skipped are the files that were passed over.
	skipped []string
}

// readAsCloison reads files and folders.
func readAsCloison(t *testing.T, paths ...string) reading {
	t.Helper()
	input, err := load.Paths(paths, nil, load.Options{KeepGoing: true})
	if err != nil {
		requireLines(t, err)
		return reading{refused: true}
	}
	var found reading
	for _, o := range input.Objects {
		if o.Unread {
			continue // stands for what is among the findings
		}
		if read, hasMetadata := fromCloison(t, o); hasMetadata { // see canBeApplied
			found.objects = append(found.objects, read)
		}
	}
	slices.SortFunc(found.objects, compare)
	for _, f := range input.Findings {
		if f.Code == finding.InputUnreadable {
			found.refused = true
			require.NotEmpty(t, f.File)
		}
	}
	for _, s := range input.Skipped {
		found.skipped = append(found.skipped, s.File)
	}
	return found
}

// requireLines holds that each refusal says the file and the line, or the item of a list. Templates, and ResourceLists
// that are not YAML, are refused whole.
func requireLines(t *testing.T, err error) {
	t.Helper()
	unreadable, is := errors.AsType[*load.Unreadable](err)
	require.True(t, is, "%v", err)
	require.NotEmpty(t, unreadable.Problems)
	for _, problem := range unreadable.Problems {
		unread, is := errors.AsType[*objects.Unread](problem)
		require.True(t, is, "%v", problem)
		require.NotEmpty(t, unread.File)
		assert.Regexp(t, `line [0-9]+|items\[[0-9]+\]|is a template|is no text in UTF-8|the input is not YAML`, problem.Error())
	}
}

func fromCloison(t *testing.T, o *objects.Object) (read object, hasMetadata bool) {
	t.Helper()
	fields := map[string]any{}
	err := o.DecodePart(&fields)
	assert.NoError(t, err, "what is read must be decided when it is read")
	fields["apiVersion"], fields["kind"] = o.APIVersion, o.Kind // items of a list may leave them out
	text, err := json.Marshal(fields)
	require.NoError(t, err)
	_, hasMetadata = fields["metadata"]
	return object{meta{o.APIVersion, o.Kind, o.Namespace, o.Name, o.Labels, o.Annotations}, string(text)}, hasMetadata
}
