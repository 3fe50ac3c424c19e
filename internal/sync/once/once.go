// Package once reads the secrets of ExternalSecrets that are given as manifests, once and without a cluster, and makes
// their Secrets: the local way to see what the sync runtime would write, and what it would say.
package once

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/scaleway"
	"cloison.dev/cloison/internal/sync/content"
	"cloison.dev/cloison/internal/sync/decide"
	"cloison.dev/cloison/internal/sync/fetch"
	"cloison.dev/cloison/internal/sync/served"
	"cloison.dev/cloison/internal/wellknown"
)

// Input is what is read, and with which keys.
type Input struct {
	// Manifests that would be applied. A Secret that a SecretStore names as its credential gives the API key.
	Manifests []*objects.Object
	// Environment gives the API key of a component whose credential is not among the manifests, by the rules of package
	// scaleway.
	Environment scaleway.Environment
	// Namespace whose ExternalSecrets are read; empty means all.
	Namespace string
	// Current are the Secrets as they are now, by namespace and name.
	Current map[[2]string]*corev1.Secret
	// Retry of every call.
	Retry scaleway.Retry
	// Now is the time.
	Now time.Time
}

// Result is what became of one ExternalSecret.
type Result struct {
	Namespace, Name string
	// Elsewhere reports that its SecretStore is served by another controller, so that nothing was read.
	Elsewhere bool
	decide.Decision
	// Secret as it is to be; nil where there is to be none, or not all of it is known.
	Secret *corev1.Secret
}

// Failed reports whether the ExternalSecret is not served.
func (r *Result) Failed() bool {
	ready := r.Status.Condition(eso.ConditionReady)
	return !r.Elsewhere && (ready == nil || ready.Status != metav1.ConditionTrue)
}

// Message is what the condition Ready says.
func (r *Result) Message() string {
	if ready := r.Status.Condition(eso.ConditionReady); ready != nil {
		return ready.Message
	}
	return "not everything was read in time"
}

// Run reads until everything is read or ctx ends, and gives a result for every ExternalSecret, in the order of the
// manifests. The error is about manifests that cannot be read.
func Run(ctx context.Context, in Input) ([]Result, error) {
	r := run{Input: in, stores: map[[2]string]*store{}, secrets: map[[2]string]*corev1.Secret{}}
	if err := r.read(); err != nil {
		return nil, err
	}
	opened := r.open()
	_ = opened.Settle(ctx) // what was not read in time says so
	results := make([]Result, len(r.externals))
	for i, e := range r.externals {
		results[i] = r.result(e)
	}
	return results, nil
}

// run is one reading.
type run struct {
	Input
	externals []*external
	stores    map[[2]string]*store
	secrets   map[[2]string]*corev1.Secret
}

// external is an ExternalSecret of the manifests.
type external struct {
	*eso.ExternalSecret
	reads   []eso.Read
	refused []string
	// elsewhere reports whether all of its stores are served by another controller.
	elsewhere bool
}

func (e *external) user() string { return e.Namespace + "/" + e.Name }

// store is a SecretStore of the manifests.
type store struct {
	*eso.Store
	credential served.Credential
	refused    []string
	// opened reads from it; nil where it cannot be opened, which refused says.
	opened *fetch.Store
}

// api is the store as it is written; nil where there is none.
func (s *store) api() *eso.Store {
	if s == nil {
		return nil
	}
	return s.Store
}

// read sorts the manifests by kind.
func (r *run) read() error {
	for _, o := range r.Manifests {
		if o.IsLocal() || r.Namespace != "" && o.Namespace != r.Namespace {
			continue
		}
		if err := r.readObject(o); err != nil {
			return fmt.Errorf("%s: %s: %w", o.File, o, err)
		}
	}
	return nil
}

func (r *run) readObject(o *objects.Object) error {
	group := o.GroupKind().Group
	switch {
	case group == eso.Group && o.Kind == eso.ExternalSecretKind:
		text, err := o.JSON()
		if err != nil {
			return err
		}
		read, refusals := served.ExternalSecret(text)
		r.externals = append(
			r.externals,
			&external{ExternalSecret: read, reads: read.Spec.Reads(), refused: served.Texts(refusals)},
		)
	case group == eso.Group && o.Kind == eso.SecretStoreKind:
		text, err := o.JSON()
		if err != nil {
			return err
		}
		read, credential, refusals := served.Store(text)
		r.stores[[2]string{o.Namespace, o.Name}] = &store{
			Store:      read,
			credential: credential,
			refused:    served.Texts(refusals),
		}
	case group == "" && o.Kind == "Secret":
		secret := &corev1.Secret{}
		if err := o.DecodePart(secret); err != nil {
			return errors.New("is no Secret") // the cause may quote a value
		}
		r.secrets[[2]string{o.Namespace, o.Name}] = secret
	}
	return nil
}

