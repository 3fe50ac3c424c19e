package runtime

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/phrase"
	"cloison.dev/cloison/internal/plan"
	"cloison.dev/cloison/internal/version"
	"cloison.dev/cloison/internal/wall"
)

// The flags of the runtime that a Segregation decides about.
const (
	flagNamespace      = "--namespace"
	flagPollInterval   = "--poll-interval"
	flagLeaderElect    = "--leader-elect"
	flagRestart        = "--restart"
	flagMinimumVersion = "--minimum-version"
	flagMetrics        = "--metrics-bind-address"
	flagHealth         = "--health-probe-bind-address"
	flagFolder         = "--probe-folder"
	flagInterval       = "--probe-interval"
	flagOffset         = "--probe-offset"
)

// The flags that are for those who run the cluster: nothing of what is declared depends on them.
const (
	flagMaxRestarts   = "--max-restarts"
	flagLeaseDuration = "--lease-duration"
)

// Where the runtime listens.
const (
	metricsPort = 8080
	healthPort  = 8081
)

// arguments are the values of each flag, in their order; that of a flag without a value is empty.
type arguments struct {
	values map[string][]string
	// stray counts arguments that are no flags.
	stray int
}

func parseArguments(args []string) arguments {
	parsed := arguments{values: map[string][]string{}}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		if !strings.HasPrefix(name, "--") {
			parsed.stray++
			continue
		}
		parsed.values[name] = append(parsed.values[name], value)
	}
	return parsed
}

// argumentCheck collects what is wrong with the arguments of one runtime.
type argumentCheck struct {
	arguments
	at       fieldpath.Path
	declared *plan.Sync
	found    requirements
}

func (c *argumentCheck) require(problem string) {
	c.found = append(c.found, requirement{c.at, finding.RuntimeDiffers, problem})
}

// argumentRequirements hold the arguments against the Segregation: each that it decides about once, and none that it
// knows nothing of. The last of a repeated flag would count.
func argumentRequirements(at fieldpath.Path, args []string, namespace string, declared *plan.Sync,
	turns turns) requirements {
	c := &argumentCheck{arguments: parseArguments(args), at: at, declared: declared}
	c.exactly(flagNamespace, namespace)
	c.duration(flagPollInterval, declared.PollInterval, "")
	c.boolean(flagLeaderElect, true)
	c.boolean(flagRestart, declared.Restart)
	c.exactly(flagMinimumVersion, version.RuntimeMinimum)
	c.exactly(flagMetrics, fmt.Sprintf(":%d", metricsPort))
	c.exactly(flagHealth, fmt.Sprintf(":%d", healthPort))
	c.probes(turns)
	c.nothingElse()
	return c.found
}

// once reports whether a flag is given once. Where it is given again, that is what is reported.
func (c *argumentCheck) once(flag string) (value string, once bool) {
	values := c.values[flag]
	if len(values) > 1 {
		c.require(fmt.Sprintf("must hold %q once: the last of several counts", flag))
	}
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}

func (c *argumentCheck) exactly(flag, wanted string) {
	if value, once := c.once(flag); len(c.values[flag]) < 2 {
		c.require(unless(once && value == wanted, fmt.Sprintf("must hold %q", flag+"="+wanted)))
	}
}

// duration requires a span of time, however it is written: 1m0s is 1m. why follows the message.
func (c *argumentCheck) duration(flag string, wanted time.Duration, why string) {
	value, once := c.once(flag)
	if len(c.values[flag]) > 1 {
		return
	}
	span, err := time.ParseDuration(value)
	c.require(unless(once && err == nil && span == wanted, fmt.Sprintf("must hold %q", flag+"="+short(wanted))+why))
}

func (c *argumentCheck) boolean(flag string, wanted bool) {
	value, once := c.once(flag)
	if len(c.values[flag]) > 1 {
		return
	}
	isSet := once && (value == "" || value == "true")
	isClear := !once || value == "false"
	if wanted {
		c.require(unless(isSet, fmt.Sprintf("must hold %q", flag)))
		return
	}
	c.require(unless(isClear, fmt.Sprintf("must not hold %q", flag)))
}

// probes requires the folders of the other components, and this runtime's turns; without folders, neither.
func (c *argumentCheck) probes(t turns) {
	if len(t.folders) == 0 {
		for _, flag := range []string{flagFolder, flagInterval, flagOffset} {
			c.require(unless(c.values[flag] == nil, fmt.Sprintf(
				"must not hold %q: there is no other component with secrets", flag)))
		}
		return
	}
	given := slices.Clone(c.values[flagFolder])
	slices.Sort(given)
	missing := without(t.folders, given)
	c.require(unless(len(missing) == 0, fmt.Sprintf(
		"must hold %s: whether the API key can read there is not tried", eachAs(flagFolder, missing))))
	foreign := without(given, t.folders)
	c.require(unless(len(foreign) == 0, fmt.Sprintf(
		"must not hold %s: it is no folder of another component of the Segregation, or is given twice",
		eachAs(flagFolder, shown(foreign)))))
	c.duration(flagInterval, t.interval, ": the runtimes only take turns where all have the same interval, and "+
		tooMany)
	c.duration(flagOffset, t.offset, ": "+t.taken(c.values[flagOffset])+tooMany)
}

// tooMany is what happens where several runtimes probe at once.
const tooMany = "together they may be refused more than 9 times in 5 minutes; Scaleway alerts at 20"

// shown are folders as messages repeat them: what is no folder may be anything.
func shown(folders []string) []string {
	texts := slices.Clone(folders)
	for i, folder := range texts {
		if _, err := wall.ParseFolder(folder); err != nil {
			texts[i] = "..."
		}
	}
	return texts
}

// eachAs are arguments of one flag, the first of many.
func eachAs(flag string, values []string) string {
	const most = 3
	args := make([]string, len(values))
	for i, value := range values {
		args[i] = fmt.Sprintf("%q", flag+"="+value)
	}
	return phrase.Few(most, args)
}

// without are the items of a sorted list that another sorted list lacks; of repeated ones those that it has less often.
func without(list, other []string) []string {
	var rest []string
	for _, item := range list {
		for len(other) > 0 && other[0] < item {
			other = other[1:]
		}
		if len(other) > 0 && other[0] == item {
			other = other[1:]
			continue
		}
		rest = append(rest, item)
	}
	return rest
}

// nothingElse refuses what is not declared: such an argument may keep the runtime from serving.
func (c *argumentCheck) nothingElse() {
	known := []string{
		flagNamespace, flagPollInterval, flagLeaderElect, flagRestart, flagMinimumVersion, flagMetrics, flagHealth,
		flagFolder, flagInterval, flagOffset, flagMaxRestarts,
		flagLeaseDuration,
	}
	for _, flag := range slices.Sorted(maps.Keys(c.values)) {
		c.require(unless(slices.Contains(known, flag), fmt.Sprintf(
			"must not hold %s: the Segregation does not ask for it", phrase.Quote(flag))))
	}
	c.require(unless(c.stray == 0, "must hold flags only, each written --flag=value"))
}

// short formats a duration as people write it: 1m and not 1m0s.
func short(duration time.Duration) string {
	text := duration.String()
	for _, unit := range []struct{ from, to string }{{"m0s", "m"}, {"h0m", "h"}} {
		if before, found := strings.CutSuffix(text, unit.from); found {
			text = before + unit.to
		}
	}
	return text
}
