package exit_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"cloison.dev/cloison/internal/exit"
)

func TestHowAProgramEnds(t *testing.T) {
	cause := errors.New("x")
	undecided := exit.With(exit.Undecided, cause)
	wrapped := fmt.Errorf("read y: %w", undecided)
	for name, test := range map[string]struct {
		err     error
		code    int
		report  string
		isUsage bool
	}{
		"without an error it is clean":             {nil, 0, "", false},
		"an error without a code is wrong usage":   {cause, 2, "x", true},
		"an error with a code":                     {undecided, 3, "x", false},
		"the text around it is reported":           {wrapped, 3, "read y: x", false},
		"a code alone has nothing to report":       {exit.With(exit.Failed, nil), 1, "", false},
		"the code of another program is no usage":  {exit.With(2, nil), 2, "", false},
		"wrong usage can be told by its code, too": {exit.With(exit.Usage, cause), 2, "x", true},
	} {
		t.Run(name, func(t *testing.T) {
			end := exit.Of(test.err)
			assert.Equal(t, test.code, end.Code)
			assert.Equal(t, test.isUsage, end.IsUsage())
			if test.report == "" {
				assert.NoError(t, end.Cause)
				return
			}
			assert.EqualError(t, end.Cause, test.report)
		})
	}
	assert.ErrorIs(t, wrapped, cause)
	assert.EqualError(t, exit.With(7, nil), "exit code 7")
}
