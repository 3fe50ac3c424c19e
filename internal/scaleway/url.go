package scaleway

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// defaultURL is where the API is. Facts: docs/facts.md, "Defaults of the SDK".
const defaultURL = "https://api.scaleway.com"

// url is where the key is sent: SCW_API_URL, or defaultURL. asked is the Segregation's spec.scaleway.apiURL, empty
// where it has none. A URL that the Segregation or the profile names must be the same.
func (e Environment) url(asked string, of key) (string, error) {
	sent := defaultURL
	own, set := e.Lookup("SCW_API_URL")
	if set {
		var err error
		if sent, err = normalise(own); err != nil {
			return "", fmt.Errorf("SCW_API_URL %w", err)
		}
	}
	if asked != "" {
		if err := agrees("spec.scaleway.apiURL", asked, sent); err != nil {
			return "", err
		}
	}
	if of.url != "" && !set {
		if err := agrees("api_url of "+of.origin, of.url, sent); err != nil {
			return "", err
		}
	}
	return sent, nil
}

func agrees(who, named, sent string) error {
	normal, err := normalise(named)
	if err != nil {
		return fmt.Errorf("%s %w", who, err)
	}
	if normal != sent {
		return fmt.Errorf("%s is %q, and the key is only sent to %q: set SCW_API_URL to the same URL to allow it", who,
			normal, sent)
	}
	return nil
}

// normalise returns a URL in the form in which two are compared, without a slash at its end. Errors do not quote the
// URL, which may hold a password.
func normalise(raw string) (string, error) {
	parsed, err := url.Parse(strings.TrimRight(raw, "/"))
	switch {
	case raw == "":
		return "", errors.New("is empty: it must be a URL, or not be set")
	case err != nil, parsed.Scheme != "https" && parsed.Scheme != "http", parsed.Hostname() == "":
		return "", errors.New("must be a URL such as https://api.scaleway.com")
	case parsed.User != nil:
		return "", errors.New("must be a URL without a user or a password in it")
	case strings.ContainsAny(raw, "?#"):
		return "", errors.New("must be a URL without a query or a fragment")
	case parsed.Scheme == "http" && !isLoopback(parsed.Hostname()):
		return "", errors.New("must begin with https://: with http:// everybody on the way can read the key; " +
			"http:// is for this machine only (localhost, 127.0.0.1, [::1])")
	}
	parsed.Host = strings.ToLower(parsed.Host)
	for scheme, port := range map[string]string{"https": ":443", "http": ":80"} {
		if parsed.Scheme == scheme {
			parsed.Host = strings.TrimSuffix(parsed.Host, port)
		}
	}
	return parsed.String(), nil
}

func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && address.IsLoopback()
}
