package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Budgets of the function, as ratios to the no-op.
const (
	// startUpBudget cannot be smaller with typed objects: a program that links k8s.io/api and does nothing takes 1.35x,
	// and the smallest run of the function has types to look into for the first time, an expansion and a proof to do.
	startUpBudget = 2.5
	expandBudget  = 0.5
	// provingBudget is for reading, proving and writing given resources.
	provingBudget = 1.3
	// checkBudget is for reading and proving, which writes nothing.
	checkBudget = 0.7
	// linearBudget is how much more a resource may cost when there are ten times as many.
	linearBudget = 1.5
	// quadraticBudget is the growth for ten times as many components with the same number of resources.
	quadraticBudget = 100
)

const (
	// startUpRuns is high: a start takes milliseconds.
	startUpRuns = 41
	// componentSize is how many resources the components of the base workload have.
	componentSize = perComponent + 1
)

// bench builds the programs and measures.
type bench struct {
	folder        string
	runs, largest int
	cloison, noop string
}

// build builds both programs in the same way: as they are released.
func (b *bench) build() error {
	for _, program := range []struct {
		path *string
		name string
	}{{&b.cloison, "./cmd/cloison"}, {&b.noop, "./bench/noop"}} {
		*program.path = filepath.Join(b.folder, filepath.Base(program.name))
		linked := *program.path + ".linked"
		cmd := exec.Command("go", "build", "-trimpath", "-tags", "kustomize_disable_go_plugin_support", "-ldflags",
			"-s -w", "-o", linked, program.name)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", program.name, err, output)
		}
		if err := install(linked, *program.path); err != nil {
			return err
		}
	}
	return nil
}

// install copies a program: one that the linker has just written starts up to 40 % slower than a copy, because of its
// layout in the page cache.
func install(linked, path string) error {
	program, err := os.ReadFile(linked)
	if err != nil {
		return err
	}
	return os.WriteFile(path, program, 0o700) //nolint:gosec // a program must be executable
}

// section measures one kind of row.
type section struct {
	name    string
	measure func(*bench, *report) error
}

func sections() []section {
	return []section{
		{"start-up", (*bench).startUp},
		{"expand", (*bench).expand},
		{"pass-through", (*bench).passThrough},
		{"again", (*bench).again},
		{"check", (*bench).check},
		{"platform", (*bench).platform},
		{"access", (*bench).access},
		{"components", (*bench).components},
		{"paths", (*bench).paths},
		{"render", (*bench).render},
	}
}

func sectionNames() []string {
	var names []string
	for _, s := range sections() {
		names = append(names, s.name)
	}
	return names
}

