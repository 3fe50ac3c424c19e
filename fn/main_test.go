package fn_test

import (
	"os"
	"strings"
	"testing"
)

// TestMain takes away what the machine has of Scaleway's settings: no test may ask with somebody's API key.
func TestMain(m *testing.M) {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "SCW_") {
			if err := os.Unsetenv(name); err != nil {
				panic(err)
			}
		}
	}
	m.Run()
}
