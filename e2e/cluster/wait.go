package cluster

import (
	"context"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	pollInterval = 50 * time.Millisecond
	// waitLimit is generous because the machines of CI are slow, and because
	// External Secrets Operator backs off for up to 8 s after three failures.
	waitLimit = time.Minute
)

// Condition looks at the world once. It returns whether what is waited for has
// happened, what it saw otherwise, and an error when waiting is pointless. The
// description of what it saw must hold no secret value.
type Condition func(ctx context.Context) (done bool, saw string, err error)

// WaitFor looks at condition until it holds, for at most a minute. The error has what was waited for and what was seen
// last.
func WaitFor(ctx context.Context, what string, condition Condition) error {
	var last string
	err := wait.PollUntilContextTimeout(ctx, pollInterval, waitLimit, true, func(ctx context.Context) (bool, error) {
		done, saw, err := condition(ctx)
		last = saw
		return done, err
	})
	if err != nil {
		return fmt.Errorf("wait for %s: %w (last seen: %s)", what, err, last)
	}
	return nil
}
