package fetch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"cloison.dev/cloison/internal/scaleway"
)

// vault is a Scaleway in memory, on the clock of the test.
type vault struct {
	latency time.Duration
	// fails decides what a call gets instead of its answer; empty for nothing.
	fails func(call string) scaleway.Failure

	mu      sync.Mutex
	secrets map[string]*held
	calls   []string
	ids     int
}

// held is a secret: the values of its revisions, from the first.
type held struct {
	id        string
	versions  []string
	ephemeral bool
}

func newVault(values map[string]string) *vault {
	v := &vault{secrets: map[string]*held{}}
	for path, value := range values {
		v.set(path, value)
	}
	return v
}

// set makes a new version of a secret, and the secret where there is none.
func (v *vault) set(path, value string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	h := v.secrets[path]
	if h == nil {
		v.ids++
		h = &held{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", v.ids)}
		v.secrets[path] = h
	}
	h.versions = append(h.versions, value)
}

func (v *vault) remove(path string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.secrets, path)
}

// called lists the calls since the last time, sorted.
func (v *vault) called() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	calls := v.calls
	v.calls = nil
	slices.Sort(calls)
	return calls
}

// count counts the calls since the last time that begin with a text.
func (v *vault) count(beginning string) int {
	n := 0
	for _, call := range v.called() {
		if strings.HasPrefix(call, beginning) {
			n++
		}
	}
	return n
}

func (v *vault) call(ctx context.Context, call string) error {
	v.mu.Lock()
	v.calls = append(v.calls, call)
	fails, latency := v.fails, v.latency
	v.mu.Unlock()
	select {
	case <-time.After(latency):
	case <-ctx.Done():
		return &scaleway.VaultError{Failure: scaleway.Stopped, Message: "stopped"}
	}
	if fails != nil {
		if failure := fails(call); failure != "" {
			return &scaleway.VaultError{Failure: failure, Message: "the API says " + string(failure)}
		}
	}
	return nil
}

func (v *vault) failing(fails func(call string) scaleway.Failure) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.fails = fails
}

// ReadPath implements fetch.Vault.
func (v *vault) ReadPath(ctx context.Context, folder, name, revision string) (scaleway.Value, error) {
	path := strings.TrimSuffix(folder, "/") + "/" + name
	if err := v.call(ctx, "read "+path+"@"+revision); err != nil {
		return scaleway.Value{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.secrets[path].revision(revision)
}

// ReadID implements fetch.Vault.
func (v *vault) ReadID(ctx context.Context, id, revision string) (scaleway.Value, error) {
	if err := v.call(ctx, "read "+id+"@"+revision); err != nil {
		return scaleway.Value{}, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, h := range v.secrets {
		if h.id == id {
			return h.revision(revision)
		}
	}
	return (*held)(nil).revision(revision)
}

func (h *held) revision(revision string) (scaleway.Value, error) {
	n := 0
	if h != nil {
		n = len(h.versions)
		if revision != "latest_enabled" {
			_, _ = fmt.Sscan(revision, &n)
		}
	}
	if n < 1 || n > len(h.versions) {
		return scaleway.Value{}, &scaleway.VaultError{Failure: scaleway.Absent, Message: "not found"}
	}
	return scaleway.Value{SecretID: h.id, Revision: n, Data: []byte(h.versions[n-1])}, nil
}

// List implements fetch.Vault.
func (v *vault) List(ctx context.Context, of scaleway.Filter) ([]scaleway.Listed, error) {
	if err := v.call(ctx, "list "+of.Folder+of.Name); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	var found []scaleway.Listed
	for path, h := range v.secrets {
		slash := strings.LastIndexByte(path, '/')
		folder, name := path[:slash], path[slash+1:]
		if of.Folder != "" && of.Folder != folder || of.Name != "" && of.Name != name {
			continue
		}
		found = append(
			found,
			scaleway.Listed{
				ID:                h.id,
				Folder:            folder,
				Name:              name,
				Versions:          len(h.versions),
				ConsumedByReading: h.ephemeral,
			},
		)
	}
	slices.SortFunc(found, func(a, b scaleway.Listed) int { return strings.Compare(a.Folder+a.Name, b.Folder+b.Name) })
	return found, nil
}

// share fails a share of the calls, by chance.
func share(random *rand.Rand, of float64, failure scaleway.Failure) func(string) scaleway.Failure {
	var mu sync.Mutex
	return func(string) scaleway.Failure {
		mu.Lock()
		defer mu.Unlock()
		if random.Float64() < of {
			return failure
		}
		return ""
	}
}
