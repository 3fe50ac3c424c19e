package page

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEveryLinkLeadsToReasons chooses everything that can be chosen: what has reasons shows them, and the rest leads to a
// section.
func TestEveryLinkLeadsToReasons(t *testing.T) {
	each(t, func(t *testing.T, name string) {
		o := open(t, pageOf(t, name), "light")
		answer := ask[struct {
			Links int
			Wrong []string
		}](o, `(() => {
			const wrong = [], links = [...document.querySelectorAll("a[href]")];
			for (const link of links) {
				const hash = link.getAttribute("href"), id = hash.slice(1);
				if (hash[0] !== "#" || !document.getElementById(id)) { wrong.push(hash + " leads nowhere"); continue; }
				if (!/^[csfdkx][0-9]/.test(id)) continue;
				link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
				const why = document.getElementById("why"), text = document.getElementById("why-body").textContent.trim();
				if (why.hidden || !document.getElementById("why-title").textContent) wrong.push(hash + " shows nothing");
				if (location.hash !== hash) wrong.push(hash + " is not named by the address");
				if (document.querySelectorAll("#why [id]:not(#why-title):not(#why-close):not(#why-body)").length) wrong.push(hash + " twice");
				if (!text) wrong.push(hash + " gives no reasons");
			}
			return { links: links.length, wrong: [...new Set(wrong)] };
		})()`)
		assert.Empty(t, answer.Wrong)
		assert.Greater(t, answer.Links, 20)
	})
}

// TestFiltersOfFindings tries each value of each list, and a text: what is shown, what is said and what matches agree.
func TestFiltersOfFindings(t *testing.T) {
	for _, name := range []string{"by-hand", "secret-groups"} {
		t.Run(name, func(t *testing.T) {
			o := open(t, pageOf(t, name), "light")
			assert.Empty(t, ask[[]string](o, `(() => {
				const form = document.getElementById("filters"), rows = [...document.querySelectorAll("li.finding")], wrong = [];
				const input = () => form.dispatchEvent(new Event("input", { bubbles: true }));
				const check = (what, matches) => {
					const shown = rows.filter((row) => row.checkVisibility()), want = rows.filter(matches);
					if (shown.length !== want.length || want.some((row) => !shown.includes(row))) wrong.push(what + " shows " + shown.length);
					const said = parseInt(document.getElementById("findings-count").textContent);
					if (said !== want.length) wrong.push(what + " says " + said);
				};
				check("nothing chosen", () => true);
				for (const list of form.querySelectorAll("select")) {
					if (list.options.length < 2) wrong.push(list.name + " has nothing to choose");
					for (const option of list.options) {
						list.value = option.value;
						input();
						check(list.name + option.value, (row) => !option.value || row.dataset[list.name] === option.value);
					}
					list.value = "";
				}
				form.elements.text.value = "namespace NOT-THERE-AT-ALL";
				input();
				check("a text that is nowhere", () => false);
				form.elements.text.value = rows[0].querySelector(".code").textContent.toLowerCase();
				input();
				check("a text", (row) => row.textContent.toLowerCase().includes(form.elements.text.value));
				form.elements.text.value = "";
				input();
				check("nothing chosen any more", () => true);
				return wrong;
			})()`))
		})
	}
}

// TestFiltersOfKeys holds for the matrix with a column for each component, and for the one that names them.
func TestFiltersOfKeys(t *testing.T) {
	each(t, func(t *testing.T, name string) {
		o := open(t, pageOf(t, name), "light")
		assert.Empty(t, ask[[]string](o, `(() => {
			const form = document.getElementById("key-filters"), rows = [...document.querySelectorAll("tr.key")], wrong = [];
			const input = () => form.dispatchEvent(new Event("input", { bubbles: true }));
			const check = (what, want) => {
				const shown = rows.filter((row) => row.checkVisibility());
				if (shown.length !== want.length || want.some((row) => !shown.includes(row))) wrong.push(what + " shows " + shown.length + " not " + want.length);
				if (parseInt(document.getElementById("keys-count").textContent) !== want.length) wrong.push(what + " is miscounted");
				for (const group of document.querySelectorAll(".matrix tbody")) {
					if (group.checkVisibility() !== want.some((row) => group.contains(row))) wrong.push(what + ": a folder without keys");
				}
			};
			form.elements.several.checked = true;
			input();
			check("keys of several", rows.filter((row) => row.querySelectorAll(".holder").length > 1));
			form.elements.several.checked = false;
			form.elements.text.value = rows[0].querySelector("th").textContent;
			input();
			if (!rows[0].checkVisibility()) wrong.push("a key is not found by its name");
			form.elements.text.value = "not-there-at-all";
			input();
			check("a text that is nowhere", []);
			form.elements.text.value = "";
			input();
			check("nothing chosen", rows);
			return wrong;
		})()`))
	})
}

