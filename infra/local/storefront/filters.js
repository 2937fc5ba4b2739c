/** The filters beside the results: categories as a tree, brands and tags as lists, the price as a range. */
import { $, h, show, yuan } from "./dom.js";
import { LEVELS, SEPARATOR, pathsOf } from "./requests.js";
import { amount } from "./state.js";

const FEW = 8;
const BANDS = [[null, 50], [50, 100], [100, 200], [200, 500], [500, 1000], [1000, null]];
const opened = new Set();

/** Draw them; `change` is called with the fields of the state that a choice changes. */
export function drawFilters(state, page, change) {
  show($("filters"),
    h("div", { class: "filters-head" }, h("h2", null, "筛选"),
      h("button", { type: "button", class: "close", id: "filters-close", "aria-label": "关闭筛选" }, "×")),
    group("分类", categories(state, page.facets, change)),
    group("价格", range(state, page.facets_stats?.price, change)),
    group("品牌", values("brand", state, page.facets, change)),
    group("标签", values("tags", state, page.facets, change)),
    h("div", { class: "filters-foot" }, h("button", { type: "button", class: "main", id: "filters-done" }, `查看 ${page.nbHits} 件商品`)));
}

const group = (title, content) => content && h("section", { class: "group" }, h("h3", null, title), content);

function categories(state, facets, change) {
  const paths = pathsOf(state.category);
  const level = (depth) => {
    const counts = facets[LEVELS[depth]];
    const parent = depth ? paths[depth - 1] + SEPARATOR : "";
    const entries = Object.entries(counts ?? {}).filter(([path]) => path.startsWith(parent)).sort((a, b) => b[1] - a[1]);
    if (!entries.length) return null;
    return h("ul", { class: "tree" }, limited(`category-${depth}`, entries, ([path]) => path === paths[depth], ([path, number]) => {
      const isChosen = path === paths[depth];
      return h("li", null,
        h("button", {
          type: "button", "data-key": `category:${path}`, "aria-pressed": String(isChosen),
          // Chosen once more, it gives way to the level above.
          onclick: () => change({ category: isChosen ? paths[depth - 1] ?? "" : path }),
        }, h("span", null, path.slice(parent.length)), h("em", null, number)),
        isChosen && depth + 1 < LEVELS.length && level(depth + 1));
    }));
  };
  return level(0);
}

function values(name, state, facets, change) {
  const chosen = new Set(state[name]);
  const counts = { ...Object.fromEntries([...chosen].map((value) => [value, 0])), ...facets[name] };
  const entries = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  if (!entries.length) return null;
  return h("ul", { class: "list" }, limited(name, entries, ([value]) => chosen.has(value), ([value, number]) =>
    h("li", null, h("label", null,
      h("input", {
        type: "checkbox", "data-key": `${name}:${value}`, checked: chosen.has(value),
        onchange: (event) => change({ [name]: event.target.checked ? [...chosen, value] : [...chosen].filter((each) => each !== value) }),
      }),
      h("span", null, value), h("em", null, number)))));
}

/** The first few, all that are chosen, and a button for the rest. */
function limited(key, entries, isChosen, draw) {
  const isOpen = opened.has(key);
  const rest = [];
  const items = entries.map((entry, at) => {
    const item = draw(entry);
    if (at >= FEW && !isChosen(entry)) rest.push(item);
    return item;
  });
  rest.forEach((item) => (item.hidden = !isOpen));
  if (!rest.length) return items;
  const more = h("button", { type: "button", class: "more", "aria-expanded": String(isOpen), onclick: () => {
    const isNowOpen = !opened.delete(key) && Boolean(opened.add(key));
    rest.forEach((item) => (item.hidden = !isNowOpen));
    more.textContent = isNowOpen ? "收起" : `展开其余 ${rest.length} 项`;
    more.setAttribute("aria-expanded", String(isNowOpen));
  } }, isOpen ? "收起" : `展开其余 ${rest.length} 项`);
  return [...items, h("li", null, more)];
}

function range(state, stats, change) {
  if (!stats && state.low === null && state.high === null) return null;
  const field = (name, label, value, hint) =>
    h("input", { type: "text", inputmode: "decimal", name, "aria-label": label, "data-key": `price:${name}`, value: value ?? "", placeholder: hint });
  const low = field("low", "最低价", state.low, stats ? String(Math.floor(stats.min)) : "最低");
  const high = field("high", "最高价", state.high, stats ? String(Math.ceil(stats.max)) : "最高");
  const apply = (event) => {
    event.preventDefault();
    const [from, to] = [amount(low.value), amount(high.value)];
    // Typed the wrong way round, it is still clear what was meant.
    change(from !== null && to !== null && from > to ? { low: to, high: from } : { low: from, high: to });
  };
  const bands = BANDS.filter(([from, to]) => !stats || ((to === null || stats.min < to) && (from === null || stats.max >= from)));
  return [
    h("form", { class: "range", onsubmit: apply }, low, h("span", { "aria-hidden": "true" }, "–"), high, h("button", { type: "submit" }, "确定")),
    bands.length > 1 && h("p", { class: "bands" }, bands.map(([from, to]) => {
      const isChosen = from === state.low && to === state.high;
      return h("button", {
        type: "button", "data-key": `band:${from}`, "aria-pressed": String(isChosen),
        onclick: () => change(isChosen ? { low: null, high: null } : { low: from, high: to }),
      }, bandName(from, to));
    })),
  ];
}

export const bandName = (from, to) =>
  from === null ? `${yuan(to)} 以下` : to === null ? `${yuan(from)} 以上` : `${yuan(from)}–${to.toLocaleString("zh-CN")}`;

/** What is chosen, each with its way out. */
export function drawChosen(state, change) {
  const without = (name, value) => change({ [name]: state[name].filter((each) => each !== value) });
  const chips = [
    ...(state.category ? [[state.category.split(SEPARATOR).at(-1), () => change({ category: "" })]] : []),
    ...(state.low !== null || state.high !== null ? [[bandName(state.low, state.high), () => change({ low: null, high: null })]] : []),
    ...["brand", "tags"].flatMap((name) => state[name].map((value) => [value, () => without(name, value)])),
  ];
  show($("chosen"), ...(chips.length ? [
    chips.map(([label, onclick]) => h("button", { type: "button", class: "chip", "aria-label": `去掉 ${label}`, onclick }, label, h("span", { "aria-hidden": "true" }, "×"))),
    h("button", { type: "button", class: "clear", onclick: () => change({ category: "", low: null, high: null, brand: [], tags: [] }) }, "全部清除"),
  ] : []));
}

/** On a phone the filters cover the page: open and close them. */
export function toggleFilters(isOpen) {
  document.body.classList.toggle("filtering", isOpen);
  $("results").inert = isOpen;
  if (isOpen) $("filters-close").focus();
  else $("filters-open")?.focus();
}
