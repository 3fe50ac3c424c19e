package packaging

import (
	"testing"

	"cloison.dev/cloison/internal/testkit/manifests"
)

func TestTheOrderOfChecksDoesNotMatter(t *testing.T) {
	manifests.InAnyOrder(t, checks(), newJudge)
}
