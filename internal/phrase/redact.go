package phrase

import (
	"slices"
	"strconv"
	"strings"

	"cloison.dev/cloison/internal/form"
)

// NotRepeated completes a message about a text that it must not repeat.
const NotRepeated = "what is there is not repeated, it may be a secret"

// longestName is more than the names that people give have.
const longestName = 40

var nameLike = form.New(`^[-_./ a-zA-Z]*$`)

// IsName reports whether a text reads as a name, a misspelt one included: at most 40 letters, dashes, underscores,
// dots, slashes and spaces.
//
// It is the rule for what a message may repeat where people, or an API, can put the value of a secret by mistake: a
// name where the name of a secret, of a key or of an error belongs, a number or a truth value ([IsLiteral]) where such
// a one belongs, and a URL only where it has nothing that can be a password ([IsPublicURL]). All else is not repeated,
// the halves of a Scaleway API key among it: they have digits. Neither are errors of libraries that quote what they
// read: keep the type of such an error, or a part of it that holds nothing of the input.
func IsName(text string) bool { return len(text) <= longestName && nameLike.Matches(text) }

// IsLiteral reports whether a text can only be meant as a number or as a truth value.
func IsLiteral(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	words := []string{"y", "n", "yes", "no", "on", "off", "true", "false"}
	return err == nil || slices.Contains(words, strings.ToLower(text))
}

// IsPublicURL reports whether a URL has no user, password, query and fragment, which can hold passwords and tokens.
func IsPublicURL(text string) bool { return !strings.ContainsAny(text, "@?#") }
