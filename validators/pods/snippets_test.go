package pods_test

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

// ingressWith is an Ingress of component a with an annotation, whose text has no line breaks and no double quotes.
func ingressWith(annotation, text string) string {
	return workload("Deployment", "d", "", "") + manifests.Object("networking.k8s.io/v1", "Ingress",
		"i, annotations: {"+annotation+`: "`+text+`"}`, "spec: {defaultBackend: {service: {name: s, port: {number: 80}}}}")
}

func TestTextsForIngressControllers(t *testing.T) {
	const nginx = "nginx.ingress.kubernetes.io/configuration-snippet"
	undecided := func(annotation, why string) []string {
		return []string{"undecided warning CLS-P013 Ingress a/i metadata.annotations[" + annotation + "]: not decided: the " +
			"text becomes configuration of the Ingress controller, which may read Secrets of every namespace, and " + why}
	}
	of := func(directive string) []string {
		return undecided(nginx, `what "`+directive+`" does there was not evaluated`)
	}
	manifests.Table{
		"headers":                              {Manifests: ingressWith(nginx, "more_set_headers 'A: DENY; alias'; add_header A ${host}b;")},
		"a location":                           {Manifests: ingressWith(nginx, "location = /metrics { return 404; }")},
		"a quoted pattern":                     {Manifests: ingressWith(nginx, `if ($uri ~* '\\.php{1,2}$') { rewrite ^ /x last; } gzip on`)},
		"an empty text":                        {Manifests: ingressWith(nginx, " ")},
		"an annotation that is only called so": {Manifests: ingressWith("example.org/snippets-off", "alias /;")},
		"files": {
			Manifests: ingressWith(nginx, "location /x { alias /var/run/secrets/; }"), Want: of("alias"),
		},
		"after another":      {Manifests: ingressWith(nginx, "set $a b; root /;"), Want: of("root")},
		"after quotes":       {Manifests: ingressWith(nginx, "add_header A 'b'; include /x;"), Want: of("include")},
		"programs":           {Manifests: ingressWith(nginx, "content_by_lua_block { f() }"), Want: of("content_by_lua_block")},
		"the way to sockets": {Manifests: ingressWith(nginx, "proxy_pass http://unix:/x;"), Want: of("proxy_pass")},
		"in quotes":          {Manifests: ingressWith(nginx, "'alias' /;"), Want: of(".....")},
		"after a comment": {
			Manifests: ingressWith("nginx.org/server-snippets", `add_header A b; # it's; {\n root /;`),
			Want:      undecided("nginx.org/server-snippets", `what "root" does there was not evaluated`),
		},
		"of another controller": {
			Manifests: ingressWith("haproxy.org/backend-config-snippet", "http-request lua.token"),
			Want:      undecided("haproxy.org/backend-config-snippet", "what it does was not evaluated"),
		},
	}.Run(t, judge, manifests.Messages)
}
