/** On a phone the filters cover the page: while they do, all behind them is out of reach. */
import { $ } from "./dom.js";

const NARROW = matchMedia("(max-width: 820px)");
const isOpen = () => document.body.classList.contains("filtering");

export function openDrawer() {
  toggle(true);
  $("filters-close").focus();
}

export function closeDrawer() {
  if (!isOpen()) return;
  toggle(false);
  $("filters-open")?.focus();
}

/** The focus on what has `key`, after all was drawn afresh; inside the open drawer it stays inside. */
export function focusAgain(key) {
  const same = key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  same?.focus({ preventScroll: true });
  if (isOpen() && !$("filters").contains(document.activeElement)) $("filters-close").focus({ preventScroll: true });
}

function toggle(open) {
  document.body.classList.toggle("filtering", open);
  const drawer = $("filters");
  document.querySelectorAll("body > :not(main, script), main > :not(#filters)").forEach((behind) => (behind.inert = open));
  if (open) drawer.setAttribute("role", "dialog");
  else drawer.removeAttribute("role");
  drawer.ariaModal = open ? "true" : null;
}

document.addEventListener("keydown", (event) => event.key === "Escape" && closeDrawer());
document.addEventListener("click", (event) => event.target.closest?.("#filters, #filters-open") || closeDrawer());
// On a wide window nothing is covered, and nothing may be out of reach.
NARROW.addEventListener("change", closeDrawer);
