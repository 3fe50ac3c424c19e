package content_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/sync/content"
)

const byChance = `
metadata: {name: e, uid: u, generation: 1}
spec:
  target: {template: {data: {HOST: "{{ .host }}", ID: "{{ uuidv4 }}"}}}
  data: [{secretKey: host, remoteRef: {key: path:/mail/host}}]
`

func TestAMemoMakesNothingAnewOfTheSame(t *testing.T) {
	var memo content.Memo
	mail := scaleway{"/mail/host": "smtp"}
	last := ""
	changes := func() bool {
		of := external(t, byChance)
		reads := of.Spec.Reads()
		made, problems := memo.Make(of, reads, mail.outcomes(reads))
		require.Empty(t, texts(problems))
		before := last
		last = data(made)
		return last != before
	}
	assert.True(t, changes(), "the first")
	assert.False(t, changes(), "of the same values")
	mail["/mail/host"] = "other"
	assert.True(t, changes(), "of another value")
	assert.Contains(t, last, "HOST=other")
	assert.False(t, changes())
}

func TestAMemoMakesAnewOfAnotherExternalSecret(t *testing.T) {
	var memo content.Memo
	mail := scaleway{"/mail/host": "smtp"}
	first := external(t, byChance)
	reads := first.Spec.Reads()
	made, _ := memo.Make(first, reads, mail.outcomes(reads))
	before := data(made)

	again := external(t, byChance)
	again.UID = "another"
	made, _ = memo.Make(again, reads, mail.outcomes(reads))
	assert.NotEqual(t, before, data(made), "it was deleted and made again")
	before = data(made)
	again.Generation++
	made, _ = memo.Make(again, reads, mail.outcomes(reads))
	assert.NotEqual(t, before, data(made), "it was changed")
	before = data(made)
	again.Labels = map[string]string{"a": "b"}
	made, _ = memo.Make(again, reads, mail.outcomes(reads))
	assert.NotEqual(t, before, data(made), "its labels may become those of the Secret")
}

func TestAMemoKeepsProblems(t *testing.T) {
	var memo content.Memo
	of := external(t, byChance)
	reads := of.Spec.Reads()
	for range 2 {
		made, problems := memo.Make(of, reads, scaleway{}.outcomes(reads))
		assert.Nil(t, made)
		assert.Len(t, problems, 1)
	}
}
