package devcli

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/emulator/fault"
)

const scalewayHelp = `Serve a stand-in for Scaleway's API on this machine, to try Cloison, External
Secrets Operator or anything that uses Scaleway's SDK without an account.

With a command after --, that command is run with the variables of the SDK set
to the emulator and to an API key of it, and to nothing that was inherited from
Scaleway's own variables. The emulator ends with the command, and with its exit
code. Without one, the variables are printed for a shell, and the emulator ends
when it is interrupted.

--seed names a YAML file with secrets and API keys; the first of the keys is
the one in the variables. Without keys, one is made that may do everything in
all projects of the file. Without a seed there is no secret.

    project: 3a1f0c52-8d0e-4c0e-9a53-0f2b7c4d1e90
    secrets:
    - {path: /shop-backend, name: database-url, values: ["postgres://demo"]}

--fault makes trouble: each name strikes every call, "=0.2" a fifth of the
calls, "=x3" the first three. Which calls they are is the same on each run that
makes the same calls. Names are
%s
--grant-delay and --visible-after make the emulator as slow to tell its state as
Scaleway is: new rights are denied and new secrets missing for that time. What
the seed holds is there at once.

The calls and faults are counted on standard error at the end, and can be read
and changed meanwhile under /_emulator/. No value of a secret is ever printed.

The address must be of this machine alone, because anyone who reaches it can
try keys and change faults. With --allow-remote it may be any; /_emulator/ is
then not served, unless the address is of this machine after all.

Exit codes: 0 ended by a signal, or those of the command; 2 wrong usage, 3 it
could not be served.`

const scalewayExample = `  cloison dev scaleway --seed seed.yaml -- scw secret secret list
  cloison dev scaleway --seed seed.yaml --fault rate-limit=0.2 --log -- ./test.sh
  cloison dev scaleway --seed seed.yaml > scw.env &   # then, in any shell: . ./scw.env
  cloison dev scaleway --listen 127.0.0.1:8080 --state state.json --fault hang=x1`

// options are the flags of the command.
type options struct {
	seed, state  string
	listen       string
	allowRemote  bool
	latency      time.Duration
	rateLimit    float64
	faults       []string
	grantDelay   time.Duration
	visibleAfter time.Duration
	quotas       bool
	envFile      string
	log          bool
}

func newScalewayCommand() *cobra.Command {
	o := &options{}
	cmd := &cobra.Command{
		Use:     "scaleway [-- COMMAND...]",
		Short:   "Serve a stand-in for Scaleway's API, and run a command against it",
		Long:    fmt.Sprintf(scalewayHelp, faultList()),
		Example: scalewayExample,
		Args:    onlyACommand,
		RunE:    o.run,
	}
	flags := cmd.Flags()
	flags.StringVar(&o.seed, "seed", "", "YAML `file` with the secrets and API keys to start with")
	flags.StringVar(&o.state, "state", "", "`file` that keeps the state from run to run, values included; "+
		"once it is there, the seed is not loaded again")
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "`address` and port; port 0 is any free one")
	flags.BoolVar(&o.allowRemote, "allow-remote", false, "let --listen be an address that other machines reach")
	flags.DurationVar(&o.latency, "latency", 0, "time that every answer is delayed")
	flags.Float64Var(&o.rateLimit, "rate-limit", 0, "`share`, 0 to 1, of the calls that are answered 429")
	flags.StringArrayVar(&o.faults, "fault", nil, "`NAME[=SHARE|xN]` of a trouble to make; may be repeated")
	flags.DurationVar(&o.grantDelay, "grant-delay", 0,
		"time that a new rule of IAM allows nothing yet; up to 1m on Scaleway")
	flags.DurationVar(&o.visibleAfter, "visible-after", 0,
		"time that new secrets and versions stay unseen; up to 30s on Scaleway")
	flags.BoolVar(&o.quotas, "quotas", false,
		"refuse more secrets, keys, policies, applications and projects than Scaleway allows")
	flags.StringVar(&o.envFile, "env-file", "", "`file` to write the variables to, once they work, as NAME=value")
	flags.BoolVar(&o.log, "log", false, "print a line for each call on standard error, without values and keys")
	names := []string{}
	for _, kind := range fault.AllKinds() {
		names = append(names, string(kind))
	}
	// Fails on an unknown flag only.
	_ = cmd.RegisterFlagCompletionFunc("fault", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// faultList returns the names of the faults, in lines of the help's width.
func faultList() string {
	var list strings.Builder
	line := "   "
	for _, kind := range fault.AllKinds() {
		if len(line)+1+len(kind) > 78 {
			list.WriteString(line + "\n")
			line = "   "
		}
		line += " " + string(kind)
	}
	return list.String() + line + "\n"
}

// onlyACommand refuses arguments before "--", and "--" alone.
func onlyACommand(cmd *cobra.Command, args []string) error {
	switch dash := cmd.ArgsLenAtDash(); {
	case len(args) > 0 && dash != 0:
		return fmt.Errorf("unexpected argument %q; a command to run stands after --", args[0])
	case len(args) == 0 && dash == 0:
		return errors.New("-- must be followed by a command to run")
	}
	return nil
}

// parseFaults returns the faults that the flags ask for. Everything that is wrong with the flags is reported at once.
func (o *options) parseFaults() (fault.Faults, error) {
	faults := fault.Faults{Latency: o.latency, RateLimitShare: o.rateLimit}
	problems := []error{
		o.checkListen(), notNegative("--latency", o.latency),
		notNegative("--grant-delay", o.grantDelay), notNegative("--visible-after", o.visibleAfter),
	}
	if !isShare(o.rateLimit) {
		problems = append(problems, fmt.Errorf("--rate-limit %v must be from 0 to 1", o.rateLimit))
	}
	for _, flag := range o.faults {
		rule, err := parseFault(flag)
		problems = append(problems, err)
		faults.Rules = append(faults.Rules, rule)
	}
	return faults, errors.Join(problems...)
}

func notNegative(flag string, d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("%s %s must not be negative", flag, d)
	}
	return nil
}

func isShare(share float64) bool { return share >= 0 && share <= 1 }

// parseFault reads NAME, NAME=SHARE or NAME=xN.
func parseFault(flag string) (fault.Rule, error) {
	name, much, limited := strings.Cut(flag, "=")
	rule := fault.Rule{Fault: fault.Kind(name)}
	if !slices.Contains(fault.AllKinds(), rule.Fault) {
		return rule, fmt.Errorf("--fault %q must be one of the names that --help lists, such as hang or 503", flag)
	}
	var err error
	if count, counted := strings.CutPrefix(much, "x"); counted {
		rule.First, err = strconv.Atoi(count)
	} else if limited {
		rule.Share, err = strconv.ParseFloat(much, 64)
	}
	none := rule.First == 0 && rule.Share == 0
	if err != nil || limited && none || rule.First < 0 || !isShare(rule.Share) {
		return rule, fmt.Errorf("--fault %q must end in a share above 0 and up to 1, or in x and a count, "+
			"such as %s=0.2 or %s=x3", flag, name, name)
	}
	return rule, nil
}

// checkListen refuses addresses that other machines reach, unless --allow-remote is given.
func (o *options) checkListen() error {
	host, port, err := net.SplitHostPort(o.listen)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("--listen %q must be an address and a port, such as 127.0.0.1:0", o.listen)
	}
	ip := net.ParseIP(host)
	if o.allowRemote || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fmt.Errorf("--listen %q must be an address of this machine alone, such as 127.0.0.1:0, because values are "+
		"served there; add --allow-remote if other machines are meant to reach it", o.listen)
}
