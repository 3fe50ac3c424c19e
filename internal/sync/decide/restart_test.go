package decide_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/restart"
	"cloison.dev/cloison/internal/wellknown"
)

// recorded are the facts of a Secret that was written with a record.
func recorded(t *testing.T) decide.Facts {
	t.Helper()
	f := facts()
	f.Restarts = true
	f.Content.Revisions = map[string]int{"path:/shop/url": 1, "path:/shop/user": 1}
	return next(t, f, decide.Decide(f))
}

// newRevision is a content with another value of another revision.
func newRevision(of *content.Content) *content.Content {
	return &content.Content{
		Type: of.Type, Labels: of.Labels, Data: map[string][]byte{"URL": []byte(canary + "2"), "USER": []byte("u")},
		Revisions: map[string]int{"path:/shop/url": 2, "path:/shop/user": 1},
	}
}

// pending is the change that a decision writes; none where it writes nothing, or no change.
func pending(d decide.Decision) string {
	if d.Write == nil {
		return ""
	}
	return d.Write.Secret.Annotations[wellknown.RestartPendingAnnotation]
}

func TestANewRevisionIsAChange(t *testing.T) {
	f := recorded(t)
	assert.Equal(t, restart.State(3, f.Content.Revisions), f.Current.Annotations[wellknown.AppliedAnnotation])
	assert.NotContains(t, f.Current.Annotations, wellknown.RestartPendingAnnotation, "not on creation")
	require.Nil(t, decide.Decide(f).Write)

	for name, last := range map[string]*content.Content{"in the same process": f.Last, "in another one": nil} {
		f := f
		f.Last, f.Content = last, newRevision(f.Content)
		d := decide.Decide(f)
		state := restart.State(3, f.Content.Revisions)
		assert.Equal(t, restart.NewChange(state, now).String(), pending(d), name)
		assert.Equal(t, state, d.Write.Secret.Annotations[wellknown.AppliedAnnotation], name)
		assert.NotContains(t, pending(d), canary)

		f = next(t, f, d)
		assert.Nil(t, decide.Decide(f).Write, "it is pending until it is taken away")
		delete(f.Current.Annotations, wellknown.RestartPendingAnnotation)
		f.Current = applied(t, decide.Decision{Write: &decide.Write{Secret: f.Current}})
		assert.Nil(t, decide.Decide(f).Write, "and is not written again")
	}
}

func TestAPendingChangeStaysUntilThereIsANewOne(t *testing.T) {
	f := recorded(t)
	f.Content = newRevision(f.Content)
	f = next(t, f, decide.Decide(f))
	before := f.Current.Annotations[wellknown.RestartPendingAnnotation]
	f.Now = now.Add(time.Second)
	f.Current.Data["URL"] = []byte("edited")
	assert.Equal(t, before, pending(decide.Decide(f)))
	f.Content = newRevision(f.Content)
	f.Content.Data["URL"] = []byte("deleted and made again with the same revision")
	d := decide.Decide(f)
	assert.NotEqual(t, before, pending(d))
	assert.Contains(t, pending(d), "@2026-07-03T12:00:01.000Z")
}

func TestWhatIsNoChangeRestartsNothing(t *testing.T) {
	for name, change := range map[string]func(f *decide.Facts){
		"a Secret that was edited": func(f *decide.Facts) { f.Current.Data["URL"] = []byte("edited") },
		"a Secret that was edited while nobody ran": func(f *decide.Facts) {
			f.Current.Data["URL"], f.Last = []byte("edited"), nil
		},
		"a key that somebody added": func(f *decide.Facts) { f.Current.Data["MORE"] = nil },
		"a Secret that was deleted": func(f *decide.Facts) { f.Current = nil },
		"a repair while values are being read": func(f *decide.Facts) {
			f.Current.Data["URL"] = []byte("edited")
			f.Reading, f.Content, f.External = decide.Reading{}, nil, generation(f.External, 4)
		},
		"a Secret without a record": func(f *decide.Facts) {
			f.Current.Annotations, f.Content = nil, newRevision(f.Content)
		},
		"a new revision of the same value": func(f *decide.Facts) {
			f.Content = newRevision(f.Content)
			f.Content.Data = f.Current.Data
		},
		"another generation with the same data": func(f *decide.Facts) { f.External = generation(f.External, 4) },
	} {
		f := recorded(t)
		change(&f)
		d := decide.Decide(f)
		require.NotNil(t, d.Write, name)
		assert.Empty(t, pending(d), name)
		if f.Content != nil {
			assert.Equal(t, restart.State(f.External.Generation, f.Content.Revisions),
				d.Write.Secret.Annotations[wellknown.AppliedAnnotation], name)
		} else {
			assert.Equal(t, f.Current.Annotations, d.Write.Secret.Annotations, name)
		}
	}
}

func generation(of *eso.ExternalSecret, is int64) *eso.ExternalSecret {
	external := *of
	external.Generation = is
	return &external
}

func TestAnotherTemplateIsAChange(t *testing.T) {
	f := recorded(t)
	revisions := f.Content.Revisions
	f.External, f.Content, f.Last = generation(f.External, 4), newRevision(f.Content), nil
	f.Content.Revisions = revisions
	assert.NotEmpty(t, pending(decide.Decide(f)))
}

func TestOptionalKeysThatCannotBeReadLeaveTheRecord(t *testing.T) {
	f := recorded(t)
	f.Content = &content.Content{
		Type: "Opaque", Labels: f.Content.Labels, Data: map[string][]byte{"URL": []byte(canary)},
		Kept: map[string]string{"USER": "denied"}, Revisions: map[string]int{"path:/shop/url": 1},
	}
	assert.Nil(t, decide.Decide(f).Write)
}

func TestWithoutRestartsThereIsNoRecord(t *testing.T) {
	f := recorded(t)
	f.Restarts = false
	d := decide.Decide(f)
	require.NotNil(t, d.Write)
	assert.Empty(t, d.Write.Secret.Annotations)
	assert.False(t, d.Write.DataChanges)
}
