package seed

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/iam"
	"cloison.dev/cloison/internal/emulator/id"
	"cloison.dev/cloison/internal/emulator/secret"
)

// Target is what Seeds are loaded into.
type Target struct {
	Secrets *secret.Store
	IAM     *iam.Model
	// IDs makes the keys that are not given. They depend on their names.
	IDs id.Source
	// Keys are the keys of Seeds, by name. Load adds to them.
	Keys map[string]iam.Credentials
}

// Load adds what the Seed holds, all of it or nothing: everything that keeps the real API from holding it is reported
// at once, each with its path and never with a value. Secrets and versions of a Seed are visible at once.
func (t Target) Load(seed Seed, now time.Time) error {
	delay := t.Secrets.VisibleAfter
	t.Secrets.VisibleAfter = 0
	defer func() { t.Secrets.VisibleAfter = delay }()

	secrets := make([]secret.Secret, len(seed.Secrets))
	for i, of := range seed.Secrets {
		secrets[i] = t.Secrets.WithDefaults(of.secret(seed))
	}
	problems := append(t.checkIAM(seed), t.checkSecrets(seed, secrets)...)
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	if err := t.loadIAM(seed); err != nil {
		return err
	}
	for i, of := range seed.Secrets {
		if err := t.addSecret(of, secrets[i], now); err != nil {
			return fmt.Errorf("secrets[%d]: %w", i, err)
		}
	}
	return nil
}

// addSecret adds a secret that passes checkSecrets.
func (t Target) addSecret(of Secret, what secret.Secret, now time.Time) error {
	added := t.Secrets.Create(what, now)
	for _, v := range of.versions() {
		version := secret.Version{Data: []byte(v.Value), Description: v.Description}
		revision, err := t.Secrets.AddVersion(added, version, now)
		if err == nil && v.Status != secret.Enabled {
			err = t.Secrets.SetStatus(added, revision, v.Status, now)
		}
		if err != nil {
			return err
		}
	}
	if of.DeletionRequested {
		t.Secrets.Delete(added, now)
	}
	return nil
}

// loadIAM adds applications, policies and keys that pass checkIAM, all of them or none.
func (t Target) loadIAM(seed Seed) error {
	before, keys := t.IAM.Snapshot(), maps.Clone(t.Keys)
	if err := t.addIAM(seed); err != nil {
		clear(t.Keys)
		maps.Copy(t.Keys, keys)
		return errors.Join(err, t.IAM.Restore(before))
	}
	return nil
}

func (t Target) addIAM(seed Seed) error {
	applications := map[string]iam.Application{}
	for i, of := range seed.Applications {
		meta := iam.Meta{Name: of.Name, Description: of.Description, Tags: of.Tags}
		made, err := t.IAM.CreateApplication(meta, t.IAM.Born())
		if err != nil {
			return fmt.Errorf("applications[%d]: %w", i, err)
		}
		applications[of.Name] = made
	}
	for i, of := range seed.Policies {
		var grants []iam.Grant
		for _, rule := range of.Rules {
			grants = append(grants, seed.grant(rule))
		}
		meta := iam.Meta{Name: of.Name, Description: of.Description}
		principal := iam.Principal{ApplicationID: applications[of.Application].ID}
		if _, err := t.IAM.CreatePolicy(meta, principal, t.IAM.Rules(grants), t.IAM.Born()); err != nil {
			return fmt.Errorf("policies[%d]: %w", i, err)
		}
	}
	for i, of := range seed.Keys {
		if err := t.addKey(of, seed, applications); err != nil {
			return fmt.Errorf("keys[%d]: %w", i, err)
		}
	}
	return nil
}

// addKey adds a key that passes checkKeys.
func (t Target) addKey(of Key, seed Seed, applications map[string]iam.Application) error {
	owner, named := applications[of.Application]
	if !named {
		var err error
		if owner, err = t.IAM.CreateGranted(of.Name, seed.grant(of.rule())); err != nil {
			return err
		}
	}
	key := t.credentials(of)
	_, err := t.IAM.CreateKey(iam.Key{
		ApplicationID: owner.ID, Description: of.Name, ExpiresAt: of.ExpiresAt,
		AccessKey: key.AccessKey, SecretKey: key.SecretKey,
	}, t.IAM.Born())
	t.Keys[of.Name] = key
	return err
}

// credentials returns the key that the Seed gives, or the one that is made up for its name.
func (t Target) credentials(of Key) iam.Credentials {
	if of.SecretKey != "" {
		return iam.Credentials{AccessKey: of.AccessKey, SecretKey: strings.ToLower(of.SecretKey)}
	}
	return iam.Credentials{
		AccessKey: id.AccessKey(t.IDs.UUID(fmt.Sprintf("access key of %q", of.Name), 0)),
		SecretKey: t.IDs.UUID(fmt.Sprintf("key %q", of.Name), 0),
	}
}