// open opens the stores that are used, and has them used.
func (r *run) open() fetch.Stores {
	opened := fetch.Stores{}
	for _, e := range r.externals {
		parted := served.Part(served.Stores(&e.Spec, e.reads), func(name string) *eso.Store {
			return r.storeOf(e, name).api()
		}, "is not among the manifests")
		e.elsewhere = parted.Elsewhere
		e.refused = append(e.refused, parted.Refused...)
		for _, name := range parted.Here {
			used := r.storeOf(e, name)
			r.openStore(used)
			e.refused = append(e.refused, used.refused...)
		}
		if e.elsewhere || len(e.refused) > 0 {
			continue
		}
		stores := r.storesOf(e)
		stores.Use(e.user(), e.reads, 0)
		for name, one := range stores {
			opened[e.Namespace+"/"+name] = one
		}
	}
	return opened
}

// storeOf finds a store of the namespace of an ExternalSecret; nil where there is none.
func (r *run) storeOf(e *external, name string) *store { return r.stores[[2]string{e.Namespace, name}] }

func (r *run) storesOf(e *external) fetch.Stores {
	stores := fetch.Stores{}
	for _, name := range served.Stores(&e.Spec, e.reads) {
		stores[name] = r.storeOf(e, name).opened
	}
	return stores
}

// openStore opens a store once.
func (r *run) openStore(s *store) {
	if s.opened != nil || len(s.refused) > 0 {
		return
	}
	provider := s.Spec.ScalewayProvider()
	config := scaleway.VaultConfig{
		URL:       provider.APIURL,
		Region:    provider.Region,
		ProjectID: provider.ProjectID,
		Retry:     r.Retry,
	}
	vault, err := r.vault(s, config)
	if err != nil {
		s.refused = []string{fmt.Sprintf("SecretStore %q: %v", s.Name, err)}
		return
	}
	s.opened = fetch.NewStore(fetch.Config{Vault: vault})
}

// vault opens a store with the key of its credential or, where that is not among the manifests, of the environment.
func (r *run) vault(s *store, config scaleway.VaultConfig) (*scaleway.Vault, error) {
	access, accessGiven := r.half(s, s.credential.AccessKey)
	secret, secretGiven := r.half(s, s.credential.SecretKey)
	if accessGiven && secretGiven {
		config.AccessKey, config.SecretKey = access, secret
		return scaleway.NewVault(config)
	}
	vault, err := r.Environment.Vault(s.Labels[wellknown.ComponentLabel], config)
	if err != nil {
		return nil, fmt.Errorf(
			"its credential, Secret %q, is not among the manifests, and the environment has no key for it: %w",
			s.credential.SecretKey.Secret,
			err,
		)
	}
	return vault, nil
}

// half is one half of an API key among the manifests.
func (r *run) half(s *store, at served.SecretKey) (value string, given bool) {
	secret := r.secrets[[2]string{s.Namespace, at.Secret}]
	if secret == nil {
		return "", false
	}
	if text, has := secret.StringData[at.Key]; has {
		return text, true
	}
	data, has := secret.Data[at.Key]
	return string(data), has
}

// result decides on one ExternalSecret.
func (r *run) result(e *external) Result {
	result := Result{Namespace: e.Namespace, Name: e.Name, Elsewhere: e.elsewhere}
	if e.elsewhere {
		return result
	}
	facts := decide.Facts{
		External: e.ExternalSecret, Refused: e.refused, Now: r.Now,
		Current: r.Current[[2]string{e.Namespace, e.Spec.TargetName(e.Name)}],
	}
	if len(e.refused) == 0 {
		outcomes, state := r.storesOf(e).Outcomes(e.user(), e.reads)
		facts.Reading = decide.Reading(state)
		if state.Settled {
			facts.Content, facts.Problems = content.Make(e.ExternalSecret, e.reads, outcomes)
		}
	}
	result.Decision = decide.Decide(facts)
	if result.Write != nil {
		result.Secret = withoutCluster(result.Write.Secret)
	}
	return result
}

// withoutCluster is a Secret without what only a cluster gives: the id of its owner.
func withoutCluster(s *corev1.Secret) *corev1.Secret {
	plain := s.DeepCopy()
	plain.OwnerReferences = nil
	return plain
}
