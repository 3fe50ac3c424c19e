package decide_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/decide"
)

var now = time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)

const canary = "CANARY0of0a0value"

// facts are those of an ExternalSecret that was read and whose Secret does not exist yet.
func facts() decide.Facts {
	external := &eso.ExternalSecret{}
	external.Name, external.Namespace, external.UID, external.Generation = "api", "shop-api", "uid-1", 3
	external.Spec.Target.Name = "api-secrets"
	return decide.Facts{
		External: external,
		Reading:  decide.Reading{Settled: true, At: now.Add(-time.Second)},
		Content: &content.Content{
			Type:   "Opaque",
			Labels: map[string]string{"a": "b"},
			Data:   map[string][]byte{"URL": []byte(canary), "USER": []byte("u")},
		},
		Now: now,
	}
}

// applied is the Secret as the API server has it after a decision was carried out.
func applied(t *testing.T, d decide.Decision) *corev1.Secret {
	t.Helper()
	require.NotNil(t, d.Write)
	s := d.Write.Secret.DeepCopy()
	fields := map[string]any{
		"f:data":     fieldsOf(s.Data),
		"f:metadata": map[string]any{"f:labels": fieldsOf(s.Labels), "f:annotations": fieldsOf(s.Annotations)},
	}
	raw, err := json.Marshal(fields)
	require.NoError(t, err)
	s.ManagedFields = []metav1.ManagedFieldsEntry{{
		Manager: decide.FieldManager, Operation: metav1.ManagedFieldsOperationApply, FieldsV1: metav1.NewFieldsV1(string(raw)),
	}}
	return s
}

func fieldsOf[V any](values map[string]V) map[string]any {
	fields := map[string]any{".": map[string]any{}}
	for key := range values {
		fields["f:"+key] = map[string]any{}
	}
	return fields
}

// next are the facts after a decision was carried out.
func next(t *testing.T, f decide.Facts, d decide.Decision) decide.Facts {
	t.Helper()
	if d.Write != nil {
		f.Current = applied(t, d)
	}
	status, err := json.Marshal(d.Status)
	require.NoError(t, err)
	external := *f.External
	external.Status = status
	f.External, f.Last, f.LastServes = &external, d.Written, true
	return f
}

func ready(d decide.Decision) string {
	for _, c := range d.Status.Conditions {
		return fmt.Sprintf("%s=%s %s: %s", c.Type, c.Status, c.Reason, c.Message)
	}
	return ""
}

func events(d decide.Decision) string {
	var texts []string
	for _, e := range d.Events {
		texts = append(texts, fmt.Sprintf("%v %s: %s", e.Warning, e.Reason, e.Message))
	}
	return strings.Join(texts, "\n")
}

func TestASecretIsCreatedWhole(t *testing.T) {
	f := facts()
	d := decide.Decide(f)
	assert.Equal(t, &corev1.Secret{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop-api", Name: "api-secrets", Labels: map[string]string{"a": "b"},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "external-secrets.io/v1", Kind: "ExternalSecret", Name: "api", UID: "uid-1", Controller: new(true), BlockOwnerDeletion: new(true),
			}},
		},
		Type: "Opaque",
		Data: map[string][]byte{"URL": []byte(canary), "USER": []byte("u")},
	}, d.Write.Secret)
	assert.False(t, d.Write.Replace)
	assert.Equal(t, "Ready=True SecretSynced: secret synced", ready(d))
	assert.Equal(t, "false Created: secret created", events(d))
	assert.Equal(t, "api-secrets", d.Status.Binding.Name)
	assert.Equal(t, now.Add(-time.Second), d.Status.RefreshTime.Time)
	assert.Equal(t, "3-", d.Status.SyncedResourceVersion[:2])

	again := decide.Decide(next(t, f, d))
	assert.Nil(t, again.Write, "nothing has changed")
	assert.True(t, equality.Semantic.DeepEqual(d.Status, again.Status), "a status that says the same is not written")
	assert.Empty(t, again.Events)
}

// synced are facts of a Secret that is as it is to be.
func synced(t *testing.T) decide.Facts {
	t.Helper()
	f := facts()
	return next(t, f, decide.Decide(f))
}

