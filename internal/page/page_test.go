package page_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-graphviz"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/layout"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/testkit"
)

// place asks Graphviz, in this process.
func place(graphs []page.Graph) ([]string, error) {
	var requests []layout.Request
	for _, g := range graphs {
		requests = append(requests, layout.Request{Engine: graphviz.Layout(g.Engine), Graph: g.Text})
	}
	return layout.All(context.Background(), requests)
}

func write(t *testing.T, d *page.Data) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, page.Write(&out, d, place))
	return out.String()
}

// shop has everything that a page shows.
func shop() *page.Data {
	return &page.Data{
		Title: "Segregation shop",
		Components: []page.Component{
			{
				Name: "api", Namespace: "shop-api", Segregation: "shop", Workloads: []string{"Deployment api"},
				Secrets: []page.Secret{
					{
						Name: "api-secrets", Count: "2",
						Sources: []page.Source{{Folder: 0, Store: "SecretStore api", By: "ExternalSecret api",
							APIKeys: []string{"shop-api/scw-api"}, Keys: []string{"DATABASE_URL", "TOKEN = token#value"}}},
						Uses: []page.Use{{Workload: "Deployment api", Container: "api", Via: "envFrom", What: []string{"every key"}}},
					},
					{Name: "scw-api", Count: "?", APIKeyOf: []string{"SecretStore api"}},
				},
				Rights:    []page.Reason{{Text: "ServiceAccount api may read Secrets in namespace shop-db", Place: "rbac.yaml:3"}},
				Hosts:     []string{"CiliumNetworkPolicy out opens api.example.com on 443/TCP"},
				Published: []page.Reason{{Text: "Deployment api by Ingress api (class <nginx>) as api.example.com/ on 80 → 8080", Place: "shop.yaml:9"}},
			},
			{
				Name: "db", Namespace: "shop-db", Segregation: "shop", Workloads: []string{"StatefulSet postgres"},
				Secrets: []page.Secret{{
					Name: "db-secrets", Count: "1", Others: []string{"SealedSecret db-secrets"}, Keys: []string{"POSTGRES_PASSWORD"},
					Sources: []page.Source{{Folder: 0, Store: "SecretStore db", By: "ExternalSecret db", Findings: []int{0}}},
				}},
			},
		},
		Outside: []string{"the internet"},
		Folders: []page.Folder{{Title: "/shop/api", About: "project 58d2c7e1 in fr-par"}},
		Flows: []page.Flow{
			{From: 0, To: 1, Ports: "5432", State: page.Declared,
				Pods: []string{"Deployment api to StatefulSet postgres on 5432"},
				Why:  []page.Reason{{Text: "opened by NetworkPolicy shop-api/out spec.egress[0]", Place: "policies.yaml:12"}}},
			{From: 0, To: 1, Ports: "read Secrets", State: page.ByRights},
			{From: 0, To: 2, Ports: "443", State: page.Undeclared},
			{From: 1, To: 2, State: page.Undecided},
		},
		Keys: []page.Key{
			{Name: "database-url", Folder: 0, Holders: []page.Holder{
				{Component: 0, How: []page.Reason{{Text: "in Secret api-secrets as DATABASE_URL"}}},
				{Component: 1, Broken: true, How: []page.Reason{{Text: "in Secret db-secrets"}}},
			}},
			{Name: "POSTGRES_PASSWORD", Folder: -1, Of: "Secret shop-db/db-secrets", Holders: []page.Holder{{Component: 1}}},
		},
		Findings: []page.Finding{
			{Code: "CLS-E001", Severity: "error", Rule: "Reads another component's folder", Namespace: "shop-db",
				Object: "ExternalSecret shop-db/db", Field: "spec.data[0].remoteRef.key", Place: "db.yaml:9",
				Message: "folder is read by both", Counterexample: "ExternalSecret db", Fix: "give each its own"},
			{Code: "CLS-K001", Severity: "info", Message: "was not looked at", Undecided: true},
		},
		Notes: []string{"1 finding that somebody accepts is not shown."},
	}
}

var assets = regexp.MustCompile(`(?s)<(style|script)>(.*?)</(?:style|script)>`)

// without takes the style, the script and their hashes out of a page.
func without(text string) string {
	text = assets.ReplaceAllString(text, "<$1></$1>")
	return regexp.MustCompile(`'sha256-[^']*'`).ReplaceAllString(text, "'sha256'")
}

// TestPageAndPicture compares what is written, twice.
func TestPageAndPicture(t *testing.T) {
	text := write(t, shop())
	assert.Equal(t, text, write(t, shop()))
	testkit.Golden(t, filepath.Join("testdata", "shop.html"), without(text))
	var picture strings.Builder
	require.NoError(t, page.Picture(&picture, shop(), place))
	testkit.Golden(t, filepath.Join("testdata", "shop.svg"), without(picture.String()))
}

func TestNothingToShow(t *testing.T) {
	text := write(t, &page.Data{Title: "empty"})
	assert.Contains(t, text, "There are no components in what was read.")
	assert.Contains(t, text, "Nothing was found.")
}

