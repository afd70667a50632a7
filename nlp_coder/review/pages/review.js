// What plain forms cannot do: take selected words as a span, show a reason's words, and the keys. All else works without.
"use strict";
(() => {
  const text = document.getElementById("text");

  // Offsets count Unicode characters as Python does, not the UTF-16 units of a browser's strings.
  const count = (s) => Array.from(s).length;

  function offsetOf(node, inside) {
    const piece = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
    if (!piece) return null;
    const before = document.createRange();
    before.setStart(piece, 0);
    before.setEnd(node, inside);
    return Number(piece.dataset.start) + count(before.toString());
  }

  function selected() {
    const chosen = window.getSelection();
    if (!text || !chosen || chosen.isCollapsed || !chosen.rangeCount) return null;
    const range = chosen.getRangeAt(0);
    const touched = [...text.querySelectorAll("[data-start]")].filter((p) => range.intersectsNode(p));
    if (!touched.length) return null;
    const edge = (node, inside, other) => (text.contains(node) ? offsetOf(node, inside) ?? other : other);
    const last = touched[touched.length - 1];
    const start = edge(range.startContainer, range.startOffset, Number(touched[0].dataset.start));
    const end = edge(range.endContainer, range.endOffset, Number(last.dataset.start) + count(last.textContent));
    return end > start ? { start, end, words: chosen.toString() } : null;
  }

  let kept = null; // a selection outlives the click on a button
  document.addEventListener("selectionchange", () => {
    const now = selected();
    if (!now) return;
    kept = now;
    document.getElementById("add-start").value = now.start;
    document.getElementById("add-end").value = now.end;
    document.getElementById("chosen").textContent = `Selected: “${now.words.trim()}”. Key n goes on to its code.`;
  });
  for (const button of document.querySelectorAll("button.take")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (!kept) return;
      button.form.elements.start.value = kept.start;
      button.form.elements.end.value = kept.end;
      button.form.elements.start.focus();
    });
  }

  function show() {
    for (const piece of document.querySelectorAll(".shown")) piece.classList.remove("shown");
    const found = /^#p(\d+)-(\d+)$/.exec(window.location.hash);
    if (!found) return;
    for (const piece of document.querySelectorAll("#text [data-start]")) {
      const start = Number(piece.dataset.start);
      if (start >= Number(found[1]) && start < Number(found[2])) piece.classList.add("shown");
    }
  }
  window.addEventListener("hashchange", show);
  show();

  const cards = [...document.querySelectorAll(".activity, a.row")];
  function step(by) {
    if (!cards.length) return;
    const at = cards.findIndex((c) => c.contains(document.activeElement));
    const next = cards[at < 0 ? (by > 0 ? 0 : cards.length - 1) : Math.min(Math.max(at + by, 0), cards.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const button = [...document.querySelectorAll("button[data-key]")].find((b) => b.dataset.key === event.key);
    if (button && !button.disabled) button.click();
    else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "q") document.querySelector("nav a").click();
    else if (event.key === "n" && text) document.getElementById("add-code").focus();
    else if (event.key === "c" && text) document.getElementById("comment").focus();
    else return;
    event.preventDefault();
  });
})();
