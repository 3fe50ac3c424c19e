package pods

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloison.dev/cloison/internal/fieldpath"
	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/objects"
	"cloison.dev/cloison/internal/verdict"
)

// snippets reports the annotations of Ingresses whose text becomes configuration of the controller, unless it has
// nothing but directives that change requests and answers: others have the controller read files, such as its token, by
// which most read the Secrets of every namespace.
//
// Facts: docs/facts.md, "Texts for Ingress controllers".
func (j *judge) snippets() verdict.Result {
	var result verdict.Result
	for _, o := range j.set.Ingresses {
		if j.scope.Of(o.Namespace) == nil {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(o.Annotations)) {
			if why := unknownSnippet(name, o.Annotations[name]); why != "" {
				result.Add(about(o.Object, snippetFinding(o.Object, name, why)))
			}
		}
	}
	return result
}

func snippetFinding(o *objects.Object, name, why string) finding.Finding {
	return finding.Finding{
		Code: finding.VolumeUndecided, Severity: finding.Warning, Undecided: true,
		Field: fieldpath.Of("metadata", "annotations", name),
		Message: "not decided: the text becomes configuration of the Ingress controller, which may read Secrets of every " +
			"namespace, and " + why,
		Counterexample: fmt.Sprintf("whoever may write %s may have the controller answer with its token", o),
		Fix:            "remove it, or use the annotations that the controller has for what it does",
	}
}

// unknownSnippet is why it is not known what the text of an annotation does; empty where it is harmless, or becomes no
// configuration.
func unknownSnippet(name, text string) string {
	host, key, _ := strings.Cut(name, "/")
	switch {
	case !isSnippet(key) || strings.TrimSpace(text) == "":
		return ""
	case !strings.HasPrefix(host, "nginx.") && host != "ingress.kubernetes.io":
		return "what it does was not evaluated"
	}
	for _, directive := range directives(text) {
		if !isHarmlessDirective(directive) {
			return fmt.Sprintf("what %q does there was not evaluated", directive)
		}
	}
	return ""
}

// isSnippet reports whether an annotation with the key, which is without its prefix, has text for the configuration of
// a controller: of ingress-nginx, NGINX's own or one of HAProxy.
func isSnippet(key string) bool {
	return strings.HasSuffix(key, "-snippet") || strings.HasSuffix(key, "-snippets") || key == "config-backend" ||
		key == "config-frontend" || key == "config-global" || key == "config-defaults"
}

// directives are the first words of the statements of a configuration of nginx, those inside of blocks included, each
// once.
func directives(text string) []string {
	var found []string
	known := map[string]bool{}
	var statement strings.Builder
	end := func() {
		if words := strings.Fields(statement.String()); len(words) > 0 && !known[words[0]] {
			known[words[0]] = true
			found = append(found, words[0])
		}
		statement.Reset()
	}
	var quote rune
	isComment, isEscaped, isVariable, last := false, false, false, ' '
	for _, r := range text {
		switch {
		case isComment:
			isComment = r != '\n'
		case isEscaped:
			isEscaped = false
			statement.WriteRune(r)
		case quote != 0 && r != quote && r != '\\':
			statement.WriteRune('.') // of what is quoted only the place matters
		case r == '\\':
			isEscaped = true
		case quote != 0:
			quote = 0
		case r == '"' || r == '\'':
			quote = r
		case r == '#':
			isComment = true
		case r == '{' && last == '$', r == '}' && isVariable: // ${host}
			isVariable = r == '{'
		case r == ';', r == '{', r == '}':
			end()
		default:
			statement.WriteRune(r)
		}
		last = r
	}
	end()
	return found
}

// harmlessDirectives of nginx change requests and answers, and say where they go; none reads a file or runs a program.
// Those with a dash at their end stand for every one that begins so.
const harmlessDirectives = `
absolute_redirect add_header add_trailer allow auth_request auth_request_set break charset chunked_transfer_encoding
default_type deny error_page etag expires grpc_connect_timeout grpc_read_timeout grpc_send_timeout grpc_set_header
gzip gzip_- http2_- if if_modified_since ignore_invalid_headers internal keepalive_requests keepalive_timeout
large_client_header_buffers limit_- location log_not_found merge_slashes more_- port_in_redirect client_body_buffer_size
client_body_timeout client_header_buffer_size client_header_timeout client_max_body_size proxy_buffer_size
proxy_buffering proxy_buffers proxy_busy_buffers_size proxy_cache proxy_cache_bypass proxy_cache_key proxy_cache_lock
proxy_cache_methods proxy_cache_min_uses proxy_cache_revalidate proxy_cache_use_stale proxy_cache_valid
proxy_connect_timeout proxy_cookie_- proxy_hide_header proxy_http_version proxy_ignore_client_abort
proxy_ignore_headers proxy_intercept_errors proxy_max_temp_file_size proxy_method proxy_next_upstream
proxy_next_upstream_- proxy_no_cache proxy_pass_header proxy_pass_request_body proxy_pass_request_headers
proxy_read_timeout proxy_redirect proxy_request_buffering proxy_send_timeout proxy_set_body proxy_set_header
proxy_ssl_name proxy_ssl_protocols proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify
real_ip_header real_ip_recursive resolver_timeout return rewrite rewrite_log satisfy send_timeout server_name_in_redirect
server_tokens set set_real_ip_from ssl_ciphers ssl_prefer_server_ciphers ssl_protocols sub_filter sub_filter_- tcp_nodelay
underscores_in_headers valid_referers
`

func isHarmlessDirective(name string) bool {
	for known := range strings.FieldsSeq(harmlessDirectives) {
		if prefix, is := strings.CutSuffix(known, "-"); name == known || is && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