// TestThePolicyAllowsThePagesOwnStyleAndScript compares its hashes with what is in the page.
func TestThePolicyAllowsThePagesOwnStyleAndScript(t *testing.T) {
	text := write(t, shop())
	found := assets.FindAllStringSubmatch(text, -1)
	require.Len(t, found, 2)
	hash := func(text string) string {
		sum := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	assert.Contains(t, text, `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src `+
		hash(found[0][2])+"; script-src "+hash(found[1][2])+"; img-src data:; base-uri 'none'; form-action 'none'\">")
}

// TestNothingIsAskedFor searches for what a browser would fetch or run.
func TestNothingIsAskedFor(t *testing.T) {
	text := write(t, shop())
	assert.NotRegexp(t, `https?://|[^-]src=|@import|url\((?:[^#]|$)|\son[a-z]+=|\sstyle=`, text)
}

// TestEveryLinkLeadsToASection holds for what is drawn, for tables and for sections.
func TestEveryLinkLeadsToASection(t *testing.T) {
	text := write(t, shop())
	ids := map[string]bool{}
	for _, found := range regexp.MustCompile(`\sid="([^"]+)"`).FindAllStringSubmatch(text, -1) {
		assert.False(t, ids[found[1]], "there are two of %s", found[1])
		ids[found[1]] = true
	}
	links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1)
	require.Greater(t, len(links), 30)
	for _, found := range links {
		assert.True(t, ids[found[1]], "nothing is called %s", found[1])
	}
}

// TestTextOfTheInputIsText puts into every text what would mean something to HTML, SVG or DOT.
func TestTextOfTheInputIsText(t *testing.T) {
	d := shop()
	const bad = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\\\x1b[31m\u202e\x00\nz"
	for i := range d.Components {
		c := &d.Components[i]
		c.Name, c.Namespace, c.Segregation, c.Workloads[0] = bad, bad+c.Namespace, bad, bad
		for j := range c.Secrets {
			c.Secrets[j].Name = bad
		}
	}
	d.Title, d.Outside[0], d.Folders[0], d.Notes[0] = bad, bad, page.Folder{Title: bad, About: bad}, bad
	d.Flows[0].Ports, d.Flows[0].Why[0] = bad, page.Reason{Text: bad, Place: bad}
	d.Keys[0].Name, d.Keys[0].Of = bad, bad
	d.Findings[0] = page.Finding{Code: bad, Severity: bad, Rule: bad, Namespace: bad, Object: bad, Field: bad, Place: bad,
		Message:        bad,
		Counterexample: bad, Fix: bad}
	text := write(t, d)
	assert.Equal(t, 1, strings.Count(text, "<script"))
	assert.Equal(t, 1, strings.Count(text, "</script"))
	assert.NotContains(t, text, "<img")
	assert.NotRegexp(t, `<[a-z][^<>]*\sonerror`, regexp.MustCompile(`"[^"\n]*"`).ReplaceAllString(text, `""`))
	for _, r := range text {
		require.True(t, r == '\n' || unicode.IsPrint(r), "%q", r)
	}
}

func TestALayoutThatFailsIsAnError(t *testing.T) {
	for name, row := range map[string]struct {
		layout page.Layout
		want   string
	}{
		"fails":   {func([]page.Graph) ([]string, error) { return nil, errors.New("out of ink") }, "out of ink"},
		"is less": {func([]page.Graph) ([]string, error) { return nil, nil }, "graphs were asked for, and 0 are placed"},
		"is no layout": {func(graphs []page.Graph) ([]string, error) { return make([]string, len(graphs)), nil },
			`layout: "" must be the size of a graph`},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			assert.ErrorContains(t, page.Write(&out, shop(), row.layout), row.want)
			assert.Empty(t, out.String())
		})
	}
}

// platform has components of which each reaches the first of its team.
func platform(components, team int) *page.Data {
	d := &page.Data{Title: "platform"}
	for i := range components {
		d.Folders = append(d.Folders, page.Folder{Title: fmt.Sprintf("/platform/part-%d", i)})
		d.Components = append(d.Components, page.Component{
			Name: fmt.Sprintf("part-%d", i), Namespace: fmt.Sprintf("platform-part-%d", i),
			Workloads: []string{"Deployment part"},
			Secrets:   []page.Secret{{Name: "secrets", Count: "1", Sources: []page.Source{{Folder: i, Store: "SecretStore s"}}}},
		})
		if hub := i - i%team; hub != i {
			d.Flows = append(d.Flows, page.Flow{From: i, To: hub, Ports: "8080", State: page.Allowed})
		}
	}
	return d
}

// TestCardsDoNotOverlap holds in layers, by springs and in rows.
func TestCardsDoNotOverlap(t *testing.T) {
	frame := regexp.MustCompile(`<rect class="frame" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"`)
	for _, size := range []struct{ components, team int }{
		{1, 1}, {7, 3}, {30, 30}, {40, 1}, {41, 41}, {200, 20}, {3100, 3100},
	} {
		t.Run(fmt.Sprintf("%d in teams of %d", size.components, size.team), func(t *testing.T) {
			var picture strings.Builder
			require.NoError(t, page.Picture(&picture, platform(size.components, size.team), place))
			var boxes [][4]int
			for _, found := range frame.FindAllStringSubmatch(picture.String(), -1) {
				var box [4]int
				for i := range box {
					_, err := fmt.Sscan(found[i+1], &box[i])
					require.NoError(t, err)
				}
				for _, other := range boxes {
					require.False(t, box[0] < other[0]+other[2] && other[0] < box[0]+box[2] && box[1] < other[1]+other[3] &&
						other[1] < box[1]+box[3], "%v and %v", box, other)
				}
				boxes = append(boxes, box)
			}
			assert.Len(t, boxes, size.components)
		})
	}
}
