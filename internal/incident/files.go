package incident

import (
	"fmt"
	"strings"
)

// files are the names of the files that commands write and read, each once, for file systems that do not tell capital
// letters apart as well.
type files map[string]bool

// name is a new one. More of the parts are in it where those before the last ones do not tell it from another.
func (f files) name(extension string, usual, more []string) string {
	text := fileName(usual)
	if f[strings.ToLower(text+extension)] && len(more) > 0 {
		text = fileName(append(usual, more...))
	}
	unique := text
	for n := 2; f[strings.ToLower(unique+extension)]; n++ {
		unique = fmt.Sprintf("%s-%d", text, n)
	}
	f[strings.ToLower(unique+extension)] = true
	return unique + extension
}

// fileName joins parts to a name for a file in this folder.
func fileName(parts []string) string {
	const longest = 200 // file systems take 255 bytes
	name := strings.Map(func(r rune) rune {
		isPlain := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r)
		if !isPlain {
			return '_'
		}
		return r
	}, strings.Join(parts, "."))
	name = strings.TrimLeft(name, ".-")
	if name == "" {
		name = "unnamed"
	}
	return name[:min(len(name), longest)]
}
