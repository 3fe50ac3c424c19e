package synccli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/sync/controller"
	"cloison.dev/cloison/internal/syntax"
)

// clusterOptions are the flags of the runtime in a cluster.
type clusterOptions struct {
	namespace   *string
	poll        time.Duration
	leaderElect bool
	lease       time.Duration
	metrics     string
	health      string
	restart     bool
	maxRestarts int
	minimum     string
	probes      probeOptions
}

func (o *clusterOptions) flags(cmd *cobra.Command, namespace *string) {
	o.namespace = namespace
	flags := cmd.Flags()
	flags.DurationVar(&o.poll, "poll-interval", 30*time.Second, "how often folders are listed for new versions")
	flags.BoolVar(
		&o.leaderElect,
		"leader-elect",
		false,
		"let one of several replicas serve, by a Lease of the namespace",
	)
	flags.DurationVar(&o.lease, "lease-duration", 15*time.Second,
		"with --leader-elect: how long the replica that serves may be silent before another one does")
	flags.StringVar(
		&o.metrics,
		"metrics-bind-address",
		"0",
		"`address` that metrics are served on, such as :8080; 0 is none",
	)
	flags.StringVar(
		&o.health,
		"health-probe-bind-address",
		"0",
		"`address` of /healthz and /readyz, such as :8081; 0 is none",
	)
	flags.BoolVar(&o.restart, "restart", false, "restart the workloads that consume a Secret when it changes")
	flags.StringVar(&o.minimum, minimumFlag, "",
		"oldest `version` that serves the manifests; an older one ends at once")
	o.probes.flags(cmd)
	flags.IntVar(&o.maxRestarts, "max-restarts", 1, "how many workloads roll out at a time with --restart")
}

// check names all that is wrong with the flags.
func (o *clusterOptions) check(cmd *cobra.Command) error {
	var problems []string
	if !syntax.DNSLabel.Matches(*o.namespace) {
		problems = append(problems, fmt.Sprintf("--namespace %q must be %s", *o.namespace, syntax.DNSLabel.Must))
	}
	if o.poll < time.Second {
		problems = append(problems, fmt.Sprintf("--poll-interval %s must be at least 1s", o.poll))
	}
	if o.lease < time.Second {
		problems = append(problems, fmt.Sprintf("--lease-duration %s must be at least 1s", o.lease))
	}
	if o.maxRestarts < 1 {
		problems = append(problems, fmt.Sprintf("--max-restarts %d must be at least 1", o.maxRestarts))
	}
	if problem := parseMinimum(o.minimum); problem != "" {
		problems = append(problems, problem)
	}
	problems = append(problems, o.probes.check(cmd)...)
	if problems != nil {
		return errors.New(strings.Join(problems, "; "))
	}
	return nil
}

// garbage is how much of it may gather, in percent of what is in use. The runtime has little to do, and there are many
// of it on a cluster: memory counts for more than time.
const garbage = 50

// run serves until it is told to end.
func (o *clusterOptions) run(cmd *cobra.Command) error {
	if err := o.check(cmd); err != nil {
		return err
	}
	restarts := 0
	if o.restart {
		restarts = o.maxRestarts
	}
	cluster, err := controller.Connect()
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	log := slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), nil))
	controller.LogTo(log)
	err = controller.Run(cmd.Context(), cluster, controller.Config{
		Namespace: *o.namespace, PollInterval: o.poll, LeaderElect: o.leaderElect, LeaseDuration: o.lease,
		MetricsAddress: o.metrics, HealthAddress: o.health, MaxRestarts: restarts,
		Probe: o.probes.terms(), Log: log,
	})
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	return nil
}