// measure measures the sections that are named.
func (b *bench) measure(named []string) (*report, error) {
	for _, name := range named {
		if !slices.Contains(sectionNames(), name) {
			return nil, fmt.Errorf("-sections has %q: must be among %s", name, strings.Join(sectionNames(), ", "))
		}
	}
	r := &report{}
	for _, s := range sections() {
		if !slices.Contains(named, s.name) {
			continue
		}
		if err := s.measure(b, r); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return r, nil
}

func (b *bench) sizes() []int {
	var sizes []int
	for size := 100; size <= b.largest; size *= 10 {
		sizes = append(sizes, size)
	}
	return sizes
}

// runsFor gives small inputs more runs: they vary more, and cost less.
func (b *bench) runsFor(size int) int {
	return b.runs * max(1, 3000/max(size, 500))
}

func (b *bench) startUp(r *report) error {
	input, err := b.write("trivial", func(w io.Writer) { writeTrivial(w) })
	if err != nil {
		return err
	}
	ours, noop, err := compare(function(b.cloison, input), function(b.noop, input), startUpRuns)
	r.add(row{name: "start-up", detail: "one empty component", ours: ours, noop: noop, budget: startUpBudget,
		timeOnly: true})
	return err
}

// expand compares making resources with what the no-op does to read and write the same ones.
func (b *bench) expand(r *report) error {
	for _, size := range b.sizes() {
		input, output, err := b.specAndOutput(size/componentSize, size)
		if err != nil {
			return err
		}
		ours, noop, err := compare(function(b.cloison, input), function(b.noop, output), b.runsFor(size))
		if err != nil {
			return err
		}
		r.add(row{name: "expand", detail: "a spec into them", size: size, ours: ours, noop: noop,
			budget: b.atLargest(size, expandBudget)})
	}
	return nil
}

// passThrough compares on resources of other tools.
func (b *bench) passThrough(r *report) error {
	for _, size := range b.sizes() {
		input, err := b.write("foreign-"+strconv.Itoa(size), func(w io.Writer) { writeForeign(w, size) })
		if err != nil {
			return err
		}
		if err := b.sameInput(r, "pass through", "resources of others", input, size); err != nil {
			return err
		}
	}
	return nil
}

// again compares on the function's own output.
func (b *bench) again(r *report) error {
	for _, size := range b.sizes() {
		_, output, err := b.specAndOutput(size/componentSize, size)
		if err != nil {
			return err
		}
		if err := b.sameInput(r, "again", "on its own output", output, size); err != nil {
			return err
		}
	}
	return nil
}

// check compares the proof alone on generated resources, with their spec and without one.
func (b *bench) check(r *report) error {
	for _, size := range b.sizes() {
		_, planned, err := b.specAndOutput(size/componentSize, size)
		if err != nil {
			return err
		}
		bare, err := b.withoutSpec(planned)
		if err != nil {
			return err
		}
		for _, input := range []struct{ detail, file string }{{"with their spec", planned}, {"without a spec", bare}} {
			proof := subject{program: b.cloison, input: input.file, args: []string{"check", "-"}}
			ours, noop, err := compare(proof, function(b.noop, input.file), b.runsFor(size))
			if err != nil {
				return err
			}
			r.add(row{name: "check", detail: input.detail, size: size, ours: ours, noop: noop,
				budget: b.atLargest(size, checkBudget)})
		}
	}
	return nil
}

// withoutSpec writes the items of a ResourceList, without its functionConfig.
func (b *bench) withoutSpec(list string) (string, error) {
	file, err := os.Open(list)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // only read
	return b.write(filepath.Base(list)+"-bare", func(w io.Writer) { copyItems(w, file) })
}

func (b *bench) sameInput(r *report, name, detail, input string, size int) error {
	ours, noop, err := compare(function(b.cloison, input), function(b.noop, input), b.runsFor(size))
	if err != nil {
		return err
	}
	r.add(row{name: name, detail: detail, size: size, ours: ours, noop: noop, budget: b.atLargest(size, provingBudget)})
	return nil
}

// components measures the same number of resources in more and more components.
func (b *bench) components(r *report) error {
	for components := 10; components*componentSize <= b.largest; components *= 10 {
		input, _, err := b.specAndOutput(components, b.largest)
		if err != nil {
			return err
		}
		ours, _, err := compare(function(b.cloison, input), function(b.cloison, input), b.runs)
		if err != nil {
			return err
		}
		r.components = append(r.components, componentRow{components: components, resources: b.largest, ours: ours})
	}
	return nil
}

// atLargest is the budget at 10,000 resources, and none below, where start-up counts too much.
func (b *bench) atLargest(size int, budget float64) float64 {
	if size == 10_000 {
		return budget
	}
	return 0
}

func (b *bench) write(name string, content func(io.Writer)) (string, error) {
	file := filepath.Join(b.folder, name+".yaml")
	return file, writeFile(file, content)
}

// specAndOutput writes a spec and what the function makes of it.
func (b *bench) specAndOutput(components, resources int) (input, output string, err error) {
	name := fmt.Sprintf("%d-in-%d", resources, components)
	if input, err = b.write(name, func(w io.Writer) { writeSpec(w, components, resources) }); err != nil {
		return "", "", err
	}
	output = filepath.Join(b.folder, name+"-output.yaml")
	file, err := os.Create(output)
	if err != nil {
		return "", "", err
	}
	counted := &counter{Writer: file}
	if _, err := execute(function(b.cloison, input), counted); err != nil {
		return "", "", err
	}
	if counted.items != resources {
		return "", "", fmt.Errorf("the spec expands into %d resources, want %d", counted.items, resources)
	}
	return input, output, file.Close()
}
