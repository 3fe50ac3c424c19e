package paths

import (
	"fmt"
	"slices"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
)

// wanted is a value that a group reads.
type wanted struct {
	// key is empty where the secret is extracted.
	key, secret, property, version string
	pinned                         bool
	field                          fieldpath.Path
}

func ofEntry(e plan.Entry) wanted {
	return wanted{key: e.Key, secret: e.Secret, property: e.Property, version: e.Version, pinned: e.Pinned,
		field: e.Field}
}

func ofExtract(e plan.Extract) wanted {
	return wanted{secret: e.Secret, version: e.Version, pinned: e.Pinned, field: e.Field}
}

// extract reports whether every property of the secret becomes a key.
func (w wanted) extract() bool { return w.key == "" }

// needsContent reports whether the properties of the value must be known.
func (w wanted) needsContent() bool { return w.extract() || w.property != "" }

// required judges a secret without which the whole group does not sync.
func (g *groupCheck) required(w wanted) {
	g.used[w.secret] = true
	s := g.secrets[w.secret]
	switch {
	case s == nil:
		g.missing(w)
	case s.DeletionRequestedAt != "":
		g.wrong(w, finding.SecretGoing,
			fmt.Sprintf("secret %s is scheduled for deletion (asked for at %s), so it cannot be read by path any more",
				g.name(w), s.DeletionRequestedAt),
			"restore the secret, or stop using it")
	default:
		g.ephemeral(w, s)
		revision, known := g.revision(w, s)
		if known && s.Ephemeral == nil && w.needsContent() {
			g.content(w, s, revision)
		}
	}
}

// name is the quoted full name of the secret that w is read from.
func (g *groupCheck) name(w wanted) string { return fmt.Sprintf("%q", fullName(g.Folder, w.secret)) }

// wrong reports an error for which the Secret of the group cannot be written.
func (g *groupCheck) wrong(w wanted, code finding.Code, message, fix string) {
	g.about(g.plan, finding.Finding{
		Code: code, Severity: finding.Error, Field: w.field,
		Message: message, Counterexample: g.reads(w), Fix: g.source.then(fix),
	})
}

// reads is the counterexample: what is written from the value.
func (g *groupCheck) reads(w wanted) string {
	if w.extract() {
		return fmt.Sprintf("Secret %s in %s takes every property of %s", g.Target, g.component.Namespace, g.name(w))
	}
	return fmt.Sprintf("key %s of Secret %s in %s is read from %s", w.key, g.Target, g.component.Namespace, g.name(w))
}

func (g *groupCheck) missing(w wanted) {
	meant := phrase.Closest(w.secret, g.names)
	g.meant[meant] = true
	fix := `create the secret, name the right one under "map", or move the key to "optionalKeys"`
	if w.extract() {
		fix = "create the secret, or correct its name"
	}
	message := fmt.Sprintf("%s has no secret %s%s", g.source, g.name(w), didYouMean(meant))
	if len(g.secrets) == 0 {
		message += ", and nothing at all in that folder"
		fix = fmt.Sprintf("correct region (%s), projectID (%s) or path, or create the secret", g.Region, g.ProjectID)
	}
	g.wrong(w, finding.PathMissing, message, fix)
}

// ephemeral reports a secret with an ephemeral policy.
func (g *groupCheck) ephemeral(w wanted, s *inventory.Secret) {
	if s.Ephemeral == nil {
		return
	}
	f := finding.Finding{
		Code: finding.SecretEphemeral, Severity: finding.Warning, Field: w.field,
		Message:        fmt.Sprintf("secret %s has an ephemeral policy", g.name(w)),
		Counterexample: g.reads(w),
		Fix:            g.source.then("remove the ephemeral policy: what is synced is read again and again"),
	}
	if ttl := s.Ephemeral.TimeToLive; ttl != "" {
		f.Message += fmt.Sprintf(": a revision expires %s after it was made, and syncing fails from then on", ttl)
	}
	if s.Ephemeral.ExpiresOnceAccessed {
		f.Severity = finding.Error
		f.Message = fmt.Sprintf("secret %s has an ephemeral policy: reading the value consumes it, "+
			"so the first sync is the last", g.name(w))
	}
	if w.needsContent() {
		f.Message += "; its properties were not read, because such values never are here"
		f.Undecided = true
	}
	g.about(g.plan, f)
}

// optional judges a secret that may be absent.
func (g *groupCheck) optional(w wanted) {
	g.used[w.secret] = true
	s := g.secrets[w.secret]
	switch {
	case s == nil:
		g.absent(w, "does not exist")
	case s.DeletionRequestedAt != "":
		g.absent(w, "is scheduled for deletion")
	default:
		g.ephemeral(w, s)
		latest, known := s.LatestEnabled()
		if known && latest == 0 {
			g.absent(w, "has no enabled revision")
		} else if !known && !g.source.failedFor(g.ref, s.Name) {
			g.stateless[s.Name] = true
		}
	}
}

func (g *groupCheck) absent(w wanted, why string) {
	severity, fix := finding.Info, ""
	if meant := phrase.Closest(w.secret, g.unasked()); meant != "" && g.secrets[w.secret] == nil {
		g.meant[meant] = true
		why += didYouMean(meant)
		severity = finding.Warning // the key is missing though its secret is there
		fix = g.source.then(fmt.Sprintf("rename the secret, or read it by its name, which makes it required: map: {%s: "+
			"{secret: %s}}", w.key, meant))
	}
	g.about(g.plan, finding.Finding{
		Code: finding.OptionalAbsent, Severity: severity, Field: w.field,
		Message: fmt.Sprintf("secret %s %s, so Secret %s in %s has no key %s", g.name(w), why, g.Target,
			g.component.Namespace, w.key),
		Fix: fix,
	})
}

// unasked are the secrets of the folder that no key of the group asks for by their name.
func (g *groupCheck) unasked() []string {
	asked := map[string]bool{}
	for _, e := range slices.Concat(g.Entries, g.Optional) {
		asked[e.Secret] = true
	}
	return slices.DeleteFunc(slices.Clone(g.names), func(name string) bool { return asked[name] })
}
