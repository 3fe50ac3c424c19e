package finding_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// codes finds what a regular expression with one group matches in a file.
func codes(t *testing.T, file, form string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var found []string
	for _, match := range regexp.MustCompile(form).FindAllSubmatch(text, -1) {
		found = append(found, string(match[1]))
	}
	require.NotEmpty(t, found)
	return found
}

func TestEveryCodeIsDocumentedOnceAndInOrder(t *testing.T) {
	inCode := codes(t, "codes.go", `Code = "(CLS-[A-Z]\d{3})"`)
	assert.Equal(t, inCode, codes(t, "../../docs/findings.md", `(?m)^### (CLS-[A-Z]\d{3})$`))
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(inCode))), len(inCode), "a code is given twice")
}

func TestEveryCodeIsReported(t *testing.T) {
	for _, name := range codes(t, "codes.go", `(?m)^\t(\w+) +Code = `) {
		output, err := exec.Command("grep", "-rlw", "--include=*.go", "finding."+name, "../..").Output()
		require.NoError(t, err, "nothing reports %s", name)
		assert.NotEmpty(t, strings.TrimSpace(string(output)), "nothing reports %s", name)
	}
}
