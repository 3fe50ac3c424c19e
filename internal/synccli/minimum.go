package synccli

import (
	"fmt"

	"github.com/spf13/cobra"
	utilversion "k8s.io/apimachinery/pkg/util/version"

	"cloison.dev/cloison/internal/exit"
	"cloison.dev/cloison/internal/version"
)

const minimumFlag = "minimum-version"

// checkMinimum fails where the arguments ask for a newer version than this one. It reads that flag only, so that it
// says so too where newer manifests have flags that this version does not know. A version that is none is left to
// [parseMinimum].
func checkMinimum(args []string) error {
	only := &cobra.Command{FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true}}
	text := only.Flags().String(minimumFlag, "", "")
	_ = only.ParseFlags(args) // what is wrong with other flags is said when all are read
	minimum, err := utilversion.ParseSemantic(*text)
	if err != nil || !utilversion.MustParseSemantic(version.Number).LessThan(minimum) {
		return nil //nolint:nilerr // see above
	}
	return exit.With(exit.Undecided, fmt.Errorf("this is version %s, and the manifests need at least %s: "+
		"set spec.sync.image of the Segregation to the image of that version, or a newer one", version.Number, minimum))
}

// parseMinimum says what is wrong with a version; empty where nothing is, or none is given.
func parseMinimum(text string) string {
	if _, err := utilversion.ParseSemantic(text); text != "" && err != nil {
		return fmt.Sprintf("--%s %q must be a version such as 0.1.0", minimumFlag, text)
	}
	return ""
}
