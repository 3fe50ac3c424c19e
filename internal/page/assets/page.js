
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // The theme follows the system until it is chosen. Storage may be refused to a file.
  const theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
  const showTheme = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  try {
    const kept = localStorage.getItem("cloison-theme");
    if (kept === "dark" || kept === "light") document.documentElement.dataset.theme = kept;
  } catch { /* it is chosen anew each time */ }
  theme.hidden = false;
  theme.setAttribute("aria-label", "Switch between dark and light");
  theme.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
    try { localStorage.setItem("cloison-theme", document.documentElement.dataset.theme); } catch { /* as above */ }
  });
  system.addEventListener("change", showTheme);
  showTheme();

  // The reasons of what is chosen are a copy of its section, beside the picture.
  const why = byId("why"), title = byId("why-title"), body = byId("why-body"), map = byId("map");
  let opener = null;
  const parts = /^#[csfdkx][0-9]+(-[0-9]+)?$/;
  const show = (hash, from) => {
    const part = parts.test(hash) && byId(hash.slice(1));
    if (!part) return false;
    const copy = part.cloneNode(true);
    copy.hidden = false;
    const heading = copy.querySelector("h3, h4");
    title.textContent = heading ? heading.textContent : "Why";
    if (heading) heading.remove();
    copy.removeAttribute("id");
    for (const inner of all("[id]", copy)) inner.removeAttribute("id");
    for (const inner of all("[aria-labelledby]", copy)) inner.removeAttribute("aria-labelledby");
    body.replaceChildren(copy);
    why.hidden = false;
    why.scrollTop = 0;
    document.body.classList.add("with-why");
    if (from && !why.contains(from)) opener = from;
    title.focus({ preventScroll: true });
    choose(hash.slice(1));
    return true;
  };
  const hide = () => {
    if (why.hidden) return;
    why.hidden = true;
    document.body.classList.remove("with-why");
    choose("");
    history.replaceState(null, "", location.pathname + location.search);
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    const hash = link.getAttribute("href");
    if (show(hash, link)) {
      event.preventDefault();
      history.replaceState(null, "", hash);
    }
  });
  byId("why-close").addEventListener("click", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("hashchange", () => show(location.hash, null));

  // What is chosen in the picture, and what it touches, stands out.
  const choose = (id) => {
    if (!map) return;
    for (const near of all(".near", map)) near.classList.remove("near");
    const node = id && ((/^s[0-9]+-/.test(id) && "c" + id.slice(1).split("-")[0]) || id);
    const link = id && map.querySelector("a.flow[href='#" + id + "']");
    const lines = link ? [link] : all("[data-from]", map).filter((l) => l.dataset.from === node || l.dataset.to === node);
    const nodes = new Set(link ? [] : [node]);
    for (const line of lines) nodes.add(line.dataset.from).add(line.dataset.to);
    const cards = all("[data-node]", map).filter((card) => nodes.has(card.dataset.node));
    map.classList.toggle("chosen", cards.length > 0);
    for (const near of [...lines, ...cards]) near.classList.add("near");
  };

  // Filters hide what does not match, and say how much is left.
  const watch = (form, rows, matches, count, noun) => {
    if (!form) return;
    form.hidden = false;
    const apply = () => {
      let shown = 0;
      for (const row of rows) {
        row.hidden = !matches(row, form.elements);
        if (!row.hidden) shown++;
      }
      const of = rows.length + " " + noun + (rows.length === 1 ? "" : "s");
      count.textContent = shown === rows.length ? of : shown + " of " + of;
    };
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    return apply;
  };
  const has = (row, text) => {
    if (row.text === undefined) row.text = row.textContent.toLowerCase();
    return text.trim().toLowerCase().split(/\s+/).every((word) => row.text.includes(word));
  };
  watch(byId("filters"), all("li.finding"), (row, by) =>
    ["severity", "code", "namespace"].every((name) => !by[name].value || row.dataset[name] === by[name].value) &&
    has(row, by.text.value), byId("findings-count"), "finding");
  const groups = all(".matrix tbody");
  for (const group of groups) {
    const heading = group.querySelector(".group").textContent;
    for (const row of all("tr.key", group)) {
      const holders = all("td a", row).map((a) => a.getAttribute("aria-label") || a.textContent);
      row.text = [row.querySelector("th").textContent, heading, ...holders].join(" ").toLowerCase();
    }
  }
  const keys = byId("key-filters");
  watch(keys, all(".matrix tr.key"), (row, by) => (!by.several.checked || row.dataset.several) && has(row, by.text.value),
    byId("keys-count"), "key");
  const hideGroups = () => {
    for (const group of groups) group.hidden = !group.querySelector("tr.key:not([hidden])");
  };
  if (keys) {
    keys.addEventListener("input", hideGroups);
    keys.addEventListener("reset", () => setTimeout(hideGroups));
  }

  // The picture is moved and zoomed by its viewBox.
  if (map) {
    const whole = { x: 0, y: 0, width: Number(map.dataset.width), height: Number(map.dataset.height) };
    let view = { ...whole };
    const draw = () => map.setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));
    const zoom = (by, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
      const width = Math.min(Math.max(view.width * by, 200), whole.width * 1.5);
      by = width / view.width;
      view = { x: x - (x - view.x) * by, y: y - (y - view.y) * by, width, height: view.height * by };
      draw();
    };
    const fitWhole = () => { view = { ...whole }; draw(); };
    const at = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
      return [point.x, point.y];
    };
    byId("map-tools").hidden = false;
    byId("zoom-in").addEventListener("click", () => zoom(1 / 1.4));
    byId("zoom-out").addEventListener("click", () => zoom(1.4));
    byId("zoom-fit").addEventListener("click", fitWhole);
    map.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15, ...at(event));
    }, { passive: false });
    let grip = null, moved = false;
    map.addEventListener("pointerdown", (event) => {
      moved = false;
      if (event.button === 0) grip = { x: event.clientX, y: event.clientY, from: { ...view } };
    });
    addEventListener("pointermove", (event) => {
      if (!grip) return;
      const scale = map.getScreenCTM().a;
      const dx = event.clientX - grip.x, dy = event.clientY - grip.y;
      if (!moved && Math.abs(dx) + Math.abs(dy) < 6) return;
      moved = true;
      map.classList.add("moving");
      view = { ...grip.from, x: grip.from.x - dx / scale, y: grip.from.y - dy / scale };
      draw();
    });
    const drop = () => { grip = null; map.classList.remove("moving"); };
    addEventListener("pointerup", drop);
    addEventListener("pointercancel", drop);
    map.addEventListener("click", (event) => {
      if (!moved) return;
      moved = false;
      event.preventDefault();
      event.stopPropagation();
    }, true);
    map.addEventListener("dragstart", (event) => event.preventDefault());
    // What the keyboard reaches is brought into view.
    byId("map-frame").addEventListener("focusin", (event) => { // on the picture itself it would make that focusable
      if (view.width >= whole.width) return;
      const box = event.target.getBBox();
      const inside = box.x >= view.x && box.y >= view.y && box.x + box.width <= view.x + view.width &&
        box.y + box.height <= view.y + view.height;
      if (inside) return;
      view.x = box.x + box.width / 2 - view.width / 2;
      view.y = box.y + box.height / 2 - view.height / 2;
      draw();
    });
    addEventListener("beforeprint", fitWhole);
  }
  show(location.hash, null);
})();
