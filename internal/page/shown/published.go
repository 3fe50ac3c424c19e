package shown

import (
	"strings"

	"cloison.dev/cloison/internal/access"
	"cloison.dev/cloison/internal/page"
	"cloison.dev/cloison/internal/phrase"
)

// addPublished says of each component what of it is published.
func (b *builder) addPublished() {
	for i := range b.state.Published {
		p := &b.state.Published[i]
		if at, isKnown := b.components[p.Namespace]; isKnown {
			shown := &b.data.Components[at]
			shown.Published = append(shown.Published, page.Reason{Text: publishedText(p), Place: p.By.Place()})
		}
	}
}

func publishedText(p *access.Publication) string {
	const few = 4
	text := p.Pod() + " by " + p.Publisher() + " (" + p.Way() + ")"
	if len(p.Hosts) > 0 {
		text += " as " + phrase.Few(few, p.Hosts)
	}
	text += " on " + strings.Join(p.PortTexts(), ", ")
	if p.Shut {
		text += "; no policy lets it in"
	}
	return text
}
