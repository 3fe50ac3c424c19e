package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const someMetrics = `# TYPE apiserver_longrunning_requests gauge
apiserver_longrunning_requests{component="apiserver",group="",resource="secrets",scope="namespace",verb="WATCH"} 12
apiserver_longrunning_requests{component="apiserver",group="",resource="pods",scope="cluster",subresource="exec",verb="CONNECT"} 3
apiserver_longrunning_requests{component="apiserver",group="apps",resource="deployments",scope="cluster",verb="WATCH"} 2
`

func TestWatchesAreCounted(t *testing.T) {
	n, err := parseWatches(someMetrics)
	require.NoError(t, err)
	assert.Equal(t, 14, n)
	_, err = parseWatches("# nothing\n")
	require.ErrorContains(t, err, "there is no apiserver_longrunning_requests")
	_, err = parseWatches(`apiserver_longrunning_requests{verb="WATCH"} many`)
	require.ErrorContains(t, err, `"many" must be a number`)
}

func TestTheMedianAndTheLongest(t *testing.T) {
	one, two, cut := figure{value: 1, unit: seconds}, figure{value: 2, unit: seconds}, figure{value: .5, unit: seconds, more: true}
	assert.Equal(t, two, median([]figure{two, cut, one}))
	assert.Equal(t, cut, longest([]figure{two, cut, one}))
	assert.Equal(t, two, longest([]figure{one, two}))
}

func TestASecretIsOfOneGenerationOrOfNone(t *testing.T) {
	data := map[string][]byte{}
	for i := range killKeys {
		data[keyName(i)] = []byte("generation 7")
	}
	assert.Equal(t, 7, generationOf(data))
	data[keyName(3)] = []byte("generation 6")
	assert.Equal(t, none, generationOf(data), "old and new together")
	data[keyName(3)] = []byte("edited")
	assert.Equal(t, none, generationOf(data), "something else")
	delete(data, keyName(3))
	assert.Equal(t, none, generationOf(data), "a key is missing")
}

func TestKillsDecideOnlyWhereTheyCameBeforeAndAfter(t *testing.T) {
	for want, all := range map[verdict]killed{
		held:      {kills: 2, old: 1, renewed: 3},
		undecided: {kills: 2, renewed: 4},
		missed:    {kills: 2, old: 1, renewed: 2, broken: []string{"x"}},
	} {
		r := row{ours: calls(len(all.broken)), budget: wholeAfterKills(all)}
		assert.Equal(t, want, r.verdict())
	}
}