func TestDriftIsRepaired(t *testing.T) {
	for name, drift := range map[string]func(s *corev1.Secret){
		"a value":         func(s *corev1.Secret) { s.Data["URL"] = []byte("edited") },
		"a key that went": func(s *corev1.Secret) { delete(s.Data, "URL") },
		"a key of others": func(s *corev1.Secret) { s.Data["MORE"] = []byte("added") },
		"a label":         func(s *corev1.Secret) { delete(s.Labels, "a") },
		"the owner":       func(s *corev1.Secret) { s.OwnerReferences = nil },
		"another UID":     func(s *corev1.Secret) { s.OwnerReferences[0].UID = "uid-0" },
		"the manager":     func(s *corev1.Secret) { s.ManagedFields = nil },
	} {
		f := synced(t)
		drift(f.Current)
		for state, reading := range map[string]decide.Reading{
			"settled":      f.Reading,
			"being read":   {},
			"not readable": {Problem: "the API does not answer", Since: now.Add(-time.Second)},
		} {
			f.Reading = reading
			d := decide.Decide(f)
			require.NotNil(t, d.Write, "%s, %s", name, state)
			assert.Equal(t, canary, string(d.Write.Secret.Data["URL"]))
			assert.Len(t, d.Write.Secret.Data, 2)
			assert.True(t, d.Repairs, name)
			assert.Equal(t, "false Updated: secret updated", events(d), "%s, %s", name, state)
			assert.Equal(t, slices.Contains([]string{"a key of others", "another UID"}, name), d.Write.Replace, name)
			assert.Equal(
				t,
				slices.Contains([]string{"a value", "a key that went", "a key of others"}, name),
				d.Write.DataChanges,
				name,
			)
		}
	}
	f := synced(t)
	f.Current.Labels["of others"], f.Current.Annotations = "stays", map[string]string{"too": "stays"}
	assert.Nil(t, decide.Decide(f).Write)
	f.Current = nil
	f.Reading.Settled = false
	d := decide.Decide(f)
	assert.NotNil(t, d.Write, "a Secret that was deleted is made again without a call")
	assert.True(t, d.Repairs)
}

func TestWhatIsNewIsNoRepair(t *testing.T) {
	assert.False(t, decide.Decide(facts()).Repairs, "it is created")
	f := synced(t)
	assert.False(t, decide.Decide(f).Repairs, "there is nothing to do")
	f.Content = &content.Content{Type: "Opaque", Data: map[string][]byte{"URL": []byte("new")}}
	d := decide.Decide(f)
	assert.NotNil(t, d.Write)
	assert.False(t, d.Repairs, "a value is new")
}

func TestLabelsThatAreNotWantedAnyMoreGo(t *testing.T) {
	f := synced(t)
	f.Content = &content.Content{Type: "Opaque", Data: f.Content.Data}
	d := decide.Decide(f)
	require.NotNil(t, d.Write)
	assert.False(t, d.Write.DataChanges)
}

func TestASecretOfTheOperatorIsAdopted(t *testing.T) {
	f := synced(t)
	f.Current.ManagedFields[0].Manager = "externalsecrets.external-secrets.io/api"
	f.Current.Annotations = map[string]string{"reconcile.external-secrets.io/data-hash": "x"}
	d := decide.Decide(f)
	require.NotNil(t, d.Write)
	assert.False(t, d.Write.DataChanges, "nothing restarts")
	assert.False(t, d.Write.Replace)
}

func TestNothingIsWrittenWhereAnythingIsWrong(t *testing.T) {
	f := synced(t)
	f.Content = nil
	f.Problems = []content.Problem{
		{
			Key:       "URL",
			Reference: "path:/shop/url",
			Text:      "there is no such secret",
		}, {Key: "USER", Reference: "path:/shop/user", Text: "there is no such secret"},
		{
			Key:       "PORT",
			Reference: "path:/shop/json",
			Text:      `its value has no property "port"`,
		}, {Field: fieldpath.Of("spec", "dataFrom").Index(0), Text: "odd"},
	}
	d := decide.Decide(f)
	assert.Nil(t, d.Write)
	want := `could not get secret data from provider: PORT (path:/shop/json): its value has no property "port"; ` +
		`URL (path:/shop/url), USER (path:/shop/user): there is no such secret; spec.dataFrom[0]: odd`
	assert.Equal(t, "Ready=False SecretSyncedError: "+want, ready(d))
	assert.Equal(t, "true UpdateFailed: "+want, events(d))
	assert.Equal(t, "api-secrets", d.Status.Binding.Name, "what is known of the last success stays")
	assert.NotNil(t, d.Status.RefreshTime)
	assert.Empty(t, events(decide.Decide(next(t, f, d))), "the same event is not told twice")

	f.Refused = []string{
		`spec.target.deletionPolicy "Delete" is not served: it must be Retain`,
		"spec.syncWindows is not served",
	}
	assert.Equal(
		t,
		`Ready=False SecretSyncedError: this ExternalSecret is not served: `+strings.Join(f.Refused, "; "),
		ready(decide.Decide(f)),
	)

	f = synced(t)
	f.Reading, f.Current.Data["URL"] = decide.Reading{}, []byte("edited")
	f.Refused = []string{"x"}
	assert.Nil(t, decide.Decide(f).Write)
}

