package fault

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
)

// check returns everything that is wrong with the faults, by the field of their JSON. Endpoints must be among the
// served.
func (f Faults) check(served []api.Endpoint) error {
	var all []error
	all = append(all, checkDuration("latency", f.Latency))
	for _, e := range slices.Sorted(maps.Keys(f.Latencies)) {
		at := "latencies." + string(e)
		all = append(all, checkEndpoint(at, e, served), checkDuration(at, f.Latencies[e]))
	}
	all = append(all, checkCount("rateLimitFirst", f.RateLimitFirst), checkShare("rateLimitShare", f.RateLimitShare))
	for i, r := range f.Rules {
		all = append(all, r.check(fmt.Sprintf("rules[%d]", i), served))
	}
	all = append(all, checkHost("redirectTo", f.RedirectTo), checkDuration("drip", f.Drip))
	return errors.Join(all...)
}

func (r Rule) check(at string, served []api.Endpoint) error {
	if !slices.Contains(AllKinds(), r.Fault) {
		return fmt.Errorf("%s.fault %q must be one of %s", at, r.Fault, quoted(AllKinds()))
	}
	var all []error
	for i, e := range r.Endpoints {
		one := fmt.Sprintf("%s.endpoints[%d]", at, i)
		if err := checkEndpoint(one, e, served); err != nil {
			all = append(all, err)
		} else if !r.concerns(e) {
			all = append(all, fmt.Errorf("%s %q must be a call that lists, for only these have pages to spoil with %q",
				one, e, r.Fault))
		}
	}
	all = append(all, checkCount(at+".first", r.First), checkShare(at+".share", r.Share))
	return errors.Join(all...)
}

func checkDuration(at string, d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("%s %q must not be negative", at, d)
	}
	return nil
}

func checkCount(at string, n int) error {
	if n < 0 {
		return fmt.Errorf("%s %d must not be negative", at, n)
	}
	return nil
}

// checkShare refuses NaN too.
func checkShare(at string, share float64) error {
	if !(share >= 0 && share <= 1) {
		return fmt.Errorf("%s %v must be from 0 to 1", at, share)
	}
	return nil
}

func checkEndpoint(at string, e api.Endpoint, served []api.Endpoint) error {
	if e != api.Other && !slices.Contains(served, e) {
		return fmt.Errorf("%s %q must be a call that the emulator serves, as scaleway-sdk-go names it, such as %q",
			at, e, "ListSecrets")
	}
	return nil
}

func checkHost(at, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Scheme+"://"+u.Host != address {
		return fmt.Errorf("%s %q must be the http or https address of a host without a path, such as %q",
			at, address, "http://127.0.0.1:8080")
	}
	return nil
}

func quoted[T ~string](names []T) string {
	var all []string
	for _, name := range names {
		all = append(all, fmt.Sprintf("%q", string(name)))
	}
	return strings.Join(all, ", ")
}
