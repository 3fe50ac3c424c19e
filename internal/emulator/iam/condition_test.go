package iam_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"cloison.dev/cloison/internal/emulator/iam"
)

// friday is 17:30 in Paris.
func friday() time.Time { return time.Date(2026, time.July, 3, 15, 30, 0, 0, time.UTC) }

func apiEndpoint() iam.Resource {
	return iam.Resource{
		Project: "p", ID: "b5cf0ff3", Name: "/trackdechets-frontend/api-endpoint", Locality: "fr-par",
	}
}

func fromTerraform() iam.Request {
	return iam.Request{IP: "203.0.113.7", UserAgent: "terraform/1.9", Now: friday}
}

func holds(t *testing.T, expression string, on iam.Resource, r iam.Request) bool {
	t.Helper()
	condition, err := iam.ParseCondition(expression)
	require.NoError(t, err, expression)
	return condition.Holds(t.Context(), on, r)
}

func TestConditionsOverASecretAndOverAList(t *testing.T) {
	cases := []struct {
		name, expression string
		secret, list     bool
	}{
		{"no condition", ``, true, true},
		{"a condition that says nothing", `1 == 1`, true, true},
		{"the folder", `resource.name.startsWith("/trackdechets-frontend/")`, true, false},
		{"the folder, lists let through", `resource.name.startsWith("/trackdechets-frontend/") || !has(resource.id)`,
			true,
			true},
		{"lists let through first", `!has(resource.id) || resource.name.startsWith("/trackdechets-frontend/")`, true,
			true},
		{"another folder, lists let through", `resource.name.startsWith("/other/") || !has(resource.id)`, false, true},
		{"the folder without its slash", `resource.name.startsWith("/trackdechets-front")`, true, false},
		{"the id", `resource.id == "b5cf0ff3"`, true, false},
		{"the locality", `resource.locality == "fr-par"`, true, false},
		{"a pattern", `resource.name.matches("^/trackdechets-(front|back)end/")`, true, false},
		{"the folder and the address",
			`resource.name.startsWith("/trackdechets-frontend/") && request.ip == "203.0.113.7"`,
			true, false},
		{"the user agent", `request.user_agent.contains("terraform/")`, true, true},
		{"working hours, in Paris", `request.time.getDayOfWeek() == 5 && request.time.getHours("Europe/Paris") == 17`,
			true,
			true},
		{"after the time", `request.time < timestamp("2026-07-03T15:30:00Z")`, false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.secret, holds(t, c.expression, apiEndpoint(), fromTerraform()), "the secret")
			assert.Equal(t, c.list, holds(t, c.expression, iam.Resource{Project: "p"}, fromTerraform()), "the list")
		})
	}
}

func TestWrongConditionsAreAcceptedAndNeverHold(t *testing.T) {
	cases := map[string]string{
		"an attribute that no resource has":     `resource.nme.startsWith("/trackdechets-frontend/")`,
		"an annotation, which is not supported": `resource.annotation == ""`,
		"an attribute that no request has":      `request.agent == "terraform/1.9"`,
		"a variable that does not exist":        `secret.name == "api-endpoint"`,
		"a function that does not exist":        `inFolder(resource.name)`,
		"the misspelt function of the docs":     `resource.name.startswith("/trackdechets-frontend/")`,
		"a text added to a number":              `resource.name + 1 == "1"`,
		"a text compared with a number":         `resource.name < 1`,
		"a time compared with a text":           `request.time == "2026-07-03T15:30:00Z"`,
		"a text that is no time":                `request.time > timestamp("yesterday")`,
		"a text":                                `"true"`,
		"a number":                              `1`,
		"an attribute by itself":                `resource.name`,
		"null":                                  `null`,
		"what cannot be":                        `resource.name == "toto" && resource.name == "tata"`,
		"a pattern that is none":                `resource.name.matches("(")`,
		"a division by zero":                    `1 / 0 == 1`,
		"a message type":                        `google.type.Expr{expression: "true"} == null`,
	}
	for name, expression := range cases {
		t.Run(name, func(t *testing.T) {
			assert.False(t, holds(t, expression, apiEndpoint(), fromTerraform()))
		})
	}
}

