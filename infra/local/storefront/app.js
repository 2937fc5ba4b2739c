/** The page: the address says what is looked at, the shop's API answers, the parts are drawn. */
import { Api } from "./api.js";
import { AttributeNames } from "./attributes.js";
import { $, count, h, show } from "./dom.js";
import { closeDrawer, focusAgain, openDrawer } from "./drawer.js";
import { drawChosen, drawFilters } from "./filters.js";
import { card } from "./hits.js";
import { drawNotices, drawRelated, emptyHelp } from "./notices.js";
import { LEVELS, PAGE_SIZE, countsOf, likeIt, merged, requestsFor, searchInside } from "./requests.js";
import { openSheet } from "./sheet.js";
import { NOTHING, addressOf, isFiltered, readState } from "./state.js";
import { SearchBox } from "./suggest.js";
import { Visitor } from "./visitor.js";

const SORTS = [["", "综合"], ["sales_desc", "销量"], ["newest", "新品"], ["price_asc", "价格 ↑"], ["price_desc", "价格 ↓"]];
const NEIGHBOURS = 2;

const config = await (await fetch("/shop/config.json")).json();
const api = new Api(config);
const attributes = new AttributeNames();
const visitor = new Visitor(config.shoppers, () => load());
const box = new SearchBox(api, (query) => go({ ...NOTHING, query, sort: state.sort }));
let state = readState(location.search);
let asked = null;

/** Look at something else: a new entry in the browser's history. */
function go(next) {
  const address = addressOf(next);
  if (address !== addressOf(state)) history.pushState(null, "", address);
  state = next;
  load();
  window.scrollTo({ top: 0 });
}

/** Any change but of the page begins at the first page. */
const change = (fields) => go({ ...state, page: 0, ...fields });
const search = (query) => go({ ...NOTHING, query });

async function load() {
  asked?.abort();
  const mine = (asked = new AbortController());
  $("hits").setAttribute("aria-busy", "true");
  try {
    const page = await pageOf(mine.signal);
    const help = page.hits.length ? null : await waysOn(mine.signal);
    if (mine !== asked) return;
    draw(page, help);
    // The products do not wait for these.
    const words = state.query ? await api.related(state.query, mine.signal) : await box.hot();
    if (mine === asked) drawRelated(state.query ? "相关搜索" : "大家在搜", words, search);
  } catch (error) {
    if (mine === asked && error.name !== "AbortError") drawTrouble();
  }
}

async function pageOf(signal) {
  const looked = state;
  const page = merged(await api.search(requestsFor(looked, config.index, visitor.personal, attributes.of(looked)), signal));
  const fresh = attributes.learn(looked, page.hits);
  // Before anything is drawn: a list must not move while somebody reaches for it.
  return fresh.length ? merged([page, ...(await api.search(countsOf(looked, config.index, visitor.personal, fresh), signal))]) : page;
}

/** The values of a list that hold a text; null when that could not be asked. */
const findInside = (field, text, signal) => api.searchFacet(config.index, field, searchInside(state, field, text), signal).catch(() => null);

/** For an empty page: words and categories that do find something. */
async function waysOn(signal) {
  const asks = [{ indexName: config.index, query: "", hitsPerPage: 0, analytics: false, facets: LEVELS[0] }];
  const [words, [shop]] = await Promise.all([box.hot(), api.search(asks, signal)]);
  return { words, categories: Object.keys(shop.facets[LEVELS[0]] ?? {}).slice(0, 8) };
}

function draw(page, help) {
  const focused = document.activeElement?.dataset?.key;
  document.title = state.query ? `${state.query} - 朝晖小店` : "朝晖小店";
  box.text = state.query;
  drawNotices(page, search);
  drawBar(page);
  drawChosen(state, change);
  drawFilters(state, page, attributes.of(state), change, findInside);
  $("filters-close").onclick = $("filters-done").onclick = closeDrawer;
  drawHits(page, help);
  drawPager(page);
  focusAgain(focused);
  $("said").textContent = page.nbHits ? `找到 ${page.nbHits} 件商品，第 ${page.page + 1} 页` : "没有找到商品";
}

function drawBar(page) {
  const sorts = SORTS.map(([sort, name]) =>
    h("button", { type: "button", "data-key": `sort:${sort}`, "aria-pressed": String(state.sort === sort), onclick: () => change({ sort }) }, name));
  show($("bar"),
    h("p", { class: "total" }, "共 ", h("strong", { id: "total" }, count(page.nbHits)), " 件"),
    h("div", { class: "sorts", role: "group", "aria-label": "排序" }, sorts),
    h("button", { type: "button", class: "filters-open", id: "filters-open", "aria-pressed": String(isFiltered(state)), onclick: openDrawer }, "筛选"));
}

function drawHits(page, help) {
  const hits = $("hits");
  hits.setAttribute("aria-busy", "false");
  hits.start = page.page * PAGE_SIZE + 1;
  if (help) return show(hits, emptyHelp(state, change, help.words, help.categories));
  return show(hits, page.hits.map((hit, at) => {
    const explanation = page.explanations?.[hit.objectID];
    const event = {
      index: page.index, userToken: visitor.eventToken, queryID: page.queryID, objectIDs: [hit.objectID],
    };
    return card(hit, explanation, page.trace, () => look(hit, event, { explanation, trace: page.trace },
      { eventType: "click", eventName: "商品点击", positions: [page.page * PAGE_SIZE + at + 1] }));
  }));
}

/** Open a product and tell so: how it was come to (`step`, if by a search), and that it was viewed. */
function look(hit, event, why = {}, ...step) {
  const view = { eventType: "view", eventName: "商品浏览" };
  api.tell(...[...step, view].map((said) => ({ ...event, ...said })));
  openSheet(hit, {
    ...why,
    buy: () => api.tell({ ...event, eventType: "conversion", eventSubtype: "addToCart", eventName: "加入购物车" }),
    like: async () => {
      const asks = likeIt(hit, config.index, visitor.personal);
      return asks.length ? (await api.search(asks))[0].hits : [];
    },
    // It was not searched for: no query is to be credited with it.
    look: (other) => look(other, { index: config.index, userToken: visitor.eventToken, objectIDs: [other.objectID] }),
  });
}

function drawPager(page) {
  const last = page.nbPages - 1;
  if (last < 1) return show($("pager"));
  const near = [...Array(page.nbPages).keys()].filter(
    (number) => number === 0 || number === last || Math.abs(number - page.page) <= NEIGHBOURS);
  const to = (number, text, label) =>
    h("button", {
      type: "button", "data-key": `page:${text}`, disabled: number < 0 || number > last, "aria-label": label,
      "aria-current": number === page.page && !label.includes("一页") ? "page" : null, onclick: () => go({ ...state, page: number }),
    }, text);
  return show($("pager"),
    to(page.page - 1, "上一页", "上一页"),
    near.flatMap((number, at) => [
      at && number - near[at - 1] > 1 ? h("span", { "aria-hidden": "true" }, "…") : null,
      to(number, String(number + 1), `第 ${number + 1} 页`),
    ]),
    to(page.page + 1, "下一页", "下一页"));
}

function drawTrouble() {
  $("hits").setAttribute("aria-busy", "false");
  show($("notices"), h("p", { class: "notice trouble", role: "alert" }, "网络开小差了，没能完成搜索。",
    h("button", { type: "button", onclick: () => load() }, "再试一次")));
}

window.addEventListener("popstate", () => {
  state = readState(location.search);
  load();
});
$("home").addEventListener("click", (event) => {
  event.preventDefault();
  go(NOTHING);
});

load();
