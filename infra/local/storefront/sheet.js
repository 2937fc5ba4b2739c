/** The sheet of a product: what it is, why it stood where it stood, who else offers it, what is like it. */
import { $, h, show, yuan } from "./dom.js";
import { picture, prices, reasons, webAddress } from "./hits.js";
import { ranking } from "./why.js";

/**
 * Open the sheet of `hit`. `buy` is called when it goes into the cart, `like` gives products like it (a promise), `look` opens
 * one of them.
 */
export function openSheet(hit, { explanation, trace, buy, like, look }) {
  const dialog = $("product");
  const cart = h("button", { type: "button", class: "main", disabled: hit.stock === 0, onclick: () => {
    buy();
    cart.textContent = "已加入购物车";
    cart.disabled = true;
  } }, hit.stock === 0 ? "已售罄" : "加入购物车");
  const page = webAddress(hit.url);
  const alike = h("section", { class: "alike", id: "alike", hidden: true });
  show(dialog, h("div", { class: "sheet" },
    h("button", { type: "button", class: "close", "aria-label": "关闭", onclick: () => dialog.close() }, "×"),
    picture(hit),
    h("div", { class: "words" },
      h("h2", { id: "product-title", tabindex: "-1" }, hit.title),
      prices(hit),
      reasons(explanation).map((text) => h("p", { class: "why" }, text)),
      ranking(explanation, trace),
      hit.brief && h("p", null, hit.brief),
      h("dl", { class: "facts" }, facts(hit).map(([name, values]) => [h("dt", null, name), h("dd", null, values.join("、"))])),
      h("p", { class: "actions" }, cart, page && h("a", { href: page, rel: "noopener" }, "商品页面")),
      otherOffers(hit),
      alike)));
  dialog.setAttribute("aria-labelledby", "product-title");
  // A handler that gave false would keep links and folds inside from doing anything.
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  if (dialog.open) {
    dialog.scrollTop = 0;
    $("product-title").focus();
  } else dialog.showModal();
  like().then((hits) => hits.length && drawAlike(alike, hits, look)).catch(() => {});
}

function facts(hit) {
  const axes = new Map(Object.entries(hit.attributes ?? {}).map(([name, values]) => [name, new Set(values)]));
  for (const sku of hit.skus ?? []) {
    for (const [name, value] of Object.entries(sku.attributes)) axes.set(name, (axes.get(name) ?? new Set()).add(value));
  }
  const where = hit.categories?.lvl2 ?? hit.categories?.lvl1 ?? hit.categories?.lvl0;
  return [["品牌", [hit.brand]], ["分类", [where]], ...[...axes].map(([name, values]) => [name, [...values]])].filter(([, values]) => values[0]);
}

function otherOffers(hit) {
  const others = hit._other_offers ?? [];
  if (!others.length) return null;
  const name = ({ objectID, price, stock }) =>
    [h("b", null, price === null || price === undefined ? "价格待定" : yuan(price)), h("span", null, stock === 0 ? "已售罄" : "有货"), h("small", null, objectID)];
  const left = hit._offers - others.length;
  return h("section", { class: "others" }, h("h3", null, `其他报价（${hit._offers}）`),
    h("ul", null, others.map((offer) => {
      const page = webAddress(offer.url);
      return h("li", null, page ? h("a", { href: page, rel: "noopener" }, name(offer)) : h("p", null, name(offer)));
    })),
    left > 0 && h("p", { class: "offers" }, `还有 ${left} 个未列出`));
}

function drawAlike(section, hits, look) {
  show(section, h("h3", null, "同类热销"), h("ul", null, hits.map((hit) =>
    h("li", null, h("button", { type: "button", "data-id": hit.objectID, onclick: () => look(hit) }, picture(hit), h("span", null, hit.title), prices(hit))))));
  section.hidden = false;
}
