package stores

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/finding"
	"cloison.dev/cloison/internal/testkit"
)

// TestThePictureOfTheFamilyIsTrue holds the table in the comment of the package: every check is in its file, no check
// is left out, and every code of the family has a check.
func TestThePictureOfTheFamilyIsTrue(t *testing.T) {
	row := regexp.MustCompile(`(?m)^//\t  (\w+\.go)? +(\w+) +(E[0-9]{3}(?: E[0-9]{3})*) `)
	rows := row.FindAllStringSubmatch(testkit.Read(t, "stores.go"), -1)
	assert.Len(t, rows, len(checks()))
	file, drawn := "", map[finding.Code]bool{}
	for _, row := range rows {
		if row[1] != "" {
			file = row[1]
		}
		folder := "."
		if row[2][0] >= 'A' && row[2][0] <= 'Z' {
			folder = "api"
		}
		assert.Regexp(t, `(?m)^func (\(\w+ \*\w+\) )?`+row[2]+`\(`, testkit.Read(t, filepath.Join(folder, file)))
		for code := range strings.FieldsSeq(row[3]) {
			drawn[finding.Code("CLS-"+code)] = true
		}
	}
	for _, family := range finding.Families() {
		for _, rule := range family.Rules {
			assert.Equal(t, strings.HasPrefix(string(rule.Code), "CLS-E"), drawn[rule.Code], "%s", rule.Code)
		}
	}
}
