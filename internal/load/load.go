// Package load reads what is to be checked: files, folders, kustomizations, which are built in process, and streams. It
// says of everything that it was given whether it was read, passed over or could not be read.
package load

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/cluster"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/intake"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/kustomization"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/parallel"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/spec"
	"cloison.dev/cloison/internal/wellknown"
	"cloison.dev/cloison/internal/wholefile"
)

// Stdin is the argument that stands for the stream.
const Stdin = "-"

// Options say how to read.
type Options struct {
	// EnableExec runs the programs and containers that a kustomization declares as functions. Without it their presence
	// is a finding, because what they would do is not known.
	EnableExec bool
	// SegregationsOnly is for who wants nothing but the Segregations: kustomizations are built as if they declared no
	// functions, and Inventories are passed over, right or wrong. Segregations that configure functions are among the
	// objects.
	SegregationsOnly bool
	// AnyFolder lets a kustomization read files outside of its folder, as kustomize's LoadRestrictionsNone.
	AnyFolder bool
	// KeepGoing makes a finding, not decided, of each document that cannot be read beside others that can. Without it
	// they are an error.
	KeepGoing bool
	// Namespace is that of objects that name none, where their kind is in namespaces; empty leaves them without.
	Namespace string
	// Exclude has patterns of files and folders that are left out of the folders that are read; see [CheckExclude]. What
	// a kustomization names is read all the same.
	Exclude []string
	// Cluster is a file that holds the Cluster, beside the arguments; empty for none.
	Cluster string
	// Progress is called with what is being read. It may be nil.
	Progress func(doing string)
}

// Input is everything that was read.
type Input struct {
	// Objects are in the order of the arguments, and in each folder of the files' names. Segregations, Inventories and
	// what is kept from being applied are among them, and what stands for each document that could not be read.
	Objects []*objects.Object
	// Plans has one for each Segregation. No revision is pinned in them yet.
	Plans []*plan.Plan
	// Specs are what the Plans were made of, in their order.
	Specs []*spec.Segregation
	// Inventories are those among the objects.
	Inventories []*inventory.Inventory
	// Cluster is the one among the objects; a Kapsule where there is none.
	Cluster cluster.Cluster
	// Findings say what is wrong with the input as a whole.
	Findings []finding.Finding
	// Stopped says that Objects or Plans are not what would be applied, for the reason that is in Findings: nothing
	// must be concluded from them.
	Stopped bool
	// Skipped are the files that were passed over, and those with something in them that was.
	Skipped []Skipped
}

// Skipped is a file that holds nothing for a cluster, or something that is not for one.
type Skipped struct {
	File   string `json:"file"`
	Reason string `json:"reason"`
}

// Unreadable lists everything that could not be read, each with its place. No problem quotes the content of a file.
type Unreadable struct{ Problems []error }

