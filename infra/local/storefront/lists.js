/** A list of values to choose from: the first few, all that are chosen, the rest on demand, and for long lists a search inside. */
import { h, marked, show } from "./dom.js";
import { chosenOf, choosing } from "./state.js";

const FEW = 8;
const PAUSE_MS = 150;
const opened = new Set();
let asked = null;

/** The values of `field` with their counts; `find(field, text, signal)` searches among all there are. Null without any. */
export function valueList(field, title, state, facets, change, find) {
  const chosen = new Set(chosenOf(state, field));
  const counts = { ...Object.fromEntries([...chosen].map((value) => [value, 0])), ...facets[field] };
  const entries = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  if (!entries.length) return null;
  const item = ([value, number, shown = value]) =>
    h("li", null, h("label", null,
      h("input", {
        type: "checkbox", "data-key": `${field}:${value}`, checked: chosen.has(value),
        onchange: (event) => change(choosing(state, field,
          event.target.checked ? [...chosen, value] : [...chosen].filter((each) => each !== value))),
      }),
      h("span", null, shown), h("em", null, number)));
  const all = () => limited(field, entries, ([value]) => chosen.has(value), item);
  const list = h("ul", { class: "list" }, all());
  return [entries.length > FEW && finder(field, title, list, all, item, find), list];
}

function finder(field, title, list, all, item, find) {
  let timer = 0;
  const look = async (text) => {
    asked?.abort();
    if (!text) return show(list, all());
    const mine = (asked = new AbortController());
    const found = await find(field, text, mine.signal);
    if (mine !== asked || !found) return;
    show(list, found.length
      ? found.map(({ value, count, highlighted }) => item([value, count, marked(highlighted)]))
      : h("li", { class: "none", role: "status" }, `没有找到“${text}”`));
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => look(box.value.trim()), PAUSE_MS);
  };
  const box = h("input", {
    type: "search", class: "find", placeholder: `在${title}里找`, "aria-label": `在${title}里找`, "data-key": `find:${field}`, maxlength: "100",
    oninput: (event) => event.isComposing || later(), oncompositionend: later,
  });
  return box;
}

/** The first few, all that are chosen, and a button for the rest. */
export function limited(key, entries, isChosen, draw) {
  const isOpen = opened.has(key);
  const rest = [];
  const items = entries.map((entry, at) => {
    const item = draw(entry);
    if (at >= FEW && !isChosen(entry)) rest.push(item);
    return item;
  });
  rest.forEach((item) => (item.hidden = !isOpen));
  if (!rest.length) return items;
  const more = h("button", { type: "button", class: "more", "data-key": `more:${key}`, "aria-expanded": String(isOpen), onclick: () => {
    const isNowOpen = !opened.delete(key) && Boolean(opened.add(key));
    rest.forEach((item) => (item.hidden = !isNowOpen));
    more.textContent = isNowOpen ? "收起" : `展开其余 ${rest.length} 项`;
    more.setAttribute("aria-expanded", String(isNowOpen));
  } }, isOpen ? "收起" : `展开其余 ${rest.length} 项`);
  return [...items, h("li", null, more)];
}
