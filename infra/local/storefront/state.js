/** What is being looked at, kept in the address, so that back, reload and a sent link all work. */

import { ATTRIBUTE } from "./attributes.js";

export const NOTHING = Object.freeze({
  query: "", category: "", brand: [], tags: [], attributes: {}, low: null, high: null, sort: "", page: 0,
});

const AMOUNT = /^\d{1,9}(\.\d{1,2})?$/;
const OF_ATTRIBUTE = "a.";
const PARAMETERS = { query: "q", category: "category", low: "min", high: "max", sort: "sort" };

/** A price as somebody typed it; null when it is none. Full-width digits are digits. */
export function amount(text) {
  const plain = (text ?? "").normalize("NFKC").trim();
  return AMOUNT.test(plain) ? Number(plain) : null;
}

export function readState(search) {
  const given = new URLSearchParams(search);
  return {
    query: given.get("q") ?? "",
    category: given.get("category") ?? "",
    brand: given.getAll("brand"),
    tags: given.getAll("tag"),
    attributes: attributesIn(given),
    low: amount(given.get("min")),
    high: amount(given.get("max")),
    sort: given.get("sort") ?? "",
    page: Math.max(0, (Number.parseInt(given.get("page"), 10) || 1) - 1),
  };
}

function attributesIn(given) {
  const names = [...new Set(given.keys())].filter((key) => key.startsWith(OF_ATTRIBUTE) && key !== OF_ATTRIBUTE && !key.includes(":"));
  return Object.fromEntries(names.map((key) => [key.slice(OF_ATTRIBUTE.length), given.getAll(key)]));
}

/** The lists that `state` may choose from: brand, tags, and the attributes it does choose from. */
export const listsOf = (state) => ["brand", "tags", ...Object.keys(state.attributes).map((name) => ATTRIBUTE + name)];

export function chosenOf(state, field) {
  if (!field.startsWith(ATTRIBUTE)) return state[field];
  const name = field.slice(ATTRIBUTE.length);
  return Object.hasOwn(state.attributes, name) ? state.attributes[name] : [];
}

/** What of `state` changes when `values` of `field` are chosen. */
export function choosing(state, field, values) {
  if (!field.startsWith(ATTRIBUTE)) return { [field]: values };
  const { [field.slice(ATTRIBUTE.length)]: _, ...others } = state.attributes;
  return { attributes: values.length ? { ...others, [field.slice(ATTRIBUTE.length)]: values } : others };
}

export function addressOf(state) {
  const said = new URLSearchParams();
  for (const [field, name] of Object.entries(PARAMETERS)) {
    if (state[field] !== "" && state[field] !== null) said.set(name, state[field]);
  }
  state.brand.forEach((value) => said.append("brand", value));
  state.tags.forEach((value) => said.append("tag", value));
  for (const [name, values] of Object.entries(state.attributes)) values.forEach((value) => said.append(OF_ATTRIBUTE + name, value));
  if (state.page > 0) said.set("page", state.page + 1);
  return `/shop${said.size ? `?${said}` : ""}`;
}

export const isFiltered = (state) =>
  Boolean(state.category || listsOf(state).some((field) => chosenOf(state, field).length) || state.low !== null || state.high !== null);

export const unfiltered = (state) => ({ ...NOTHING, query: state.query, sort: state.sort });