func TestASecretStaysWhereNothingIsFound(t *testing.T) {
	f := facts()
	f.Content = &content.Content{Nothing: true}
	d := decide.Decide(f)
	assert.Nil(t, d.Write, "it is not made")
	assert.Equal(t, "Ready=True SecretSynced: secret retained due to DeletionPolicy=Retain", ready(d))
	assert.Empty(t, events(d))
	assert.Nil(t, d.Status.Binding, "there is no Secret to bind to")

	f = synced(t)
	f.Content = &content.Content{Nothing: true}
	d = decide.Decide(f)
	assert.Nil(t, d.Write)
	assert.Equal(t, "Ready=True SecretSynced: secret retained due to DeletionPolicy=Retain", ready(d))

	f.Content.Kept = map[string]string{"URL": "the API answered 500"}
	assert.Contains(t, ready(decide.Decide(f)), "optional keys that cannot be read stay as they are: URL: the API "+
		"answered 500")

	f.Current = nil
	f.External.Spec.Target.CreationPolicy = eso.CreateMerge
	assert.Contains(t, ready(decide.Decide(f)), "SecretSynced",
		"as in the operator, which does not look for the Secret")
}

func TestFailingCallsAreSaidAfterAWhile(t *testing.T) {
	f := synced(t)
	before := ready(decide.Decide(f))
	f.Content = nil
	f.Reading = decide.Reading{Problem: "the API at host answered 503", Since: now.Add(-29 * time.Second)}
	assert.Equal(t, before, ready(decide.Decide(f)))
	f.Reading.Since = now.Add(-30 * time.Second)
	d := decide.Decide(f)
	assert.Equal(
		t,
		"Ready=False SecretSyncedError: could not get secret data from provider: the API at host answered 503",
		ready(d),
	)
	assert.Nil(t, d.Write)

	f = facts()
	f.Reading = decide.Reading{Problem: "the API at host answered 503", Since: now}
	assert.Contains(t, ready(decide.Decide(f)), "answered 503", "who was never synced is told at once")
	f.Reading = decide.Reading{}
	assert.Empty(t, ready(decide.Decide(f)), "nothing is known yet")
}

func TestWhatBelongsToOthersIsNotTaken(t *testing.T) {
	owner := func(kind, name string, group string) []metav1.OwnerReference {
		return []metav1.OwnerReference{
			{APIVersion: group + "/v1", Kind: kind, Name: name, UID: types.UID("other"), Controller: new(true)},
		}
	}
	for want, change := range map[string]func(f *decide.Facts){
		`target is owned by another ExternalSecret: "api-secrets" belongs to "other"; give one of them another target`: func(f *decide.Facts) {
			f.Current.OwnerReferences = owner("ExternalSecret", "other", "external-secrets.io")
		},
		`failed to take ownership of target secret: "api-secrets" belongs to Deployment "web"; give the ` +
			`ExternalSecret another target`: func(f *decide.Facts) {
			f.Current.OwnerReferences = owner("Deployment", "web", "apps")
		},
		`could not update secret: its type is "Opaque" and cannot become "kubernetes.io/tls"; delete the Secret ` +
			`"api-secrets" to have it made again`: func(f *decide.Facts) {
			f.Content.Type = "kubernetes.io/tls"
		},
		`could not update secret, target is immutable; delete the Secret "api-secrets" to have it made again`: func(f *decide.Facts) {
			f.Current.Immutable = new(true)
			f.Content.Data = map[string][]byte{"URL": []byte("new")}
		},
	} {
		f := synced(t)
		change(&f)
		d := decide.Decide(f)
		assert.Nil(t, d.Write, want)
		assert.Equal(t, "Ready=False SecretSyncedError: "+want, ready(d))
	}
}