// TestKeyboard goes through the page by Tab: the order is that of the document, all that is focused has a name and can be
// seen, Enter shows the reasons, and Escape leads back.
func TestKeyboard(t *testing.T) {
	o := open(t, pageOf(t, "by-hand"), "light")
	const focused = `(() => {
		const at = document.activeElement, seen = at.getBoundingClientRect();
		return [at.getAttribute("aria-label") || at.textContent.trim() || (at.labels && at.labels.length ? at.labels[0].textContent : "") ||
			(at.getAttribute("aria-labelledby") || ""), at.getAttribute("href") || at.id || at.name || "", String(seen.width * seen.height > 0)];
	})()`
	seen := map[string]bool{}
	var order []string
	for range 40 {
		o.press(kb.Tab)
		at := ask[[]string](o, focused)
		require.NotEmpty(t, at[0], "what is focused must have a name: %v", at)
		assert.Equal(t, "true", at[2], "what is focused must be seen: %v", at)
		seen[at[1]] = true
		order = append(order, at[1])
	}
	assert.Equal(t, []string{"#main", "theme", "#picture", "#findings", "#matrix", "#words", "zoom-out", "zoom-in", "zoom-fit", "#findings",
		"#c1"}, order[:11])
	for _, id := range []string{"#c1", "#c2", "#c3", "#f1", "severity", "code", "namespace", "text"} {
		assert.True(t, seen[id], "Tab must lead to %s: %v", id, order)
	}

	o.run(chromedp.Focus(chromedp.CSS("#map a[href='#c1']")))
	o.press(kb.Enter)
	assert.Equal(t, "why-title", ask[string](o, `document.activeElement.id`))
	assert.Equal(t, "Component tickets-api", ask[string](o, `document.getElementById("why-title").textContent`))
	assert.True(t, ask[bool](o, `document.querySelector("#map .card[data-node=c1]").classList.contains("near")`))
	o.press(kb.Escape)
	assert.Equal(t, "#c1", ask[string](o, `document.activeElement.getAttribute("href")`))
	assert.True(t, ask[bool](o, `document.getElementById("why").hidden && !document.getElementById("map").classList.contains("chosen")`))
}

// TestZoom tries the buttons, and that what is focused comes into view.
func TestZoom(t *testing.T) {
	o := open(t, pageOf(t, "200 components"), "light")
	const view = `document.getElementById("map").getAttribute("viewBox")`
	whole := ask[string](o, view)
	for range 6 {
		o.run(chromedp.Click(chromedp.CSS("#zoom-in")))
	}
	near := ask[string](o, view)
	assert.NotEqual(t, whole, near)
	assert.Empty(t, ask[[]string](o, `(() => {
		const wrong = [];
		for (const card of [...document.querySelectorAll("#map .card a")].filter((a, i) => i % 20 === 0)) {
			card.focus();
			const box = card.getBoundingClientRect(), frame = document.getElementById("map-frame").getBoundingClientRect();
			if (box.right < frame.left || box.left > frame.right || box.bottom < frame.top || box.top > frame.bottom) wrong.push(card.getAttribute("href"));
		}
		return wrong;
	})()`))
	o.run(chromedp.Click(chromedp.CSS("#zoom-fit")))
	assert.Equal(t, whole, ask[string](o, view))
	o.run(chromedp.Click(chromedp.CSS("#zoom-out")))
	assert.NotEqual(t, whole, ask[string](o, view))
}

// TestAddressesNameWhatIsShown opens a page at a finding.
func TestAddressesNameWhatIsShown(t *testing.T) {
	o := &tab{t: t}
	o.start("light")
	o.run(chromedp.Navigate("file://" + save(t, "page.html", pageOf(t, "by-hand")) + "#x1"))
	assert.Contains(t, ask[string](o, `document.getElementById("why-title").textContent`), "CLS-")
}

// TestPrint prints as PDF, and compares what is there on paper.
func TestPrint(t *testing.T) {
	each(t, func(t *testing.T, name string) {
		o := open(t, pageOf(t, name), "dark")
		o.run(chromedp.Click(chromedp.CSS("#matrix .matrix th a")))
		pdf := get(o, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPrintBackground()))
		require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))
		assert.Greater(t, bytes.Count(pdf, []byte("/Type /Page\n"))+bytes.Count(pdf, []byte("/Type/Page")), 1)
		send(o, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		for selector, want := range map[string]bool{
			"#map": true, ".matrix": true, "#words article": true, "h1": true, ".numbers": true,
			"#why": false, "nav": false, "#theme": false, "#map-tools": false, ".filters": false,
		} {
			assert.Equal(t, want, ask[bool](o, `document.querySelector("`+selector+`").checkVisibility()`), selector)
		}
		assert.Equal(t, "rgb(255, 255, 255)", ask[string](o, `getComputedStyle(document.body).backgroundColor`), "paper is white")
	})
}

// TestTheSameManifestsGiveTheSamePage compares bytes, and looks for what must not be in them.
func TestTheSameManifestsGiveTheSamePage(t *testing.T) {
	each(t, func(t *testing.T, name string) {
		args := append([]string{"explain", "-o", "html"}, inputs[name](t)...)
		first, second := cloison(t, "", args...), cloison(t, "", args...)
		assert.True(t, bytes.Equal(first, second))
		for _, r := range string(first) {
			require.True(t, r == '\n' || unicode.IsPrint(r), "%q", r)
		}
	})
}

// TestThePictureInTheDocumentation is that of the command beside it.
func TestThePictureInTheDocumentation(t *testing.T) {
	want, err := os.ReadFile(filepath.Join(root, "docs", "walls.svg"))
	require.NoError(t, err)
	assert.Equal(t, string(want), string(cloison(t, "", "explain", "-o", "svg", "examples/by-hand/manifests")),
		"write it again: cloison explain -o svg examples/by-hand/manifests > docs/walls.svg")
}

// TestNoValueOfASecretIsShown plants values where manifests have them.
func TestNoValueOfASecretIsShown(t *testing.T) {
	manifests := save(t, "canary.yaml", []byte(`
{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: web, annotations: {note: canary-1}}, stringData: {KEY: canary-2}, data: {OTHER: Y2FuYXJ5LTM=}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: web, env: [{name: PASSWORD, value: canary-4}, {name: KEY, valueFrom: {secretKeyRef: {name: a, key: KEY}}}]}
`))
	for _, form := range []string{"html", "svg"} {
		out := string(cloison(t, "", "explain", "-o", form, manifests))
		assert.NotContains(t, strings.ToLower(out), "canary-")
		assert.NotContains(t, out, "Y2FuYXJ5")
	}
}
