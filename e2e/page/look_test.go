package page

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDarkAndLight follow the system, until the switch says otherwise.
func TestDarkAndLight(t *testing.T) {
	const back = `getComputedStyle(document.body).backgroundColor`
	o := open(t, pageOf(t, "by-hand"), "light")
	light := ask[string](o, back)
	o.prefer("dark")
	dark := ask[string](o, back)
	assert.NotEqual(t, light, dark)
	assert.Equal(t, "Light", ask[string](o, `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() =>
		drawn(document.getElementById("theme").textContent))))`))
	o.run(chromedp.Click(chromedp.CSS("#theme")))
	assert.Equal(t, light, ask[string](o, back))
	o.run(chromedp.Click(chromedp.CSS("#theme")))
	o.prefer("light")
	assert.Equal(t, dark, ask[string](o, back), "what was chosen stays")
	ask[any](o, `(localStorage.clear(), true)`)
}

// TestContrast compares every text with what is behind it, by the rule of WCAG 2 for level AA.
func TestContrast(t *testing.T) {
	for _, scheme := range []string{"light", "dark"} {
		t.Run(scheme, func(t *testing.T) {
			o := open(t, pageOf(t, "by-hand"), scheme)
			o.run(chromedp.Click(chromedp.CSS("#findings .code")))
			assert.Empty(t, ask[[]string](o, contrast))
		})
	}
}

const contrast = `(() => {
	const parse = (text) => (text.match(/[\d.]+/g) || []).map(Number);
	const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
		return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const surface = parse(getComputedStyle(document.getElementById("map-frame")).backgroundColor);
	const behind = (element) => {
		if (element.closest("svg")) {
			const group = element.closest("a, g"), shape = element.matches(".badge-text") ? group.querySelector(".badge") :
				element.matches(".port") ? null : (group.querySelector(".chip") || element.closest(".card, .outside").querySelector(".frame"));
			const fill = shape ? getComputedStyle(shape).fill : "none";
			return fill === "none" ? surface : parse(fill);
		}
		for (let at = element; at; at = at.parentElement) {
			const c = parse(getComputedStyle(at).backgroundColor);
			if (c.length === 3 || c[3] > 0) return c.slice(0, 3);
		}
		return [255, 255, 255];
	};
	const wrong = new Set();
	for (const element of document.querySelectorAll("body *")) {
		const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
		if (!own || !element.checkVisibility() || element.matches("script, style, noscript, title, desc")) continue;
		const style = getComputedStyle(element), text = parse(element.closest("svg") ? style.fill : style.color).slice(0, 3);
		const [a, b] = [light(text), light(behind(element))].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
		if (ratio < 4.5) wrong.add(element.tagName + "." + element.className + " " + ratio.toFixed(2));
	}
	return [...wrong];
})()`

// TestAccessibility looks at the page as a screen reader does: what can be used has a name, headings are in order, and
// tables have headings.
func TestAccessibility(t *testing.T) {
	each(t, func(t *testing.T, name string) {
		o := open(t, pageOf(t, name), "light")
		assert.Empty(t, ask[[]string](o, structure))
		if name == "200 components" {
			return // its tree takes the browser half a minute, and has nothing that the others have not
		}
		nodes := send(o, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
		controls, landmarks := 0, map[string]int{}
		for _, n := range nodes {
			if n.Ignored || n.Role == nil {
				continue
			}
			role := string(n.Role.Value)
			landmarks[role]++
			switch role {
			case `"button"`, `"link"`, `"searchbox"`, `"combobox"`, `"checkbox"`, `"region"`, `"table"`, `"search"`, `"group"`:
			default:
				continue
			}
			if role != `"table"` && role != `"group"` {
				controls++
				require.Truef(t, n.Name != nil && string(n.Name.Value) != `""`, "a %s must have a name: %+v", role, n)
			}
		}
		assert.Greater(t, controls, 20)
		for _, role := range []string{`"main"`, `"banner"`, `"navigation"`, `"contentinfo"`, `"status"`} {
			assert.Positive(t, landmarks[role], role)
		}
	})
}

const structure = `(() => {
	const wrong = [];
	let level = 0;
	for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5")) {
		if (heading.closest("#why")) continue;
		const own = Number(heading.tagName[1]);
		if (own > level + 1) wrong.push(heading.tagName + " behind H" + level + ": " + heading.textContent);
		level = own;
	}
	for (const table of document.querySelectorAll("table")) {
		if (!table.querySelector("thead th[scope=col]")) wrong.push("a table without headings");
	}
	if (!document.documentElement.lang) wrong.push("no language");
	return wrong;
})()`

// TestNothingReachesOver holds on a small screen too.
func TestNothingReachesOver(t *testing.T) {
	each(t, func(t *testing.T, name string) {
		o := open(t, pageOf(t, name), "light")
		for _, width := range []int64{1440, 390} {
			o.run(chromedp.EmulateViewport(width, 900))
			assert.LessOrEqual(t, ask[float64](o, `document.documentElement.scrollWidth`), float64(width), "at %d pixels", width)
		}
	})
}

// TestAPageOf200Components is small, and drawn at once. The browser shares its processors with other tests, so that the
// best of three counts.
func TestAPageOf200Components(t *testing.T) {
	const most, soon = 3 << 20, 2000
	content := pageOf(t, "200 components")
	assert.Less(t, len(content), most)
	best := float64(10 * soon)
	for range 3 {
		o := open(t, content, "light")
		best = min(best, ask[float64](o, `performance.now()`), ask[float64](o, `new Promise((drawn) =>
			requestAnimationFrame(() => requestAnimationFrame(() => drawn(performance.getEntriesByType("navigation")[0].loadEventEnd))))`))
	}
	t.Logf("%d bytes, drawn in %.0f ms", len(content), best)
	assert.Less(t, best, float64(soon))
	o := open(t, content, "light")
	assert.InDelta(t, 200, ask[int](o, `document.querySelectorAll("#map .card").length`), 0)
}

// TestScreenshots writes pictures of the pages to the folder that SCREENSHOTS names, for people to look at.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		t.Skip("SCREENSHOTS names no folder to write pictures of the pages to")
	}
	each(t, func(t *testing.T, name string) {
		for _, scheme := range []string{"light", "dark"} {
			o := open(t, pageOf(t, name), scheme)
			o.run(chromedp.EmulateViewport(1440, 2400))
			whole := get(o, chromedp.CaptureScreenshot())
			o.run(chromedp.EmulateViewport(1440, 1000))
			ask[bool](o, `document.querySelector("#map .card a").dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true}))`)
			chosen := get(o, chromedp.CaptureScreenshot())
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+"-"+scheme+".png"), whole, 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+"-"+scheme+"-chosen.png"), chosen, 0o600))
		}
	})
}
