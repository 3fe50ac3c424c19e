package action

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

// hostile are names of files that Markdown, or HTML in it, would take for something else.
var hostile = []string{
	"a|b", `a\|b`, "a`b`c", "**a**", "__a__", "[a](b)", "![a](b)", "<b>a", "<!-- a", "<details>", "~~a~~", "&lt;a&gt;",
	`a\`, "$a$", "<script>a", "| a | b |", "# a", "- a", "www.example.com", "a@example.com",
}

// TestNamesOfFilesStayTextInMarkdown reads the report as a code host does, and compares the places in its table with
// those of the JSON report.
func TestNamesOfFilesStayTextInMarkdown(t *testing.T) {
	onPath(t)
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join(root, "testdata", "broken", "web-shop", "fixed"))))
	for i, name := range hostile {
		ingress := fmt.Sprintf("apiVersion: networking.k8s.io/v1\nkind: Ingress\n"+
			"metadata: {namespace: shop-web, name: i%d}\n"+
			"spec: {defaultBackend: {service: {name: api, port: {number: 80}}}}\n", i)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+".yaml"), []byte(ingress), 0o600))
	}
	report := func(format string) string {
		cmd := exec.CommandContext(t.Context(), "cloison", "check", "--fail-on=never", "-o", format, ".")
		cmd.Dir = folder
		out, err := cmd.Output()
		require.NoError(t, err)
		return string(out)
	}
	var want struct {
		Findings []struct {
			File, Message string
			Line          int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(report("json")), &want))
	require.Len(t, want.Findings, len(hostile))

	var page bytes.Buffer
	reader := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	require.NoError(t, reader.Convert([]byte(report("markdown")), &page))
	table, _, _ := strings.Cut(page.String(), "</table>")
	rows := strings.Split(table, "<tr>")[2:]
	require.Len(t, rows, len(want.Findings))
	for i, finding := range want.Findings {
		cells := strings.Split(rows[i], "<td>")[1:]
		require.Len(t, cells, 4, rows[i])
		assert.Equal(t, fmt.Sprintf("%s:%d", finding.File, finding.Line), textOf(cells[2]))
		assert.Equal(t, finding.Message, textOf(cells[3]))
	}
	assert.Empty(t, elements(page.String()), "elements that the report does not make")
	assert.Contains(t, page.String(), "Checked: ", "what follows the table is there")
}

var (
	element = regexp.MustCompile(`</?([a-z0-9]+|!--)`)
	own     = regexp.MustCompile(`^(h3|table|thead|tbody|tr|th|td|br|strong|p)$`)
)

// elements are the names of the elements of a page that no report has.
func elements(page string) []string {
	found := []string{}
	for _, match := range element.FindAllStringSubmatch(page, -1) {
		if !own.MatchString(match[1]) {
			found = append(found, match[1])
		}
	}
	return found
}

// textOf is what a reader sees of a cell's first line.
func textOf(cell string) string {
	line, _, _ := strings.Cut(cell, "<br")
	line, _, _ = strings.Cut(line, "</td>")
	return unescaped.Replace(line)
}

var unescaped = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&")
