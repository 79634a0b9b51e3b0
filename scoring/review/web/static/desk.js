// The keyboard of the desk; without this file every page works by mouse and tab alone.
"use strict";
const editing = (field) => field.matches("input:not([type=checkbox]), select, textarea");
const rows = () => [...document.querySelectorAll("tr.row")];
let at = -1;

function move(step) {
  const all = rows();
  if (!all.length) return;
  if (at >= 0) all[at].classList.remove("here");
  at = Math.min(Math.max(at + step, 0), all.length - 1);
  all[at].classList.add("here");
  all[at].querySelector("[data-row]").focus();
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  o: () => at >= 0 && rows()[at].querySelector("[data-row]").click(),
  x: () => at >= 0 && rows()[at].querySelector("input[type=checkbox]").click(),
  f: () => nextAnswer(document.body.firstElementChild),
  d: () => document.getElementById("decision")?.focus(),
  q: () => location.assign("/queue"),
};

function nextAnswer(after) {
  const open = [...document.querySelectorAll("[data-answer]")].filter((each) => !each.value);
  const later = open.find((each) => after.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
  (later ?? open[0] ?? document.getElementById("decision"))?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Enter" && event.target.matches("[data-note]")) {
    event.preventDefault();
    return nextAnswer(event.target);
  }
  if (event.key === "Escape") return document.activeElement.blur();
  if (editing(event.target)) return;
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (marked) {
    event.preventDefault();
    if (editing(marked)) marked.focus();
    else marked.click();
  } else if (Object.hasOwn(acts, event.key)) {
    event.preventDefault();
    acts[event.key]();
  }
});

document.getElementById("faults")?.focus();

// The list follows the store while nobody is choosing: only its rows are replaced.
const list = document.querySelector("table.queue tbody");
if (list) {
  setInterval(async () => {
    if (document.hidden || list.querySelector("input:checked") || list.contains(document.activeElement)) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("table.queue tbody");
    if (fresh) { list.replaceChildren(...fresh.children); at = -1; }
  }, 30000);
}
