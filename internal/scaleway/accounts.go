// Package scaleway is a client of Secret Manager on top of Scaleway's SDK. It adds what the SDK lacks: retries, checks
// of the answers, silence on standard output and error, and errors that hold neither a key nor a value.
//
// # Which API key
//
// For a component named shop-api, the first of these that is set decides:
//
//  1. SCW_ACCESS_KEY_SHOP_API and SCW_SECRET_KEY_SHOP_API
//  2. SCW_PROFILE_SHOP_API, the name of a profile of the configuration file
//  3. the profile given for all components (Environment.Profile)
//  4. SCW_ACCESS_KEY and SCW_SECRET_KEY
//  5. SCW_PROFILE
//
// A variable that is set and empty is an error, not an omission. The configuration file is the SDK's: SCW_CONFIG_PATH,
// or config.yaml (then config.yml) of $XDG_CONFIG_HOME/scw or $HOME/.config/scw. Its default and active profiles are
// used only when a variable names them: which key is sent must not depend on the state of the machine. A profile must
// hold both halves of the key itself. A file that others may read is used without a warning, as mounted files often
// are. The SDK would warn on standard output, which belongs to the result, so the file is not read by the SDK.
//
// # Where the key is sent
//
// To SCW_API_URL, or to the SDK's default URL. A Segregation, or a profile, that names another URL is an error unless
// SCW_API_URL is the same: files must not decide where a user's key is sent. SCW_API_URL wins over a profile's api_url.
// http is accepted for loopback addresses only. Redirects are never followed. Certificates are always verified,
// whatever a profile's "insecure" says.
package scaleway

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	"cloison.dev/cloison/internal/capture"
	"cloison.dev/cloison/internal/inventory"
	"cloison.dev/cloison/internal/plan"
)

// Environment is where API keys come from.
type Environment struct {
	// Lookup finds a variable. Default: os.LookupEnv.
	Lookup func(name string) (string, bool)
	// Profile of the configuration file for all components; empty means that the environment decides.
	Profile string
}

// Accounts finds the API key of a component and makes a client of it, one for each key and URL. It is safe for
// concurrent use.
type Accounts struct {
	// Retry is to be set before the first call of Account.
	Retry Retry

	environment Environment
	connections *tally

	mu      sync.Mutex
	clients map[account]*client
}

// account is what a client is made for.
type account struct {
	key key
	url string
}

// NewAccounts returns the Accounts of an environment.
func NewAccounts(env Environment) *Accounts {
	if env.Lookup == nil {
		env.Lookup = os.LookupEnv
	}
	return &Accounts{environment: env, connections: &tally{RoundTripper: NewConnections()},
		clients: map[account]*client{}}
}

// Account implements capture.Accounts. It makes no call: a key that is refused fails the first call of the client.
func (a *Accounts) Account(of *plan.Plan, component string) (capture.SecretManager, error) {
	key, err := a.environment.key(component)
	named := strconv.Quote(component)
	if errors.Is(err, errNone) {
		suffix := suffixOf(component)
		named += fmt.Sprintf(" (SCW_ACCESS_KEY%s, SCW_SECRET_KEY%s)", suffix, suffix)
	}
	var problems []string
	if err != nil {
		problems = append(problems, err.Error())
	}
	url, err := a.environment.url(of.Sync.APIURL, key)
	if err != nil {
		problems = append(problems, err.Error())
	}
	if problems != nil {
		return nil, noCredentials(named, strings.Join(problems, "; "))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	wanted := account{key, url}
	if known, ok := a.clients[wanted]; ok {
		return known, nil
	}
	made, err := newClient(wanted, a.connections, a.Retry)
	if err != nil {
		return nil, noCredentials(named, err.Error())
	}
	a.clients[wanted] = made
	return made, nil
}

// noCredentials is the error about the API key of a component as it is named.
func noCredentials(component, problem string) *capture.Error {
	return &capture.Error{
		Reason:  inventory.NoCredentials,
		Message: fmt.Sprintf("API key of component %s: %s", component, problem),
	}
}