func TestCreationPolicies(t *testing.T) {
	for policy, test := range map[string]struct {
		exists bool
		want   string
	}{
		"None":   {false, "Ready=True SecretSynced: secret synced"},
		"Merge":  {false, "Ready=True SecretMissing: secret will not be created due to CreationPolicy=Merge"},
		"Orphan": {false, "Ready=True SecretSynced: secret synced"},
	} {
		f := facts()
		f.External.Spec.Target.CreationPolicy = policy
		d := decide.Decide(f)
		assert.Equal(t, test.want, ready(d), policy)
		assert.Equal(t, policy == "Orphan", d.Write != nil, policy)
	}
	f := facts()
	f.External.Spec.Target.CreationPolicy = "Merge"
	f.Current = &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "api-secrets"},
		Data:       map[string][]byte{"OTHER": []byte("o"), "USER": []byte("old")},
	}
	d := decide.Decide(f)
	require.NotNil(t, d.Write)
	assert.Empty(t, d.Write.Remove, "the keys of others stay")
	assert.Empty(t, d.Write.Secret.OwnerReferences)
	assert.Empty(t, d.Write.Secret.Type)

	f = synced(t)
	f.External.Spec.Target.CreationPolicy = "Orphan"
	d = decide.Decide(f)
	require.NotNil(t, d.Write)
	assert.True(t, d.Write.Replace, "it is its owner no more")

	f = facts()
	f.External.Spec.Target.Immutable = true
	assert.True(t, *decide.Decide(f).Write.Secret.Immutable)
}

func TestARenamedTargetLeavesTheOldSecret(t *testing.T) {
	f := synced(t)
	f.External.Spec.Target.Name, f.Current = "renamed", nil
	d := decide.Decide(f)
	assert.Equal(t, "renamed", d.Write.Secret.Name)
	assert.Equal(t, "false Created: secret created\n"+
		`true TargetRenamed: the target is "renamed" now; the Secret "api-secrets" stays: delete it when nothing `+
		`uses it any more`, events(d))
}

func TestOptionalKeysThatCannotBeReadStayAsTheyAre(t *testing.T) {
	f := synced(t)
	f.Content = &content.Content{
		Type:   "Opaque",
		Labels: f.Content.Labels,
		Data:   map[string][]byte{"URL": []byte(canary)},
		Kept:   map[string]string{"USER": "denied", "NONE": "denied"},
	}
	d := decide.Decide(f)
	assert.Nil(t, d.Write)
	assert.Equal(
		t,
		"Ready=True SecretSynced: secret synced; optional keys that cannot be read stay as they are: NONE, USER: denied",
		ready(d),
	)
	f.Current = nil
	assert.Len(t, decide.Decide(f).Write.Secret.Data, 1, "there is nothing to keep")
}

func TestEventsAreShortAndConditionsAreWhole(t *testing.T) {
	f := facts()
	for i := range 370 {
		f.Problems = append(
			f.Problems,
			content.Problem{
				Key:       fmt.Sprintf("KEY_%03d", i),
				Reference: fmt.Sprintf("path:/shop/key-%03d", i),
				Text:      "there is no such secret",
			},
		)
	}
	d := decide.Decide(f)
	assert.LessOrEqual(t, len(d.Events[0].Message), 1024)
	assert.Contains(t, d.Events[0].Message, "(the condition Ready has all of it)")
	assert.Contains(t, ready(d), "KEY_369 (path:/shop/key-369)")
}

// TestASecretIsRepairedWhateverElseIsWrong deletes it by hand while values are missing, or Scaleway does not answer.
func TestASecretIsRepairedWhateverElseIsWrong(t *testing.T) {
	synced := next(t, facts(), decide.Decide(facts()))
	missing := synced
	missing.Content, missing.Problems = nil, []content.Problem{{Key: "URL", Text: "there is no such secret"}}
	down := synced
	down.Content, down.Reading = nil, decide.Reading{Problem: "the API does not answer", Since: now.Add(-time.Hour)}
	for name, f := range map[string]decide.Facts{"missing": missing, "down": down} {
		said := next(t, f, decide.Decide(f))
		said.Last = f.Last
		assert.Nil(t, decide.Decide(said).Write, "%s: it is as it is to be", name)
		assert.Empty(t, decide.Decide(said).Events, "%s: it is said once", name)

		said.Current = nil
		d := decide.Decide(said)
		require.NotNil(t, d.Write, name)
		assert.Equal(t, synced.Last.Data, d.Write.Secret.Data, name)
		assert.Equal(t, []decide.Event{{Reason: decide.EventCreated, Message: "secret created"}}, d.Events, name)
		assert.Equal(t, metav1.ConditionFalse, d.Status.Condition(eso.ConditionReady).Status, name)

		said.LastServes = false
		assert.Nil(t, decide.Decide(said).Write, "%s: the ExternalSecret is another one", name)
	}
}
