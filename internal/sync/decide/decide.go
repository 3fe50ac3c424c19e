// Package decide is the pure core of the sync runtime: of an ExternalSecret, the Secret as it is, and what was read, it
// makes what is to be written and what is to be said. It knows no clock, no network and no cluster.
//
// A Secret is written whole or not at all. Where anything is missing, denied or malformed it stays as it is, and the
// condition names everything that is wrong. Nothing is ever deleted.
package decide

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cloison.dev/cloison/internal/eso"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/sync/content"
)

// Facts are what is known of an ExternalSecret.
type Facts struct {
	External *eso.ExternalSecret
	// Current is the Secret that it writes, as it is; nil where there is none.
	Current *corev1.Secret
	// Refused says what of it, or of its stores, is not served.
	Refused []string
	// Reading is how far the reading has come. Without an error in it, and not settled, it is under way.
	Reading Reading
	// Content that was made of what was read; nil where it is not settled, or where there are Problems.
	Content  *content.Content
	Problems []content.Problem
	// Last is the content that was written last by this process; nil where none was.
	Last *content.Content
	// LastServes reports whether Last was made of the ExternalSecret as it is now: then it is what the Secret is to
	// hold while nothing newer can be made.
	LastServes bool
	// Restarts has changes recorded on the Secret, so that workloads are restarted for them.
	Restarts bool
	// Now is the time.
	Now time.Time
}

// Reading is how far the reading of an ExternalSecret has come.
type Reading struct {
	// Settled reports whether everything was read.
	Settled bool
	// Problem is why it is not, where calls fail.
	Problem string
	// Since is when they began to fail.
	Since time.Time
	// At is when the oldest of what was read was read.
	At time.Time
}

// Decision is what is to be done.
type Decision struct {
	// Write is the Secret to be written; nil where it is to stay as it is.
	Write *Write
	// Repairs reports whether the Secret is written only because others have changed or deleted it since this process
	// wrote it.
	Repairs bool
	// Status to be written once that is done.
	Status eso.ExternalSecretStatus
	// Events to be told once that is done.
	Events []Event
	// Written is the content of the Secret after it was written; nil where that is not known.
	Written *content.Content
}

// Event is told of an ExternalSecret.
type Event struct {
	Warning bool
	Reason  string
	Message string
}

// Reasons of events. Those of the first four are the operator's.
const (
	EventCreated      = "Created"
	EventUpdated      = "Updated"
	EventUpdateFailed = "UpdateFailed"
	EventMissing      = "SecretMissing"
	// EventRenamed tells that a Secret of an earlier name stays.
	EventRenamed = "TargetRenamed"
)

// Grace is how long failing calls are tried again before the status says so, where there is a status already.
const Grace = 30 * time.Second

// Decide decides. It changes none of the facts.
func Decide(f Facts) Decision {
	switch {
	case len(f.Refused) > 0:
		return f.failed("this ExternalSecret is not served: " + strings.Join(f.Refused, "; "))
	case !f.Reading.Settled:
		return f.waiting()
	case len(f.Problems) > 0:
		return f.repaired(f.failed("could not get secret data from provider: " + sentence(f.Problems)))
	}
	return f.write(f.Content)
}

// Failed is the status and the event of what could not be done in spite of a decision. The message must hold no value.
func Failed(f Facts, message string) Decision { return f.failed(message) }

// failed leaves the Secret as it is.
func (f Facts) failed(message string) Decision {
	status := f.External.ReadStatus()
	changed := f.setReady(&status, metav1.ConditionFalse, eso.ReasonSecretSyncedError, message)
	decision := Decision{Status: status}
	if changed {
		decision.Events = []Event{{Warning: true, Reason: EventUpdateFailed,
			Message: Note(message, eso.ConditionReady)}}
	}
	return decision
}

// waiting keeps the Secret as this process knows it while values are being read.
func (f Facts) waiting() Decision {
	status := f.External.ReadStatus()
	fails := f.Reading.Problem != "" &&
		(status.Condition(eso.ConditionReady) == nil || f.Now.Sub(f.Reading.Since) >= Grace)
	if fails {
		return f.repaired(f.failed("could not get secret data from provider: " + f.Reading.Problem))
	}
	return f.repaired(Decision{Status: status})
}

// repaired has the Secret hold what it last held, whatever else is decided.
func (f Facts) repaired(decision Decision) Decision {
	if f.Last == nil || !f.LastServes {
		return decision
	}
	if kept := f.write(f.Last); kept.Write != nil {
		decision.Write, decision.Written, decision.Repairs = kept.Write, kept.Written, kept.Repairs
		decision.Events = append(decision.Events, kept.Events[0])
	}
	return decision
}

