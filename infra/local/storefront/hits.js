/** Products as cards, and the parts that their sheets share with them. */
import { count, h, marked, yuan } from "./dom.js";
import { ranking } from "./why.js";

const HUES = [8, 28, 46, 92, 150, 176, 204, 228, 268, 318, 342];
const SHOWN_TAGS = 2;
const SHOWN_REASONS = 2;

export const webAddress = (text) => (/^https?:\/\//i.test(text ?? "") ? text : null);

/** The card of a hit; `open` is called instead of following the link. */
export function card(hit, explanation, trace, open) {
  const title = hit._highlightResult?.title?.value ?? hit.title;
  return h("li", { class: "card", "data-id": hit.objectID },
    h("a", { href: webAddress(hit.url) ?? "#", onclick: (event) => follow(event, open) },
      picture(hit),
      h("h3", null, marked(title)),
      prices(hit),
      h("p", { class: "meta" }, [hit.brand, hit.sales_30d ? `月销 ${count(hit.sales_30d)}` : null].filter(Boolean).join(" · ")),
      hit.tags?.length ? h("p", { class: "tags" }, hit.tags.slice(0, SHOWN_TAGS).map((tag) => h("span", null, tag))) : null,
      reasons(explanation).slice(0, SHOWN_REASONS).map((text) => h("p", { class: "why" }, text)),
      offers(hit)),
    ranking(explanation, trace));
}

function follow(event, open) {
  // A new tab stays a new tab.
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open();
}

export function picture(hit) {
  const name = hit.brand || hit.title;
  const figure = h("div", { class: "picture", "aria-hidden": "true" },
    h("b", null, [...name][0]), h("span", null, hit.category ?? ""));
  figure.style.setProperty("--hue", HUES[[...name].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7) % HUES.length]);
  const image = webAddress(hit.image);
  if (image) {
    const shown = h("img", { src: image, alt: "", loading: "lazy", onerror: () => shown.remove() });
    figure.append(shown);
  }
  if (hit.stock === 0) figure.append(h("i", null, "已售罄"));
  return figure;
}

export function prices(hit) {
  if (hit.price === null || hit.price === undefined) return h("p", { class: "price" }, h("span", { class: "unpriced" }, "价格待定"));
  const isReduced = hit.list_price > hit.price;
  return h("p", { class: "price" }, h("strong", null, yuan(hit.price)),
    isReduced && h("s", null, h("span", { class: "unseen" }, "原价 "), yuan(hit.list_price)));
}

/** 您可能喜欢：偏爱 栀巷里、常看 连衣裙: what weighs most of each kind, those that begin alike in one line. */
export function reasons(explanation) {
  const kinds = new Set();
  const lines = new Map();
  for (const { kind, reason } of explanation?.reasons ?? []) {
    if (kinds.has(kind)) continue;
    kinds.add(kind);
    const [lead, rest] = reason.includes("：") ? reason.split("：", 2) : [reason, ""];
    lines.set(lead, [...(lines.get(lead) ?? []), ...(rest ? [rest] : [])]);
  }
  return [...lines].map(([lead, rest]) => (rest.length ? `${lead}：${rest.join("、")}` : lead));
}

const offers = (hit) => (hit._offers ? h("p", { class: "offers" }, `另有 ${hit._offers} 个报价`) : null);
