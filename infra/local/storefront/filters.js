/** The filters beside the results: categories as a tree, brands, tags and attributes as lists, the price as a range. */
import { ATTRIBUTE } from "./attributes.js";
import { $, h, show, yuan } from "./dom.js";
import { limited, valueList } from "./lists.js";
import { LEVELS, SEPARATOR, pathsOf } from "./requests.js";
import { amount, chosenOf, choosing, listsOf, unfiltered } from "./state.js";

const BANDS = [[null, 50], [50, 100], [100, 200], [200, 500], [500, 1000], [1000, null]];
const UNFOLDED = 2;
const folds = new Map();

/**
 * Draw them, lists of the attributes `names` too. `change` is called with the fields of the state that a choice changes, `find`
 * searches among the values of a list.
 */
export function drawFilters(state, page, names, change, find) {
  const list = (field, title) => valueList(field, title, state, page.facets, change, find);
  show($("filters"),
    h("div", { class: "filters-head" }, h("h2", null, "筛选"),
      h("button", { type: "button", class: "close", id: "filters-close", "data-key": "close", "aria-label": "关闭筛选" }, "×")),
    group("分类", categories(state, page.facets, change)),
    group("价格", range(state, page.facets_stats?.price, change)),
    group("品牌", list("brand", "品牌")),
    group("标签", list("tags", "标签")),
    names.map((name, at) => fold(name, list(ATTRIBUTE + name, name), at < UNFOLDED || chosenOf(state, ATTRIBUTE + name).length > 0)),
    h("div", { class: "filters-foot" }, h("button", { type: "button", class: "main", id: "filters-done", "data-key": "done" }, `查看 ${page.nbHits} 件商品`)));
}

const group = (title, content) => content && h("section", { class: "group" }, h("h3", null, title), content);

/** A group that can be folded, and stays as it was left. */
const fold = (title, content, isOpen) => content && h("details", {
  class: "group", open: folds.get(title) ?? isOpen, ontoggle: (event) => folds.set(title, event.target.open),
}, h("summary", { "data-key": `fold:${title}` }, h("h3", null, title)), content);

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
    h("form", { class: "range", onsubmit: apply }, low, h("span", { "aria-hidden": "true" }, "–"), high, h("button", { type: "submit", "data-key": "price:go" }, "确定")),
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
  const without = (field, value) => change(choosing(state, field, chosenOf(state, field).filter((each) => each !== value)));
  const chips = [
    ...(state.category ? [[state.category.split(SEPARATOR).at(-1), () => change({ category: "" })]] : []),
    ...(state.low !== null || state.high !== null ? [[bandName(state.low, state.high), () => change({ low: null, high: null })]] : []),
    ...listsOf(state).flatMap((field) => chosenOf(state, field).map((value) => [value, () => without(field, value)])),
  ];
  show($("chosen"), ...(chips.length ? [
    chips.map(([label, onclick]) => h("button", { type: "button", class: "chip", "aria-label": `去掉 ${label}`, onclick }, label, h("span", { "aria-hidden": "true" }, "×"))),
    h("button", { type: "button", class: "clear", onclick: () => change(unfiltered(state)) }, "全部清除"),
  ] : []));
}
