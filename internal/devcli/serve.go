package devcli

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"cloison.dev/cloison/internal/emulator"
	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/exit"
)

// grace is how long calls under way may go on when the emulator ends.
const grace = 5 * time.Second

func (o *options) run(cmd *cobra.Command, args []string) error {
	faults, err := o.parseFaults()
	if err != nil {
		return err
	}
	signals := make(chan os.Signal, 1) // before the address is printed, so that no signal is lost
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	stderr := log.New(cmd.ErrOrStderr(), "cloison: ", 0) // lines of several calls stay whole
	s, v, err := o.start(faults, stderr)
	if err != nil {
		return exit.With(exit.Undecided, err)
	}
	stderr.Printf("Scaleway's stand-in is served on %s", s.url)
	if len(args) > 0 {
		err = whileRunning(cmd, args, v, signals)
	} else {
		err = s.untilSignal(cmd, v, signals)
	}
	s.stop()
	stderr.Print(counts(s.Stats()))
	return err
}

// start serves an emulator with everything that the flags ask for, and returns the variables with which to use it.
func (o *options) start(faults fault.Faults, stderr *log.Logger) (*served, variables, error) {
	seed, err := o.readSeed()
	if err != nil {
		return nil, nil, err
	}
	s, err := o.serve(stderr)
	if err != nil {
		return nil, nil, err
	}
	v, err := o.fill(s, seed, stderr)
	if err == nil {
		err = s.SetFaults(faults)
	}
	if err == nil {
		err = v.writeFile(o.envFile)
	}
	if err != nil {
		s.stop()
	}
	return s, v, err
}

// served is an emulator that answers on an address.
type served struct {
	*emulator.Server
	url  string
	http *http.Server
	// failed gets the error that ended the serving by itself.
	failed chan error
	// calls are the calls under way, also those whose connection is not the HTTP server's any more.
	calls sync.WaitGroup
}

// serve starts to answer.
func (o *options) serve(stderr *log.Logger) (*served, error) {
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", o.listen, err)
	}
	at := listener.Addr().(*net.TCPAddr) // as the network is tcp
	private := at.IP.IsLoopback()
	if !private && !o.allowRemote { // a localhost that is no loopback address
		err := fmt.Errorf("%s is %s, which other machines reach; give 127.0.0.1", o.listen, at)
		return nil, errors.Join(err, listener.Close())
	}
	config := emulator.Config{Random: 1, Control: private, GrantDelay: o.grantDelay}
	if o.quotas {
		config.Quotas = api.UnverifiedQuotas()
	}
	if o.log {
		config.Observe = func(e emulator.Exchange) { stderr.Print(callLine(e)) }
	}
	s := &served{Server: emulator.New(config), url: "http://" + reachable(at), failed: make(chan error, 1)}
	s.SetQuirks(emulator.Quirks{VisibleAfter: o.visibleAfter})
	answer := func(w http.ResponseWriter, r *http.Request) {
		s.calls.Add(1)
		defer s.calls.Done()
		s.ServeHTTP(w, r)
	}
	s.http = &http.Server{Handler: http.HandlerFunc(answer), ReadHeaderTimeout: grace, ErrorLog: stderr}
	go func() { s.failed <- s.http.Serve(listener) }()
	return s, nil
}

// reachable is the address under which this machine reaches the server.
func reachable(at *net.TCPAddr) string {
	if at.IP.IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", at.Port)
	}
	return at.String()
}

// stop ends the serving. A second call does nothing.
func (s *served) stop() {
	s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close() // drops what did not end in time
	}
	s.calls.Wait()
}

// untilSignal prints the variables for a shell and waits. A second signal ends the program at once.
func (s *served) untilSignal(cmd *cobra.Command, v variables, signals chan os.Signal) error {
	if _, err := fmt.Fprint(cmd.OutOrStdout(), v.exports()); err != nil {
		return exit.With(exit.Undecided, fmt.Errorf("write standard output: %w", err))
	}
	select {
	case <-signals:
		signal.Stop(signals)
		return nil
	case err := <-s.failed:
		return exit.With(exit.Undecided, fmt.Errorf("serve on %s: %w", s.url, err))
	}
}

// callLine describes a call in one line.
func callLine(e emulator.Exchange) string {
	status := "-"
	if e.Status != 0 {
		status = strconv.Itoa(e.Status)
	}
	line := fmt.Sprintf("%s %s %s %s", e.Method, e.Path, status, e.Duration.Round(time.Microsecond))
	if e.Fault != "" {
		line += fmt.Sprintf(" (fault %s)", e.Fault)
	}
	return line
}

// counts describes what was asked, sorted by name.
func counts(s emulator.Stats) string {
	calls, each := tally(s.Calls)
	noun := "calls"
	if calls == 1 {
		noun = "call"
	}
	text := fmt.Sprintf("%d %s%s, %d bytes", calls, noun, each, s.Bytes)
	if struck, each := tally(s.Struck); struck > 0 {
		text += fmt.Sprintf("; faults struck %d%s", struck, each)
	}
	return text
}

func tally[T ~string](counts map[T]int) (sum int, each string) {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		sum += counts[name]
		all = append(all, fmt.Sprintf("%s %d", name, counts[name]))
	}
	if len(all) == 0 {
		return 0, ""
	}
	return sum, " (" + strings.Join(all, ", ") + ")"
}
