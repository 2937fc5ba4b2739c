/**
 * One page of results as one call, in the way of InstantSearch: the hits, and for each kind of filter in use a query that
 * counts its values as if it were not set. The shop answers all of them from one look at its index.
 */
import { ATTRIBUTE } from "./attributes.js";
import { MARK, MARK_END } from "./dom.js";
import { chosenOf, listsOf } from "./state.js";

export const PAGE_SIZE = 24;
export const SEPARATOR = " > ";
export const LEVELS = ["categories.lvl0", "categories.lvl1", "categories.lvl2"];
const LISTS = ["brand", "tags"];
const SHOWN_VALUES = 60;
const FOUND_VALUES = 20;
const RELATED = 6;

const escaped = (value) => (value.startsWith("-") ? `\\${value}` : value);

/** 女装 > 裙装 → [女装, 女装 > 裙装] */
export function pathsOf(category) {
  const names = category ? category.split(SEPARATOR).slice(0, LEVELS.length) : [];
  return names.map((_, depth) => names.slice(0, depth + 1).join(SEPARATOR));
}

function filtersOf(state, without) {
  const paths = without === "category" ? [] : pathsOf(state.category);
  const filters = paths.length ? [[`${LEVELS[paths.length - 1]}:${paths.at(-1)}`]] : [];
  for (const field of listsOf(state)) {
    const values = field === without ? [] : chosenOf(state, field);
    if (values.length) filters.push(values.map((value) => `${field}:${escaped(value)}`));
  }
  return filters;
}

function numbersOf(state) {
  return [
    ...(state.low === null ? [] : [`price>=${state.low}`]),
    ...(state.high === null ? [] : [`price<=${state.high}`]),
  ];
}

const sharedOf = (state, index, personal) => ({
  indexName: index + (state.sort && `_${state.sort}`),
  query: state.query,
  ...personal,
  maxValuesPerFacet: SHOWN_VALUES,
  highlightPreTag: MARK,
  highlightPostTag: MARK_END,
});
const UNSEEN = { page: 0, hitsPerPage: 0, analytics: false, clickAnalytics: false };
const fieldsOf = (names) => names.map((name) => ATTRIBUTE + name);

/** The requests for `state`, the attributes `names` counted with it; `personal` is `{userToken?, enablePersonalization}`. */
export function requestsFor(state, index, personal, names) {
  const shared = sharedOf(state, index, personal);
  const hits = {
    ...shared,
    page: state.page,
    hitsPerPage: PAGE_SIZE,
    clickAnalytics: true,
    facets: [...LISTS, ...LEVELS, "price", ...fieldsOf(names)],
    facetFilters: filtersOf(state),
    numericFilters: numbersOf(state),
  };
  const counting = (facets, facetFilters, numericFilters = numbersOf(state)) => ({
    ...shared, ...UNSEEN, facets, facetFilters, numericFilters,
  });
  const paths = pathsOf(state.category);
  return [
    hits,
    ...listsOf(state).filter((field) => chosenOf(state, field).length).map((field) => counting(field, filtersOf(state, field))),
    ...paths.map((_, depth) => {
      const parent = depth ? [[`${LEVELS[depth - 1]}:${paths[depth - 1]}`]] : [];
      return counting(LEVELS[depth], [...filtersOf(state, "category"), ...parent]);
    }),
    ...(numbersOf(state).length ? [counting("price", filtersOf(state), [])] : []),
  ];
}

/** What counts attributes that were learnt only from the hits; nothing of them is chosen. */
export const countsOf = (state, index, personal, names) => [{
  ...sharedOf(state, index, personal), ...UNSEEN, facets: fieldsOf(names), facetFilters: filtersOf(state), numericFilters: numbersOf(state),
}];

/** A search for `text` among the values of `field`, as if none of them were chosen. */
export const searchInside = (state, field, text) => ({
  facetQuery: text, maxFacetHits: FOUND_VALUES, query: state.query, facetFilters: filtersOf(state, field),
  numericFilters: numbersOf(state), highlightPreTag: MARK, highlightPostTag: MARK_END,
});

/** Products of the category of `hit`, for whoever looks at it: in no statistics, and without the item itself. */
export function likeIt(hit, index, personal) {
  const level = ["lvl2", "lvl1", "lvl0"].find((each) => hit.categories?.[each]);
  if (!level) return [];
  const itself = [hit, ...(hit._other_offers ?? [])].map(({ objectID }) => `objectID:-${objectID}`);
  const facetFilters = [`categories.${level}:${hit.categories[level]}`, ...itself];
  return [{ indexName: index, query: "", ...personal, ...UNSEEN, hitsPerPage: RELATED, facetFilters }];
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
