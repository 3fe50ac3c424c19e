// Package restart decides which workloads are restarted because a Secret that they consume has changed, and when. It is
// pure, and remembers nothing: all that it goes by is written down in the cluster.
//
// A change of the data of a Secret is written with the data, as an annotation of the Secret. It is pending until every
// workload that consumes the Secret bears it on its pod template; then the annotation is taken away. So nothing is lost
// where the runtime ends in between, and nothing is done twice. A Secret that is created, adopted or repaired has no
// change.
package restart

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Quiet is how long a change waits before workloads are restarted for it, so that several Secrets that change together
// make one restart.
const Quiet = 5 * time.Second

// Patience is how long a StatefulSet or a DaemonSet that was restarted may take until the next workload is. Deployments
// have a deadline of their own, spec.progressDeadlineSeconds.
const Patience = 15 * time.Minute

// Progress of the last rollout of a workload.
type Progress int

// What there is of progress.
const (
	// Done has all pods replaced and available.
	Done Progress = iota
	// Rolling has pods that are still to be replaced or to become available.
	Rolling
	// Failed has given up.
	Failed
	// Manual replaces no pods by itself.
	Manual
)

// Workload is a Deployment, a StatefulSet or a DaemonSet of the namespace.
type Workload struct {
	Kind, Name string
	Created    time.Time
	// Uses are the names of the Secrets that its pods consume, sorted.
	Uses     []string
	Progress Progress
	// Marks and Restarted are the annotations of its pod template: the changes that it was restarted for, and when it
	// last was, zero where it never was.
	Marks     map[string]Change
	Restarted time.Time
	// NotBefore is when it may be restarted again after the API server has refused to; zero means at once.
	NotBefore time.Time
}

// String formats w for events. Example: Deployment api.
func (w *Workload) String() string { return w.Kind + " " + w.Name }

// Path formats w as kubectl takes it. Example: Deployment/api.
func (w *Workload) Path() string { return w.Kind + "/" + w.Name }

// Facts are what is known of the namespace.
type Facts struct {
	Workloads []Workload
	// Pending are the changes that are written on Secrets, by the name of the Secret.
	Pending map[string]Change
	// Most workloads roll out at a time.
	Most int
	Now  time.Time
}

// Decision is what is to be done.
type Decision struct {
	// Restarts are to be carried out in this order.
	Restarts []Restart
	// Waiting are the workloads that a change is pending for, those of Restarts included, sorted.
	Waiting []*Workload
	// Done are the Secrets, sorted, whose change is not pending any more.
	Done []string
	// Again is when to decide again, where nothing happens before; zero means never.
	Again time.Time
}

// Restart of one workload.
type Restart struct {
	Workload *Workload
	// Secrets whose changes it is restarted for, sorted.
	Secrets []string
	// Marks and At are the values of the annotations of its pod template.
	Marks, At string
}

// Decide decides. It changes none of the facts.
func Decide(f Facts) Decision {
	d := decider{Facts: f}
	waiting := map[string]bool{}
	ready := 0
	for _, w := range d.sorted() {
		secrets := f.waitsFor(w)
		for _, secret := range secrets {
			waiting[secret] = true
		}
		rolls := d.rolls(w)
		if rolls {
			ready--
		}
		if len(secrets) > 0 {
			d.Waiting = append(d.Waiting, w)
		}
		if len(secrets) > 0 && d.isDue(w, secrets) {
			d.candidates = append(d.candidates, candidate{w, secrets, rolls})
		}
	}
	d.pick(f.Most + ready)
	for _, secret := range slices.Sorted(maps.Keys(f.Pending)) {
		if !waiting[secret] && d.reached(f.Pending[secret].At.Add(Quiet)) {
			d.Done = append(d.Done, secret)
		}
	}
	return d.Decision
}

// decider collects the decision.
type decider struct {
	Facts
	Decision
	candidates []candidate
}

// candidate is a workload that may be restarted now.
type candidate struct {
	*Workload
	secrets []string
	// rolls reports whether it rolls out after an earlier restart.
	rolls bool
}

// sorted are the workloads by kind and name.
func (d *decider) sorted() []*Workload {
	var all []*Workload
	for i := range d.Workloads {
		all = append(all, &d.Workloads[i])
	}
	slices.SortFunc(all, func(a, b *Workload) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	return all
}

// waitsFor are the Secrets whose changes a workload has yet to be restarted for. One that was made after the change has
// seen it. The API server tells the second of that only: in doubt there is a restart.
func (f Facts) waitsFor(w *Workload) []string {
	var secrets []string
	for _, secret := range w.Uses {
		change, pending := f.Pending[secret]
		if pending && w.Marks[secret] != change && !w.Created.After(change.At) {
			secrets = append(secrets, secret)
		}
	}
	return secrets
}

// rolls reports whether a workload rolls out after a restart, and others have to wait.
func (d *decider) rolls(w *Workload) bool {
	if w.Progress != Rolling || w.Restarted.IsZero() {
		return false
	}
	return w.Kind == deployment || !d.reached(w.Restarted.Add(Patience))
}

// isDue reports whether a workload may be restarted by now.
func (d *decider) isDue(w *Workload, secrets []string) bool {
	at := w.NotBefore
	for _, secret := range secrets {
		if quiet := d.Pending[secret].At.Add(Quiet); quiet.After(at) {
			at = quiet
		}
	}
	return d.reached(at)
}

// reached reports whether a time has come; where it has not, the decision is due again then.
func (d *decider) reached(at time.Time) bool {
	if !at.After(d.Now) {
		return true
	}
	if d.Again.IsZero() || at.Before(d.Again) {
		d.Again = at
	}
	return false
}

// pick restarts as many workloads as may roll out beside those that do. A workload that rolls out already is restarted
// at once: it makes no more of them.
func (d *decider) pick(free int) {
	for _, c := range d.candidates {
		if !c.rolls {
			if free <= 0 {
				continue
			}
			if c.Progress != Manual {
				free--
			}
		}
		d.Restarts = append(d.Restarts, Restart{
			Workload: c.Workload, Secrets: c.secrets,
			Marks: d.marks(c.Workload).String(), At: d.Now.UTC().Format(timeLayout),
		})
	}
}

// marks are those of a workload after a restart: of every Secret that it consumes, the last change.
func (d *decider) marks(w *Workload) marks {
	m := marks{}
	for _, secret := range w.Uses {
		if change, pending := d.Pending[secret]; pending {
			m[secret] = change
		} else if change, marked := w.Marks[secret]; marked {
			m[secret] = change
		}
	}
	return m
}

// Describe says what a workload is restarted for. Example: Deployment api is restarted: the Secrets a and b have
// changed.
func (r *Restart) Describe() string {
	what := "the Secret " + strconv.Quote(r.Secrets[0]) + " has changed"
	if len(r.Secrets) > 1 {
		quoted := make([]string, len(r.Secrets))
		for i, secret := range r.Secrets {
			quoted[i] = strconv.Quote(secret)
		}
		what = "the Secrets " + strings.Join(quoted, ", ") + " have changed"
	}
	return r.Workload.String() + " is restarted: " + what
}
