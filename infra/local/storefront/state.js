/** What is being looked at, kept in the address, so that back, reload and a sent link all work. */

export const NOTHING = Object.freeze({
  query: "", category: "", brand: [], tags: [], low: null, high: null, sort: "", page: 0,
});

const AMOUNT = /^\d{1,9}(\.\d{1,2})?$/;
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
    low: amount(given.get("min")),
    high: amount(given.get("max")),
    sort: given.get("sort") ?? "",
    page: Math.max(0, (Number.parseInt(given.get("page"), 10) || 1) - 1),
  };
}

export function addressOf(state) {
  const said = new URLSearchParams();
  for (const [field, name] of Object.entries(PARAMETERS)) {
    if (state[field] !== "" && state[field] !== null) said.set(name, state[field]);
  }
  state.brand.forEach((value) => said.append("brand", value));
  state.tags.forEach((value) => said.append("tag", value));
  if (state.page > 0) said.set("page", state.page + 1);
  return `/shop${said.size ? `?${said}` : ""}`;
}

export const isFiltered = (state) =>
  Boolean(state.category || state.brand.length || state.tags.length || state.low !== null || state.high !== null);

export const unfiltered = (state) => ({ ...NOTHING, query: state.query, sort: state.sort });