func TestConditionsOfWrongSyntaxAreRefused(t *testing.T) {
	for _, expression := range []string{
		`resource.name ==`, `resource.name.startsWith("/a/"`, `resource.name = "a"`, `has(resource)`, ` `, `a b`,
		strings.Repeat("(", 1_000), `resource.name == "` + strings.Repeat("a", 10_000) + `"`,
	} {
		_, err := iam.ParseCondition(expression)
		require.Error(t, err)
	}
}

func TestAResourceWithoutIDHasAName(t *testing.T) {
	absent := iam.Resource{Project: "p", Name: "/trackdechets-frontend/absent"}
	assert.True(t, holds(t, `resource.name.startsWith("/trackdechets-frontend/")`, absent, fromTerraform()))
	assert.False(t, holds(t, `resource.name.startsWith("/other/")`, absent, fromTerraform()))
	assert.True(t, holds(t, `!has(resource.id) && !has(resource.locality)`, absent, fromTerraform()))
}

func TestTheUserAgentIsCutAt255Characters(t *testing.T) {
	r := fromTerraform()
	r.UserAgent = strings.Repeat("é", 255) + "terraform/"
	assert.True(t, holds(t, `size(request.user_agent) == 255`, apiEndpoint(), r))
	assert.False(t, holds(t, `request.user_agent.contains("terraform/")`, apiEndpoint(), r))
}

func TestTheClockIsReadOnlyForTheRequest(t *testing.T) {
	r := iam.Request{Now: func() time.Time { panic("read") }}
	assert.True(t, holds(t, `resource.name.startsWith("/trackdechets-frontend/")`, apiEndpoint(), r))
}

// nested has 10 to the power of depth steps.
func nested(depth int) string {
	if depth == 0 {
		return "true"
	}
	return "[0,1,2,3,4,5,6,7,8,9].all(i, " + nested(depth-1) + ")"
}

func TestAnExpressionCannotHoldUpTheServer(t *testing.T) {
	doubled := `["` + strings.Repeat("a", 64) + `"]`
	for range 40 {
		doubled += `.map(s, s + s)`
	}
	shared, pairs := `[1]`, `v == v`
	for range 40 {
		shared += `.map(v, [v, v])`
		pairs = `[[v, v]].all(v, ` + pairs + `)`
	}
	for name, expression := range map[string]string{
		"a tree of 2^40 leaves compared":           shared + ` == ` + shared,
		"a tree of 2^40 leaves made without a map": `[1].all(v, ` + pairs + `)`,
		"texts matched over and over": `[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,` +
			`4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, !"` + strings.Repeat("a", 1000) +
			`".matches("(a?){1000}b")))))`,
		"ten billion steps":      nested(10),
		"a text of 64 tebibytes": doubled + `.all(s, true)`,
	} {
		t.Run(name, func(t *testing.T) {
			condition, err := iam.ParseCondition(expression)
			require.NoError(t, err)
			ended := make(chan bool, 1)
			go func() { ended <- condition.Holds(context.Background(), apiEndpoint(), fromTerraform()) }()
			select {
			case held := <-ended:
				assert.False(t, held)
			case <-time.After(time.Minute): // far more than it takes, on a busy machine too
				t.Fatal("it still runs")
			}
		})
	}
	assert.True(t, holds(t, nested(3), apiEndpoint(), fromTerraform()), "a thousand steps are fine")
}

func TestAnEvaluationEndsWithItsCall(t *testing.T) {
	condition, err := iam.ParseCondition(nested(3))
	require.NoError(t, err)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	assert.False(t, condition.Holds(gone, apiEndpoint(), fromTerraform()))
}

func FuzzConditions(f *testing.F) {
	for _, expression := range []string{
		`resource.name.startsWith("/a/") || !has(resource.id)`, `request.time.getHours("Europe/Paris") < 17`,
		`[1].map(v, [v, v]) == ` +
			`[[1, 1]]`, `{"a": resource}["a"].id`, `request.?ip`, `"é"[0]`, `google.protobuf.Timestamp{seconds: 1} < ` +
			`request.time`,
	} {
		f.Add(expression)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		condition, err := iam.ParseCondition(expression)
		if err != nil {
			assert.False(t, condition.Holds(t.Context(), apiEndpoint(), fromTerraform()), "a refused one")
			return
		}
		first := condition.Holds(t.Context(), apiEndpoint(), fromTerraform())
		assert.Equal(t, first, condition.Holds(t.Context(), apiEndpoint(), fromTerraform()), "the same again")
	})
}
