/** Elements without innerHTML: what a shop's data say is always text. */

export const $ = (id) => document.getElementById(id);

/** An element: `on…` properties are listeners, `class`, `aria-*`, `data-*` attributes; null and false are left out. */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !["list", "role"].includes(name) && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const show = (element, ...children) => element.replaceChildren(...children.flat().filter(Boolean));

export const MARK = "__ais-highlight__";
export const MARK_END = "__/ais-highlight__";

/** Text with the API's highlight tags, as nodes. */
export function marked(value) {
  return value.split(MARK).flatMap((part, at) => {
    if (at === 0) return part;
    const [inside, ...rest] = part.split(MARK_END);
    return [h("mark", null, inside), rest.join(MARK_END)];
  });
}

/** ¥1,299 or ¥19.9: yuan as shops write it. */
export const yuan = (amount) => `¥${amount.toLocaleString("zh-CN", { maximumFractionDigits: 2 })}`;

/** 3268 → 3,268; 12,345 → 1.2万. */
export const count = (number) =>
  number < 10_000 ? number.toLocaleString("zh-CN") : `${(number / 10_000).toFixed(1).replace(/\.0$/, "")}万`;
