/** 为什么这样排: where a product's place comes from, as the answer's `explanations` and `trace` say it. */
import { h } from "./dom.js";

const ORDERS = {
  price_asc: "按价格从低到高排，与搜索词的相关程度不影响先后", price_desc: "按价格从高到低排，与搜索词的相关程度不影响先后",
  newest: "按上架时间排，新的在前", sales_desc: "按近 30 天销量排，高的在前",
};
const NEUTRAL = [
  [/^nobody/, "没有说是谁在看"],
  [/neutral order/, "您关闭了个性化"],
  [/order asked for/, "这种排序不看个人偏好"],
  [/names a model/, "搜的是具体型号，不因人而异"],
  [/^unknown shopper/, "还不认识这位顾客，或其关闭了个性化"],
  [/^fewer than/, "了解得还太少"],
];
const KINDS = { category: "分类", brand: "品牌", tag: "标签", price_band: "价格带", size: "尺码" };
const PRIORS = { category: "分类", "categories.lvl0": "分类", "categories.lvl1": "分类", "categories.lvl2": "分类", brand: "品牌", tags: "标签", sales_30d: "销量" };

const times = (factor) => `×${factor.toFixed(factor > 0.995 && factor < 1.005 ? 3 : 2)}`;

function priorsSaid(trace) {
  const named = (trace.prior ?? []).map(({ field }) => PRIORS[field] ?? (field.startsWith("attributes.") ? field.slice(11) : field));
  return [...new Set(named)].join("、");
}

/** Rows of name, value and what is behind it. */
function rows({ score, factor, prior = 1, popularity = 1, boost = 1, meaning, reasons }, trace) {
  const personal = reasons.filter(({ kind }) => kind in KINDS);
  const neutral = NEUTRAL.find(([pattern]) => pattern.test(trace.why_neutral ?? ""))?.[1] ?? trace.why_neutral;
  return [
    ["总分", score.toFixed(2), "文字匹配，乘以下面各项"],
    ["个人偏好", times(factor), neutral ?? (personal.map(({ name, kind, weight }) => `${KINDS[kind]} ${name} +${weight.toFixed(2)}`).join("，") || "没有对得上的偏好")],
    prior !== 1 && ["常理", times(prior), `与搜索词相合的${priorsSaid(trace)}`],
    popularity !== 1 && ["本店热门", times(popularity), "同样的搜索后常被选中"],
    boost !== 1 && ["店主规则", times(boost), reasons.filter(({ kind }) => ["boost", "bury"].includes(kind)).map(({ reason }) => reason).join("，")],
    reasons.some(({ kind }) => kind === "pin") && ["店主规则", "置顶", reasons.find(({ kind }) => kind === "pin").reason],
    meaning && ["语义", `+${meaning.added.toFixed(2)}`, `与搜索词意思相近的程度 ${meaning.cosine.toFixed(2)}`],
  ].filter(Boolean);
}

/** The panel, folded; null when the answer says nothing of the product. */
export function ranking(explanation, trace) {
  if (!explanation || !trace) return null;
  const order = ORDERS[trace.sort];
  return h("details", { class: "ranking" }, h("summary", null, "为什么这样排"),
    order ? h("p", null, order) : h("dl", null, rows(explanation, trace).map(([name, value, about]) =>
      [h("dt", null, name, " ", h("b", null, value)), h("dd", null, about)])));
}
