package oddfiles

import (
	"regexp"
	"strings"
)

// readOtherwise matches what hosts and kubectl read otherwise: booleans of YAML 1.1, the tag "!", what is
// no base64, and aliases that grow.
var readOtherwise = regexp.MustCompile(
	`(?mi)(^|[\s\[{,])((y|n|yes|no|on|off)([\s:,\]}]|$)|!\s|!!binary '|(self|bomb): )`)

// List is a ResourceList. It has nothing in it that hosts would have put in quotes for kubectl, or pass on although
// kubectl refuses it.
func (w Writer) List() string {
	var text strings.Builder
	text.WriteString("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")
	indent := w.pick("", "  ")
	for range 1 + w.IntN(3) {
		object := w.realistic(w.flowScalar)
		if w.oneIn(2) {
			object = w.document()
		}
		for readOtherwise.MatchString(object) {
			object = w.realistic(w.flowScalar)
		}
		prefix := indent + "- "
		for line := range strings.Lines(object) {
			text.WriteString(prefix + line)
			prefix = indent + "  "
		}
	}
	return text.String() + w.pick("", "functionConfig: {apiVersion: v1, kind: ConfigMap, metadata: {name: f}}\n",
		"results: []\n", "# the end\n")
}
