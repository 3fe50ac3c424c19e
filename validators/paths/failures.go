package paths

import (
	"fmt"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// failures reports what could not be read, once for each plan and cause. What no plan has a group for concerns all of
// them: it is not known what it was asked for.
func (r *report) failures(plans []*plan.Plan, s *source) {
	all := make([]*outages, len(plans))
	for i, p := range plans {
		all[i] = &outages{plan: p, at: map[inventory.Place]location{}}
		for _, at := range locations(p) {
			all[i].at[at.place] = at
		}
	}
	for _, f := range s.failures {
		concerned := slices.DeleteFunc(slices.Clone(all), func(o *outages) bool { return !o.concern(f.Place) })
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
	// at has the groups of the plan.
	at     map[inventory.Place]location
	causes []*outage
}

// concern says whether the plan reads a folder.
func (o *outages) concern(place inventory.Place) bool {
	_, ours := o.at[place]
	return ours
}

// outage is one cause of failures.
type outage struct {
	// first is the failure that stands for all of them, messages counts those that say something else of the same
	// cause.
	first    inventory.Failure
	messages map[string]bool
	// places are in the order of the failures.
	places []inventory.Place
	// secrets are those concerned, by place; empty for all of the folder.
	secrets map[inventory.Place][]string
}

// causeOf is what came back: the message without what was asked, which names a folder or a secret and stands before a
// colon.
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
			&outage{first: f, messages: map[string]bool{}, secrets: map[inventory.Place][]string{}})
	}
	one := o.causes[i]
	one.messages[f.Message] = true
	before, again := one.secrets[f.Place]
	switch {
	case !again:
		one.places = append(one.places, f.Place)
		one.secrets[f.Place] = nil
		if f.Secret != "" {
			one.secrets[f.Place] = []string{f.Secret}
		}
	case f.Secret == "":
		one.secrets[f.Place] = nil
	case len(before) > 0 && !slices.Contains(before, f.Secret):
		one.secrets[f.Place] = append(before, f.Secret)
	}
}

// checked counts the folders of the plan of which everything that was wanted is known.
func (o *outages) checked(s *source) int {
	n := 0
	for place := range o.at {
		if _, known := s.folder(place); known && len(s.failed[place]) == 0 {
			n++
		}
	}
	return n
}

func (o *outages) finding(one *outage, checked string) finding.Finding {
	field := pathsField
	if at, ours := o.at[one.places[0]]; ours && len(one.places) == 1 {
		field = at.field + ".path"
	}
	parts := make([]string, len(one.places))
	for i, place := range one.places {
		parts[i] = o.part(place, one.secrets[place])
	}
	message := strings.TrimSuffix(one.first.Message, ".")
	if others := len(one.messages) - 1; others > 0 {
		message += fmt.Sprintf("; the same for %d more", others)
	}
	return finding.Finding{
		Code: codeOf(one.first.Reason), Severity: finding.Error, Field: field, Undecided: true,
		Message: fmt.Sprintf("%s: %s; not checked: %s; checked in full: %s", one.first.Reason, message,
			strings.Join(parts, ", "), checked),
	}
}

// part is what of one folder was not checked.
func (o *outages) part(place inventory.Place, secrets []string) string {
	at, ours := o.at[place]
	if !ours {
		return place.String()
	}
	text := fmt.Sprintf("folder %q of %s", place.Path, at.called())
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
	return finding.ScalewaySilent
}
