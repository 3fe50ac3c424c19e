// Command generate writes docs/findings.md from the rules of package finding. It runs in the folder of that package, by
// "go generate".
package main

import (
	"fmt"
	"os"
	"strings"

	"cloison.dev/cloison/internal/finding"
)

const page = "../../docs/findings.md"

const head = `# Findings

Here you look up the code of a finding: what it means, what follows from it, and how to fix it.

Every finding has a code that never changes its meaning, and one of three severities: ` + "`error`" + ` (the promise is
broken or the deploy fails: the run fails with exit code 1 and changes nothing), ` + "`warning`" + ` (the promise is
weakened, or something is dead) or ` + "`info`" + ` (what was not checked, and why). A finding is printed as one line:

` + "```" + `
error CLS-S003 Segregation shop spec.componets: unknown field "componets"; ...; fix: write "components" (shop.yaml)
` + "```" + `

A finding that you accept on one object is suppressed by an annotation of that object, which gives the reason; those on
Scaleway paths (family I) by one of the Segregation. It is still listed, with the reason, and no longer fails the run:

` + "```yaml" + `
metadata:
  annotations:
    suppress.cloison.dev/CLS-N004: "the partner's API has no fixed address; ticket 4711"
` + "```" + `
`

func main() {
	text := markdown(finding.Families())
	if err := os.WriteFile(page, []byte(text), 0o644); err != nil { //nolint:gosec // everybody may read it
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func markdown(families []finding.Family) string {
	var b strings.Builder
	b.WriteString(head)
	for _, family := range families {
		fmt.Fprintf(&b, "\n## Family %s: %s\n", family.Letter, family.Title)
		for _, r := range family.Rules {
			fmt.Fprintf(&b, "\n### %s\n\n**%s.** %s\n\n*Consequence:* %s\n\n*Fix:* %s\n", r.Code, r.Title, r.Cause,
				r.Consequence, r.Fix)
		}
	}
	return b.String()
}