func (u *Unreadable) Error() string {
	lines := make([]string, len(u.Problems))
	for i, problem := range u.Problems {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the problems to errors.Is and errors.As.
func (u *Unreadable) Unwrap() []error { return u.Problems }

// Paths reads files, folders and the stream, which the argument "-" stands for. The error is an *Unreadable, with every
// problem of every file.
func Paths(args []string, stdin io.Reader, o Options) (*Input, error) {
	r := &reader{options: o, stdin: stdin, seen: map[string]bool{}}
	for _, arg := range args {
		r.add(arg)
	}
	if o.Cluster != "" {
		r.addFile(o.Cluster)
	}
	parallel.Each(len(r.parts), func(i int) { r.parts[i].read() })
	if o.Cluster != "" {
		r.checkCluster()
	}
	input := &Input{Skipped: r.skipped, Findings: r.findings, Stopped: r.stopped}
	var unread []*objects.Unread
	for _, p := range r.parts {
		input.Objects = append(input.Objects, p.objects...)
		unread = append(unread, p.unread...)
		if p.skip != "" {
			input.Skipped = append(input.Skipped, Skipped{File: cmp.Or(p.file, "standard input"), Reason: p.skip})
		}
	}
	anyRead := len(input.Objects) > 0
	for _, document := range unread {
		if o.KeepGoing && anyRead {
			input.Findings = append(input.Findings, document.Finding())
			input.Objects = append(input.Objects, document.Object())
		} else {
			r.problems = append(r.problems, document)
		}
	}
	PutInto(o.Namespace, input.Objects)
	if len(r.problems) > 0 {
		return nil, &Unreadable{r.problems}
	}
	slices.SortFunc(input.Skipped, func(a, b Skipped) int { return cmp.Compare(a.File, b.File) })
	input.take(o.SegregationsOnly)
	finding.Sort(input.Findings)
	return input, nil
}

// take takes in what the objects say to Cloison.
func (in *Input) take(segregationsOnly bool) {
	all := in.Objects
	if segregationsOnly {
		isInventory := func(o *objects.Object) bool { return wellknown.IsInventory(o.APIVersion, o.Kind) }
		all = slices.DeleteFunc(slices.Clone(all), isInventory)
	}
	taken := intake.Take(intake.Input{Objects: all})
	in.Plans, in.Inventories, in.Cluster = taken.Plans(), taken.Inventories, taken.Cluster
	for _, s := range taken.Segregations {
		in.Specs = append(in.Specs, s.Spec)
	}
	in.Findings = append(in.Findings, taken.Findings...)
	in.Stopped = in.Stopped || !taken.Complete
}

// reader is the state of one call of Paths.
type reader struct {
	options  Options
	stdin    io.Reader
	parts    []*part
	findings []finding.Finding
	stopped  bool
	skipped  []Skipped
	problems []error
	// seen has the absolute paths of what was read, so that nothing is read twice.
	seen map[string]bool
}

func (r *reader) progress(format string, values ...any) {
	if r.options.Progress != nil {
		r.options.Progress(fmt.Sprintf(format, values...))
	}
}

func (r *reader) problem(format string, values ...any) {
	r.problems = append(r.problems, fmt.Errorf(format, values...))
}

// add takes one argument.
func (r *reader) add(arg string) {
	if arg == Stdin {
		r.addStream()
		return
	}
	info, err := os.Stat(arg)
	switch {
	case err != nil:
		r.problem("%s: %w", arg, wholefile.Cause(err))
	case !info.IsDir() && kustomization.IsFile(filepath.Base(arg)):
		r.addFolder(filepath.Dir(arg))
	case info.IsDir():
		r.addFolder(arg)
	default:
		r.addFile(arg)
	}
}

func (r *reader) addStream() {
	if r.seen[Stdin] {
		return
	}
	r.seen[Stdin] = true
	r.progress("reading standard input")
	data, err := io.ReadAll(r.stdin)
	if err != nil {
		r.problem("standard input: %w", err)
		return
	}
	if strings.TrimSpace(string(data)) == "" {
		r.problem("standard input is empty")
		return
	}
	r.parts = append(r.parts, &part{data: data})
}

func (r *reader) addFile(name string) {
	if r.isNew(name) {
		r.parts = append(r.parts, &part{file: kustomization.Shown(name), path: name})
	}
}

// checkCluster demands that the file with the Cluster holds that and nothing else: it is no manifest.
func (r *reader) checkCluster() {
	file := kustomization.Shown(r.options.Cluster)
	for _, p := range r.parts {
		switch isOne := len(p.objects) == 1 && wellknown.IsCluster(p.objects[0].APIVersion, p.objects[0].Kind); {
		case p.file != file:
		case len(p.unread) > 0: // whatever else can be read
			r.problems = append(r.problems, p.unread[0])
			p.unread = nil
		case !isOne:
			r.problem("%s: must hold one %s of %s, and nothing else", file, wellknown.ClusterKind, wellknown.Group)
		default: // nobody applies it, whatever its annotations say
			intake.AsLocal(p.objects[0])
		}
	}
}

// isNew reports whether a file or folder was not read yet.
func (r *reader) isNew(name string) bool {
	absolute, err := filepath.Abs(name)
	if err != nil {
		absolute = name
	}
	if r.seen[absolute] {
		return false
	}
	r.seen[absolute] = true
	return true
}