// write holds the Secret against its content.
func (f Facts) write(made *content.Content) Decision {
	target := &f.External.Spec.Target
	switch {
	case made.Nothing:
		return f.synced(Decision{Written: made}, eso.ReasonSecretSynced, kept(eso.MessageRetained, made))
	case !target.Writes():
		return f.synced(Decision{Written: made}, eso.ReasonSecretSynced, eso.MessageSynced)
	case !target.Creates() && f.Current == nil:
		return f.synced(Decision{}, eso.ReasonSecretMissing, "secret will not be created due to CreationPolicy=Merge")
	}
	if problem := f.misfit(made); problem != "" {
		return f.failed(problem)
	}
	decision := Decision{Written: made, Write: f.difference(made)}
	if decision.Write != nil {
		decision.Repairs = made == f.Last // each content is made once
		event := Event{Reason: EventUpdated, Message: "secret updated"}
		if f.Current == nil {
			event = Event{Reason: EventCreated, Message: "secret created"}
		}
		decision.Events = append(decision.Events, event)
	}
	decision = f.synced(decision, eso.ReasonSecretSynced, kept(eso.MessageSynced, made))
	return f.renamed(decision)
}

// kept adds the optional keys that are kept because they cannot be read to the message of a condition.
func kept(message string, made *content.Content) string {
	if len(made.Kept) == 0 {
		return message
	}
	var problems []content.Problem
	for key, why := range made.Kept {
		problems = append(problems, content.Problem{Key: key, Text: why})
	}
	return message + "; optional keys that cannot be read stay as they are: " + sentence(problems)
}

// synced says that the ExternalSecret is served.
func (f Facts) synced(decision Decision, reason, message string) Decision {
	status := f.External.ReadStatus()
	f.setReady(&status, metav1.ConditionTrue, reason, message)
	if at := metav1.NewTime(f.Reading.At.Truncate(time.Second)); !f.Reading.At.IsZero() {
		status.RefreshTime = &at
	} else if status.RefreshTime == nil {
		now := metav1.NewTime(f.Now.Truncate(time.Second))
		status.RefreshTime = &now
	}
	status.SyncedResourceVersion = eso.SyncedVersion(&f.External.ObjectMeta)
	decision.Status = status
	return decision
}

// renamed binds the status to the Secret, and tells where one of an earlier name stays.
func (f Facts) renamed(decision Decision) Decision {
	name := f.External.Spec.TargetName(f.External.Name)
	if before := decision.Status.Binding; before != nil && before.Name != "" && before.Name != name {
		decision.Events = append(decision.Events, Event{Warning: true, Reason: EventRenamed, Message: fmt.Sprintf(
			"the target is %s now; the Secret %s stays: delete it when nothing uses it any more",
			phrase.Quote(name),
			phrase.Quote(before.Name),
		)})
	}
	decision.Status.Binding = &eso.Binding{Name: name}
	return decision
}

// setReady sets the condition Ready, and reports whether it says something else than before.
func (f Facts) setReady(
	status *eso.ExternalSecretStatus,
	is metav1.ConditionStatus,
	reason, message string,
) (changed bool) {
	status.Conditions, changed = eso.SetCondition(status.Conditions, eso.Condition{
		Type: eso.ConditionReady, Status: is, Reason: reason, Message: message,
		LastTransitionTime: metav1.NewTime(f.Now.Truncate(time.Second)),
	})
	return changed
}

// sentence names all problems; those that say the same are said once.
func sentence(problems []content.Problem) string {
	about := map[string][]string{}
	var order []string
	for _, p := range problems {
		if about[p.Text] == nil {
			order = append(order, p.Text)
		}
		about[p.Text] = append(about[p.Text], subject(p))
	}
	parts := make([]string, len(order))
	for i, text := range order {
		parts[i] = strings.Join(slices.Compact(slices.Sorted(slices.Values(about[text]))), ", ") + ": " + text
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

// subject is what a problem is about.
func subject(p content.Problem) string {
	if p.Key != "" && p.Reference != "" {
		return p.Key + " (" + p.Reference + ")"
	}
	return cmp.Or(p.Key, p.Reference, p.Field.String())
}

// longestNote is what the API server takes for an event, in bytes.
const longestNote = 1024

// Note cuts a message for an event; a condition of the type has all of it.
func Note(message, condition string) string {
	more := " ... (the condition " + condition + " has all of it)"
	if len(message) <= longestNote {
		return message
	}
	return strings.ToValidUTF8(message[:longestNote-len(more)], "") + more
}
