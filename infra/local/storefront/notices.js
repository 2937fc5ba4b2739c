/** What the page says about the search: did you mean, what was searched instead, what to do when nothing was found. */
import { $, h, show } from "./dom.js";
import { isFiltered, unfiltered } from "./state.js";

export function drawNotices(page, search) {
  const wanted = page.suggestion && page.suggestion !== page.query ? page.suggestion : null;
  // When nothing was found as asked, the answer's ladder says in the shop's words what is shown instead.
  const instead = page.ladder?.message;
  const elsewhere = page.renderingContent?.redirect?.url;
  show($("notices"),
    elsewhere && h("p", { class: "notice", id: "elsewhere" }, "为您准备了专题：", h("a", { href: elsewhere }, "去看看")),
    instead && h("p", { class: "notice", id: "instead" }, instead),
    wanted && h("p", { class: "notice", id: "did-you-mean" }, "您是不是要找：",
      h("button", { type: "button", onclick: () => search(wanted) }, wanted)));
}

/** Nothing found: why that may be, and ways on. */
export function emptyHelp(state, change, words, categories) {
  return h("li", { class: "empty" },
    h("div", { class: "empty-picture", "aria-hidden": "true" }, "召"),
    h("h2", null, isFiltered(state) || !state.query ? "没有符合条件的商品" : `没有找到与“${state.query}”相关的商品`),
    h("ul", null,
      isFiltered(state) && h("li", null, "放宽筛选条件，比如价格或品牌"),
      state.query && !isFiltered(state) && h("li", null, "检查有没有错别字，或换个更短的说法"),
      state.query && !isFiltered(state) && h("li", null, "也可以用拼音或品牌名搜索")),
    isFiltered(state) && h("button", { type: "button", class: "main", id: "clear-filters", onclick: () => change(unfiltered(state)) }, "清除筛选"),
    words.length > 0 && chips("大家在搜", words, (word) => change({ ...unfiltered(state), query: word, sort: "" })),
    categories.length > 0 && chips("热门分类", categories, (name) => change({ ...unfiltered(state), query: "", category: name })));
}

export function drawRelated(title, words, search) {
  show($("related"), words.length > 0 && chips(title, words, search));
}

const chips = (title, words, onclick) =>
  h("div", { class: "words-row" }, h("h3", null, title),
    words.map((word) => h("button", { type: "button", class: "chip", onclick: () => onclick(word) }, word)));
