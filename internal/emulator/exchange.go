package emulator

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"cloison.dev/cloison/internal/emulator/api"
	"cloison.dev/cloison/internal/emulator/fault"
	"cloison.dev/cloison/internal/emulator/id"
)

// Exchange is a call and its answer, without anything secret.
type Exchange struct {
	Endpoint Endpoint
	Method   string
	// Path is the path with the query, sorted. What could be secret there stands as "...": parameters of the path
	// other than region, secret and revision, values of parameters of the query that are not known to be harmless,
	// and what looks like a key in a path that is unknown.
	Path string
	// Status is 0 where no status was sent.
	Status int
	// Fault is empty where the call had none.
	Fault fault.Kind
	// Bytes is how many bytes of the body were sent.
	Bytes    int64
	Duration time.Duration
}

const hidden = "..."

// shownPath is Exchange.Path.
func shownPath(found api.Route, r *http.Request) string {
	segments := strings.Split(r.URL.EscapedPath(), "/")
	pattern := strings.Split(found.Pattern, "/")
	for i, segment := range segments {
		switch {
		case found.Pattern == "":
			if looksLikeKey(segment) {
				segments[i] = hidden
			}
		case strings.HasPrefix(pattern[i], "{") && !slices.Contains(shownParameters(), strings.Trim(pattern[i], "{}")):
			segments[i] = hidden
		}
	}
	return strings.Join(segments, "/") + shownQuery(r.URL.Query())
}

// shownParameters are the parameters whose values are shown.
func shownParameters() []string {
	return []string{
		"region", "secret_id", "revision",
		"project_id", "organization_id", "secret_name", "secret_path", "name", "path", "type",
		"page", "page_size", "order_by", "ephemeral", "scheduled_for_deletion",
	}
}

func shownQuery(query url.Values) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, value := range query[name] {
			if slices.Contains(shownParameters(), name) {
				pairs = append(pairs, url.QueryEscape(name)+"="+url.QueryEscape(value))
			} else {
				pairs = append(pairs, url.QueryEscape(name)+"="+hidden)
			}
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	return "?" + strings.Join(pairs, "&")
}

func looksLikeKey(segment string) bool {
	plain, err := url.PathUnescape(segment)
	return err != nil || id.IsUUID(plain) || id.IsAccessKey(strings.ToUpper(plain))
}
