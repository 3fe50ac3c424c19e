package paths

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
)

// failures reports what could not be read, once for each plan and cause. A failure that no plan has a group for is
// reported for all of them.
func (r *collector) failures(plans []*plan.Plan, s *source) {
	all := make([]*outages, len(plans))
	for i, p := range plans {
		all[i] = &outages{plan: p, at: map[inventory.FolderRef]locatedGroup{}}
		for _, at := range locatedGroups(p) {
			all[i].at[at.ref] = at
		}
	}
	for _, f := range s.failures {
		concerned := slices.DeleteFunc(slices.Clone(all), func(o *outages) bool { return !o.concern(f.FolderRef) })
		if len(concerned) == 0 {
			concerned = all
		}
		for _, o := range concerned {
			o.add(f)
		}
	}
	for _, o := range all {
		checked := fmt.Sprintf("%d of %s", o.checked(s), plural(len(o.at), "folder"))
		for _, one := range o.causes {
			r.about(o.plan, o.finding(one, checked))
		}
	}
}

// outages are the failures that concern a plan.
type outages struct {
	plan *plan.Plan
	// at are the groups of the plan, by folder.
	at     map[inventory.FolderRef]locatedGroup
	causes []*outage
}

// concern reports whether the plan reads a folder.
func (o *outages) concern(ref inventory.FolderRef) bool {
	_, ours := o.at[ref]
	return ours
}

// outage is one cause of failures.
type outage struct {
	// first is the failure that is quoted, messages are the distinct messages of the cause.
	first    inventory.Failure
	messages map[string]bool
	// refs are the folders concerned, in the order of the failures.
	refs []inventory.FolderRef
	// secrets are those concerned, by folder; empty means the whole folder.
	secrets map[inventory.FolderRef][]string
}

// causeOf is the cause in a message: what follows the first colon. Before it stands the question, which names a folder
// or a secret.
func causeOf(f inventory.Failure) string {
	if _, cause, found := strings.Cut(f.Message, ": "); found {
		return cause
	}
	return f.Message
}

func (o *outages) add(f inventory.Failure) {
	same := func(one *outage) bool { return one.first.Reason == f.Reason && causeOf(one.first) == causeOf(f) }
	i := slices.IndexFunc(o.causes, same)
	if i < 0 {
		i = len(o.causes)
		o.causes = append(o.causes,
			&outage{first: f, messages: map[string]bool{}, secrets: map[inventory.FolderRef][]string{}})
	}
	one := o.causes[i]
	one.messages[f.Message] = true
	before, again := one.secrets[f.FolderRef]
	switch {
	case !again:
		one.refs = append(one.refs, f.FolderRef)
		one.secrets[f.FolderRef] = nil
		if f.Secret != "" {
			one.secrets[f.FolderRef] = []string{f.Secret}
		}
	case f.Secret == "":
		one.secrets[f.FolderRef] = nil
	case len(before) > 0 && !slices.Contains(before, f.Secret):
		one.secrets[f.FolderRef] = append(before, f.Secret)
	}
}

// checked counts the folders of the plan of which everything that was wanted is known.
func (o *outages) checked(s *source) int {
	n := 0
	for ref := range o.at {
		if _, known := s.folder(ref); known && len(s.failed[ref]) == 0 {
			n++
		}
	}
	return n
}

func (o *outages) finding(one *outage, checked string) finding.Finding {
	field := pathsField
	if at, ours := o.at[one.refs[0]]; ours && len(one.refs) == 1 {
		field = at.field.Child("path")
	}
	parts := make([]string, len(one.refs))
	for i, ref := range one.refs {
		parts[i] = o.unchecked(ref, one.secrets[ref])
	}
	message := strings.TrimSuffix(one.first.Message, ".")
	if len(one.messages) > 1 {
		message += "; the same for " + one.others()
	}
	return finding.Finding{
		Code: codeOf(one.first.Reason), Severity: finding.Error, Field: field, Undecided: true,
		Message: fmt.Sprintf("%s: %s; not checked: %s; checked in full: %s", one.first.Reason, message,
			strings.Join(parts, ", "), checked),
	}
}

// others are what else failed for the same cause. Of API keys, which are many where each account has its own, each is
// named, with its variables.
func (o *outage) others() string {
	if o.first.Reason != inventory.NoCredentials {
		return fmt.Sprintf("%d more", len(o.messages)-1)
	}
	var names []string
	for _, message := range slices.Sorted(maps.Keys(o.messages)) {
		if name, _, _ := strings.Cut(message, ": "); message != o.first.Message {
			names = append(names, strings.TrimPrefix(name, "API key of "))
		}
	}
	const shown = 10
	return phrase.Few(shown, names)
}

// unchecked names what of one folder was not checked.
func (o *outages) unchecked(ref inventory.FolderRef, secrets []string) string {
	at, ours := o.at[ref]
	if !ours {
		return ref.String()
	}
	text := fmt.Sprintf("folder %q of %s", ref.Path, at.called())
	if len(secrets) == 0 {
		return text
	}
	return fmt.Sprintf("%s in %s", list(secrets), text)
}

// codeOf is the code of a reason. What is not known is an error too.
func codeOf(reason inventory.Reason) finding.Code {
	switch reason {
	case inventory.NoCredentials, inventory.KeyRefused:
		return finding.CredentialsRefused
	case inventory.NotPermitted:
		return finding.NotPermitted
	}
	return finding.SecretManagerSilent
}
