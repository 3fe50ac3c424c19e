package scaleway

import (
	"errors"
	"fmt"
	"strings"

	"github.com/scaleway/scaleway-sdk-go/validation"
)

// key is a Scaleway API key.
type key struct {
	access, secret string
	// url is the api_url of the profile that the key is from, and origin names that profile; both are empty for most.
	url, origin string
}

// key finds the API key of a component.
func (e Environment) key(component string) (key, error) {
	suffix := suffixOf(component)
	for _, source := range []func() (key, bool, error){
		func() (key, bool, error) { return e.pair(suffix) },
		func() (key, bool, error) { return e.named("SCW_PROFILE" + suffix) },
		e.given,
		func() (key, bool, error) { return e.pair("") },
		func() (key, bool, error) { return e.named("SCW_PROFILE") },
	} {
		if found, set, err := source(); set {
			return found, err
		}
	}
	return key{}, errNone
}

// suffixOf ends the names of the variables that are for one component only.
func suffixOf(component string) string {
	return "_" + strings.ToUpper(strings.ReplaceAll(component, "-", "_"))
}

// errNone is the same for all components, so that it is reported once.
var errNone = errors.New("there is none: set these variables in the environment or, for all components, SCW_ACCESS_KEY " +
	"and SCW_SECRET_KEY, or SCW_PROFILE")

// pair reads a key from two variables. It is set when one of them is.
func (e Environment) pair(suffix string) (found key, set bool, err error) {
	accessName, secretName := "SCW_ACCESS_KEY"+suffix, "SCW_SECRET_KEY"+suffix
	access, hasAccess := e.Lookup(accessName)
	secret, hasSecret := e.Lookup(secretName)
	switch {
	case !hasAccess && !hasSecret:
		return key{}, false, nil
	case !hasAccess:
		return key{}, true, fmt.Errorf("%s is set and %s is not: set both", secretName, accessName)
	case !hasSecret:
		return key{}, true, fmt.Errorf("%s is set and %s is not: set both", accessName, secretName)
	}
	return key{access: access, secret: secret}, true, checkKey(accessName, access, secretName, secret)
}

// given reads the profile for all components.
func (e Environment) given() (found key, set bool, err error) {
	if e.Profile == "" {
		return key{}, false, nil
	}
	found, err = e.profile(e.Profile)
	return found, true, err
}

// named reads the profile that a variable names.
func (e Environment) named(variable string) (found key, set bool, err error) {
	name, set := e.Lookup(variable)
	switch {
	case !set:
		return key{}, false, nil
	case name == "":
		return key{}, true, fmt.Errorf("%s is empty: it must name a profile, or not be set", variable)
	}
	if found, err = e.profile(name); err != nil {
		err = fmt.Errorf("%s: %w", variable, err)
	}
	return found, true, err
}

// checkKey returns everything that is wrong with the form of a key, without quoting it.
func checkKey(accessName, access, secretName, secret string) error {
	var problems []string
	switch {
	case access == "":
		problems = append(problems, accessName+" is empty")
	case !validation.IsAccessKey(access):
		problems = append(problems, accessName+" must be SCW and 17 capital letters or digits"+blanks(access))
	}
	switch {
	case secret == "":
		problems = append(problems, secretName+" is empty")
	case !validation.IsSecretKey(secret):
		problems = append(problems, secretName+" must be a UUID"+blanks(secret))
	}
	if problems == nil {
		return nil
	}
	return errors.New(strings.Join(problems, ", ") + ": copy the key from the console or make a new one " +
		"(https://console.scaleway.com/iam/api-keys)")
}

// blanks describes spaces around a value, which are invisible in an environment variable.
func blanks(value string) string {
	if strings.TrimSpace(value) == value {
		return ""
	}
	return " (there is a blank or a line break before or behind it)"
}
