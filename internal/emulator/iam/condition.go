package iam

import (
	"context"
	"time"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

const (
	// costLimit bounds what one evaluation may do, in CEL's own units: about one for each step and for each ten bytes
	// of text. Conditions on a folder need less than 10; an expression that needs more fails. The limit of the real API
	// is not known.
	costLimit = 10_000
	// memoryLimit bounds the values that it makes, in elements of lists and tens
	// of bytes of text.
	memoryLimit = 1_000
	// maxLength bounds the expression, in characters. The limit of the real API is not known.
	maxLength = 10_000
	// checkEvery is after how many steps of a loop a cancelled call is noticed.
	checkEvery = 100
	// maxUserAgent is where Scaleway cuts request.user_agent, in characters.
	maxUserAgent = 255
)

// Condition is a CEL expression. The zero Condition is none: always true.
type Condition struct {
	program cel.Program
	given   bool
}

// Resource is the object of a call. An attribute that is empty is absent from
// conditions; a list has none at all.
type Resource struct {
	Project  string // not an attribute: the scope decides over it
	ID       string
	Name     string // of a secret: its folder, a slash and its name
	Locality string
}

// Request has the attributes of a call that conditions may use. Now is called only when a condition asks for an
// attribute of the request, a key may have expired or a grant may not be applied yet.
type Request struct {
	IP        string
	UserAgent string
	Now       func() time.Time
}

// ParseCondition reads an expression and checks its syntax only, as the API does:
// one that compares a text with a number, or asks for what does not exist, is
// accepted and never true. The empty expression is no condition; a refused one never
// holds either.
func ParseCondition(expression string) (Condition, error) {
	if expression == "" {
		return Condition{}, nil
	}
	never := Condition{given: true}
	env, err := cel.NewEnv(
		cel.Variable("request", cel.DynType), cel.Variable("resource", cel.DynType),
		cel.ParserExpressionSizeLimit(maxLength),
	)
	if err != nil {
		return never, err
	}
	parsed, issues := env.Parse(expression)
	if issues.Err() != nil {
		return never, issues.Err()
	}
	program, err := env.Program(parsed, cel.CostLimit(costLimit), cel.CostTracking(textCost{}),
		cel.MemoryLimit(memoryLimit), cel.InterruptCheckFrequency(checkEvery))
	if err != nil {
		return never, nil //nolint:nilerr // the syntax is right: stored, and never true
	}
	return Condition{program, true}, nil
}

// Holds evaluates the condition. It is false when the expression errs, costs more
// than it may, is interrupted or is no boolean.
func (c Condition) Holds(ctx context.Context, on Resource, r Request) bool {
	if !c.given {
		return true
	}
	if c.program == nil {
		return false
	}
	value, _, err := c.program.ContextEval(ctx, map[string]any{
		"resource": on.attributes(),
		"request":  r.attributes,
	})
	if err != nil {
		return false
	}
	held, ok := value.Value().(bool)
	return ok && held
}

func (on Resource) attributes() map[string]any {
	all := map[string]any{}
	for name, value := range map[string]string{"id": on.ID, "name": on.Name, "locality": on.Locality} {
		if value != "" {
			all[name] = value
		}
	}
	return all
}

// attributes has the form of a variable that CEL computes when it is asked for.
func (r Request) attributes() any {
	agent := r.UserAgent
	if utf8.RuneCountInString(agent) > maxUserAgent {
		agent = string([]rune(agent)[:maxUserAgent])
	}
	return map[string]any{"ip": r.IP, "user_agent": agent, "time": r.Now()}
}

// textCost estimates the cost of calls with texts. CEL knows that itself, but only of
// expressions whose types were checked.
type textCost struct{}

// CallCost is one and a tenth of the bytes, and for a pattern a tenth of the
// product of both lengths: repetitions make patterns dearer than CEL would charge.
func (textCost) CallCost(function, _ string, args []ref.Val, _ ref.Val) *uint64 {
	cost, bytes := uint64(1), make([]uint64, len(args))
	for i, arg := range args {
		if text, ok := arg.(types.String); ok {
			bytes[i] = uint64(len(text))
			cost += bytes[i] / 10
		}
	}
	if function == overloads.Matches && len(bytes) == 2 {
		cost += bytes[0] * bytes[1] / 10
	}
	return &cost
}
