/**
 * One page of results as one call, in the way of InstantSearch: the hits, and for each kind of filter in use a query that
 * counts its values as if it were not set. The shop answers all of them from one look at its index.
 */
import { MARK, MARK_END } from "./dom.js";

export const PAGE_SIZE = 24;
export const SEPARATOR = " > ";
export const LEVELS = ["categories.lvl0", "categories.lvl1", "categories.lvl2"];
const LISTS = ["brand", "tags"];
const SHOWN_VALUES = 60;

const escaped = (value) => (value.startsWith("-") ? `\\${value}` : value);

/** 女装 > 裙装 → [女装, 女装 > 裙装] */
export function pathsOf(category) {
  const names = category ? category.split(SEPARATOR).slice(0, LEVELS.length) : [];
  return names.map((_, depth) => names.slice(0, depth + 1).join(SEPARATOR));
}

function filtersOf(state, without) {
  const paths = without === "category" ? [] : pathsOf(state.category);
  const filters = paths.length ? [[`${LEVELS[paths.length - 1]}:${paths.at(-1)}`]] : [];
  for (const name of LISTS) {
    if (name !== without && state[name].length) filters.push(state[name].map((value) => `${name}:${escaped(value)}`));
  }
  return filters;
}

function numbersOf(state) {
  return [
    ...(state.low === null ? [] : [`price>=${state.low}`]),
    ...(state.high === null ? [] : [`price<=${state.high}`]),
  ];
}

/** The requests for `state`; `personal` is `{userToken?, enablePersonalization}`. */
export function requestsFor(state, index, personal) {
  const shared = {
    indexName: index + (state.sort && `_${state.sort}`),
    query: state.query,
    ...personal,
    maxValuesPerFacet: SHOWN_VALUES,
    highlightPreTag: MARK,
    highlightPostTag: MARK_END,
  };
  const hits = {
    ...shared,
    page: state.page,
    hitsPerPage: PAGE_SIZE,
    clickAnalytics: true,
    facets: [...LISTS, ...LEVELS, "price"],
    facetFilters: filtersOf(state),
    numericFilters: numbersOf(state),
  };
  const counting = (facets, facetFilters, numericFilters = numbersOf(state)) => ({
    ...shared, page: 0, hitsPerPage: 0, analytics: false, clickAnalytics: false, facets, facetFilters, numericFilters,
  });
  const paths = pathsOf(state.category);
  return [
    hits,
    ...LISTS.filter((name) => state[name].length).map((name) => counting(name, filtersOf(state, name))),
    ...paths.map((_, depth) => {
      const parent = depth ? [[`${LEVELS[depth - 1]}:${paths[depth - 1]}`]] : [];
      return counting(LEVELS[depth], [...filtersOf(state, "category"), ...parent]);
    }),
    ...(numbersOf(state).length ? [counting("price", filtersOf(state), [])] : []),
  ];
}

/** The first result with the facets and price bounds of the others laid over its own. */
export function merged([first, ...others]) {
  const page = { ...first, facets: { ...first.facets }, facets_stats: { ...first.facets_stats } };
  for (const other of others) {
    Object.assign(page.facets, other.facets);
    Object.assign(page.facets_stats, other.facets_stats);
  }
  return page;
}
