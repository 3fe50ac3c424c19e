package capture_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

const project = "3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90"

// canary is in every value, and in every error that is no *capture.Error.
const canary = "CANARY-c0ffee"

// fake is a Secret Manager in memory. The id of a secret is "<folder>/<name>".
type fake struct {
	listed, going map[string][]capture.Secret // by folder
	enabled       map[string][]int            // by id
	values        map[string]string           // by id@revision
	count         int
	// errors has what a call gives instead of its answer, by what calls has of it.
	errors map[string]error
	// delay is how long a call takes; nil means no time.
	delay func(call string) time.Duration

	mu            sync.Mutex
	calls         []string
	running, most int
	handedOut     [][]byte
}

// run notes a call, takes its time and gives its error.
func (f *fake) run(ctx context.Context, format string, args ...any) error {
	call := fmt.Sprintf(format, args...)
	f.mu.Lock()
	f.calls = append(f.calls, call)
	f.running++
	f.most = max(f.most, f.running)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.running--
	}()
	if f.delay != nil {
		select {
		case <-time.After(f.delay(call)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return f.errors[call]
}

func (f *fake) Secrets(ctx context.Context, of inventory.FolderRef,
	scheduledForDeletion bool) ([]capture.Secret, error) {
	if scheduledForDeletion {
		return f.going[of.Path], f.run(ctx, "going %s", of.Path)
	}
	return f.listed[of.Path], f.run(ctx, "list %s", of.Path)
}

func (f *fake) SecretCount(ctx context.Context, region, projectID string) (int, error) {
	return f.count, f.run(ctx, "count %s %s", region, projectID)
}

func (f *fake) EnabledRevisions(ctx context.Context, _ inventory.FolderRef, secret capture.Secret) ([]int, error) {
	return f.enabled[secret.ID], f.run(ctx, "enabled %s", secret.ID)
}

func (f *fake) Value(ctx context.Context, _ inventory.FolderRef, secret capture.Secret, revision int) ([]byte, error) {
	at := fmt.Sprintf("%s@%d", secret.ID, revision)
	err := f.run(ctx, "value %s", at)
	value := []byte(f.values[at])
	f.mu.Lock()
	defer f.mu.Unlock()
	f.handedOut = append(f.handedOut, value)
	return value, err
}

// sorted are the calls so far.
func (f *fake) sorted() []string { return slices.Sorted(slices.Values(f.calls)) }

// add adds a secret with the given enabled revisions, all of the same value.
func (f *fake) add(folder, name, value string, enabled ...int) {
	id := folder + "/" + name
	secret := capture.Secret{ID: id, Name: name, Type: "opaque"}
	for _, revision := range enabled {
		secret.Revisions = max(secret.Revisions, revision)
		f.values[fmt.Sprintf("%s@%d", id, revision)] = value
	}
	f.enabled[id] = enabled
	f.listed[folder] = append(f.listed[folder], secret)
}

func newFake() *fake {
	return &fake{
		listed: map[string][]capture.Secret{}, going: map[string][]capture.Secret{},
		enabled: map[string][]int{}, values: map[string]string{}, errors: map[string]error{},
	}
}

// Account makes a fake the account of every component.
func (f *fake) Account(*plan.Plan, string) (capture.SecretManager, error) { return f, nil }

// accounts are by component.
type accounts map[string]capture.SecretManager

func (a accounts) Account(_ *plan.Plan, component string) (capture.SecretManager, error) {
	if a[component] == nil {
		return nil, &capture.Error{Reason: inventory.NoCredentials, Message: "set SCW_ACCESS_KEY"}
	}
	return a[component], nil
}

// planOf is a plan with a component for every group, named after the group's folder.
func planOf(groups ...plan.SecretGroup) *plan.Plan {
	p := &plan.Plan{Segregation: "shop"}
	for _, group := range groups {
		group.Region, group.ProjectID = "fr-par", project
		p.Components = append(p.Components, plan.Component{Name: group.Folder[1:], Groups: []plan.SecretGroup{group}})
	}
	return p
}

func group(folder string, entries ...plan.Entry) plan.SecretGroup {
	return plan.SecretGroup{Folder: folder, Entries: entries}
}

func ref(folder string) inventory.FolderRef { return inventory.FolderRefOf("fr-par", project, folder) }
