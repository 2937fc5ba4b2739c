/** Which attributes are worth a filter: learnt from the products met with the same words and category. */

export const ATTRIBUTE = "attributes.";
const MOST = 6;
const LEAST_SHARE = 0.2;
const FIRST = ["颜色", "尺码"];

/** 颜色 → {雾霾蓝, 米白}: of the product and of its variants. */
function attributesOf(hit) {
  const found = new Map();
  const add = (name, value) => found.set(name, (found.get(name) ?? new Set()).add(value));
  for (const [name, values] of Object.entries(hit.attributes ?? {})) values.forEach((value) => add(name, value));
  for (const sku of hit.skus ?? []) for (const [name, value] of Object.entries(sku.attributes)) add(name, value);
  return found;
}

export class AttributeNames {
  #about = "";
  #names = [];

  /** Those to count for `state`: what was learnt for it, and what it filters by. */
  of(state) {
    const chosen = Object.keys(state.attributes);
    const learnt = this.#about === about(state) ? this.#names : [];
    return [...learnt, ...chosen.filter((name) => !learnt.includes(name))];
  }

  /** Learn from the hits of an answer; the names that are new. What was listed stays: a list must not go while it is used. */
  learn(state, hits) {
    const known = this.of(state);
    const met = new Map();
    for (const hit of hits) {
      for (const [name, values] of attributesOf(hit)) {
        const one = met.get(name) ?? { hits: 0, values: new Set() };
        one.hits += 1;
        values.forEach((value) => one.values.add(value));
        met.set(name, one);
      }
    }
    const weight = (name) => (FIRST.includes(name) ? hits.length : 0) + met.get(name).hits;
    // A filter's text is split at its first colon: a name that holds one cannot be asked for.
    const useful = [...met.keys()].filter((name) =>
      !name.includes(":") && met.get(name).values.size > 1 && met.get(name).hits >= LEAST_SHARE * hits.length);
    const fresh = useful.sort((a, b) => weight(b) - weight(a)).filter((name) => !known.includes(name)).slice(0, Math.max(0, MOST - known.length));
    this.#about = about(state);
    this.#names = [...known, ...fresh];
    return fresh;
  }
}

const about = ({ query, category }) => `${query}\n${category}`;
