// The real clients against this shop: `node clients.cjs SCENARIO`, with the shop in SHOP (JSON {host, search, admin}).
// Prints one JSON document: what a storefront would have got. pytest judges it.
"use strict";

const { algoliasearch } = require("algoliasearch");
const algoliasearch4 = require("algoliasearch4");
const algoliasearchHelper = require("algoliasearch-helper");
const instantsearchModule = require("instantsearch.js");
const connectors = require("instantsearch.js/cjs/connectors");

const instantsearch = instantsearchModule.default || instantsearchModule;
const shop = JSON.parse(process.env.SHOP);
const APP = "ZHAOHUI";
const INDEX = "products";

const hosts5 = [{ url: shop.host, accept: "readWrite", protocol: "http" }];
const hosts4 = [{ url: shop.host, accept: 3, protocol: "http" }];
const v5 = (key, options = {}) => algoliasearch(APP, key, { hosts: hosts5, ...options });
const v4 = (key) => algoliasearch4(APP, key, { hosts: hosts4 });

const failure = (error) => ({ name: error.name, message: error.message, status: error.status });

async function waitForHits(search) {
  const until = Date.now() + 15000;
  for (;;) {
    const found = await search();
    if (found.nbHits > 0 || Date.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function facetedHelper(client) {
  const helper = algoliasearchHelper(client, INDEX, {
    facets: ["tags"],
    disjunctiveFacets: ["brand", "price"],
    hierarchicalFacets: [
      {
        name: "categories",
        attributes: ["categories.lvl0", "categories.lvl1", "categories.lvl2"],
        separator: " > ",
      },
    ],
    hitsPerPage: 5,
    maxValuesPerFacet: 20,
    distinct: false,
    clickAnalytics: true,
  });
  helper.setQuery("连衣裙");
  helper.addDisjunctiveFacetRefinement("brand", "拾光里");
  helper.addDisjunctiveFacetRefinement("brand", "Mori/森屿");
  helper.addNumericRefinement("price", ">=", 100);
  helper.addNumericRefinement("price", "<=", 250);
  helper.addHierarchicalFacetRefinement("categories", "女装 > 裙装");
  return helper;
}

async function helped(client) {
  const helper = facetedHelper(client);
  const { content } = await helper.searchOnce({});
  const brands = await helper.searchForFacetValues("brand", "森", 5);
  return {
    nbHits: content.nbHits,
    hits: content.hits.map((hit) => hit.objectID),
    brand: content.getFacetValues("brand", { sortBy: ["name:asc"] }),
    categories: content.getFacetValues("categories", { sortBy: ["name:asc"] }),
    stats: content.getFacetStats("price"),
    queryID: content.queryID,
    facetHits: brands.facetHits,
  };
}

const scenarios = {
  async v5() {
    const client = v5(shop.search);
    const many = await client.search({
      requests: [
        { indexName: INDEX, query: "连衣裙", hitsPerPage: 3, distinct: false, facets: ["brand"], filters: "price:100 TO 250", clickAnalytics: true },
        { indexName: `${INDEX}_price_asc`, query: "连衣裙", hitsPerPage: 3, distinct: false },
        { type: "facet", indexName: INDEX, facet: "brand", facetQuery: "森", maxFacetHits: 5 },
      ],
    });
    return {
      results: many.results,
      one: await client.searchSingleIndex({ indexName: INDEX, searchParams: { query: "帐篷", attributesToSnippet: ["title:3"] } }),
      facet: await client.searchForFacetValues({ indexName: INDEX, facetName: "brand", searchForFacetValuesRequest: { facetQuery: "森" } }),
      object: await client.getObject({ indexName: INDEX, objectID: "d00", attributesToRetrieve: ["title"] }),
      several: await client.getObjects({ requests: [{ indexName: INDEX, objectID: "d00" }, { indexName: INDEX, objectID: "none" }] }),
      zipped: (await v5(shop.search, { compression: "gzip" }).search({ requests: [{ indexName: INDEX, query: "帐篷", optionalWords: "很".repeat(900) }] })).results[0].nbHits,
      unknown: await client.searchSingleIndex({ indexName: "none" }).catch(failure),
      wrong: await client.searchSingleIndex({ indexName: INDEX, searchParams: { filters: "brand:a AND (" } }).catch(failure),
      forbidden: await client.saveObjects({ indexName: INDEX, objects: [{ objectID: "x", title: "x" }] }).catch(failure),
    };
  },

  async v4() {
    const client = v4(shop.search);
    const index = client.initIndex(INDEX);
    const many = await client.multipleQueries([
      { indexName: INDEX, query: "连衣裙", params: { hitsPerPage: 3, distinct: false, facets: ["brand"], filters: "price:100 TO 250", clickAnalytics: true } },
      { indexName: `${INDEX}_price_asc`, query: "连衣裙", params: { hitsPerPage: 3, distinct: false } },
    ]);
    return {
      results: many.results,
      one: await index.search("帐篷", { attributesToSnippet: ["title:3"], tagFilters: ["露营"] }),
      facet: await index.searchForFacetValues("brand", "森"),
      object: await index.getObject("d00", { attributesToRetrieve: ["title"] }),
      several: await index.getObjects(["d00", "none"]),
      unknown: await client.initIndex("none").search("").catch(failure),
      wrong: await index.search("", { filters: "brand:a AND (" }).catch(failure),
      forbidden: await index.saveObjects([{ objectID: "x", title: "x" }]).catch(failure),
    };
  },

  helper5: () => helped(v5(shop.search)),
  helper4: () => helped(v4(shop.search)),

  async instantsearch() {
    const search = instantsearch({ indexName: INDEX, searchClient: v5(shop.search), insights: false });
    const seen = {};
    const keep = (name, pick) => (options) => {
      seen[name] = pick(options);
    };
    search.addWidgets([
      connectors.connectSearchBox(keep("box", ({ query }) => query))({}),
      connectors.connectHits(keep("hits", ({ items }) => items))({ escapeHTML: true }),
      connectors.connectStats(keep("stats", ({ nbHits }) => nbHits))({}),
      connectors.connectPagination(keep("pages", ({ nbPages }) => nbPages))({}),
      connectors.connectSortBy(keep("sort", ({ currentRefinement }) => currentRefinement))({
        items: [
          { label: "综合", value: INDEX },
          { label: "价格", value: `${INDEX}_price_asc` },
        ],
      }),
      connectors.connectRefinementList(keep("brand", ({ items }) => items))({ attribute: "brand", operator: "or", sortBy: ["name:asc"] }),
      connectors.connectHierarchicalMenu(keep("categories", ({ items }) => items))({
        attributes: ["categories.lvl0", "categories.lvl1", "categories.lvl2"],
        separator: " > ",
        sortBy: ["name:asc"],
      }),
      connectors.connectRange(keep("range", ({ range }) => range))({ attribute: "price" }),
      connectors.connectConfigure(() => {}, () => {})({ searchParameters: { hitsPerPage: 4, filters: "stock > 0", distinct: false } }),
    ]);
    search.start();
    const until = (holds) => (async () => {
      const end = Date.now() + 10000;
      while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    })();
    await until(() => seen.stats > 0);
    const first = JSON.parse(JSON.stringify(seen));
    search.setUiState({
      [INDEX]: {
        query: "连衣裙",
        sortBy: `${INDEX}_price_asc`,
        refinementList: { brand: ["拾光里"] },
        hierarchicalMenu: { "categories.lvl0": ["女装", "裙装"] },
        range: { price: "100:300" },
      },
    });
    await until(() => seen.box === "连衣裙" && (seen.hits || []).length > 0 && seen.hits.every((hit) => hit.brand === "拾光里"));
    const second = JSON.parse(JSON.stringify(seen));
    search.dispose();
    return { first, second };
  },

  async secured() {
    const restrictions = {
      filters: "brand:拾光里",
      restrictIndices: [INDEX, `${INDEX}_price_*`],
      userToken: "someone",
      validUntil: Math.floor(Date.now() / 1000) + 10 * 365 * 86400,
    };
    const tried = async (key) => {
      const client = v5(key);
      const search = (indexName, searchParams) => client.searchSingleIndex({ indexName, searchParams: { distinct: false, ...searchParams } }).catch(failure);
      return {
        all: await search(INDEX, { query: "连衣裙", hitsPerPage: 50 }),
        other: await search(INDEX, { query: "连衣裙", filters: "brand:'Mori/森屿'", userToken: "other" }),
        replica: await search(`${INDEX}_price_asc`, { query: "连衣裙" }),
        forbidden: await search(`${INDEX}_newest`, { query: "连衣裙" }),
        object: await client.getObject({ indexName: INDEX, objectID: "d01" }).catch(failure),
      };
    };
    const key5 = await v5(shop.search).generateSecuredApiKey({ parentApiKey: shop.search, restrictions });
    const key4 = v4(shop.search).generateSecuredApiKey(shop.search, restrictions);
    const expired = await v5(shop.search).generateSecuredApiKey({ parentApiKey: shop.search, restrictions: { validUntil: 1 } });
    const forged = await v5(shop.search).generateSecuredApiKey({ parentApiKey: "guessed".repeat(12), restrictions });
    const ofAdmin = await v5(shop.search).generateSecuredApiKey({ parentApiKey: shop.admin, restrictions: {} });
    const asks = (key) => v5(key).searchSingleIndex({ indexName: INDEX }).catch(failure);
    return { v5: await tried(key5), v4: await tried(key4), expired: await asks(expired), forged: await asks(forged), ofAdmin: await asks(ofAdmin) };
  },

  async push5() {
    const client = v5(shop.admin);
    const objects = [1, 2, 3].map((n) => ({ objectID: `v5-${n}`, name: `竹纤维毛巾 ${n}`, price: 9.9 + n, categories: { lvl0: "家居", lvl1: "家居 > 毛巾" } }));
    const [saved] = await client.saveObjects({ indexName: INDEX, objects, waitForTasks: true });
    await client.partialUpdateObject({ indexName: INDEX, objectID: "v5-2", attributesToUpdate: { stock: { _operation: "Increment", value: 5 } } });
    const gone = await client.deleteObject({ indexName: INDEX, objectID: "v5-3" });
    await client.waitForTask({ indexName: INDEX, taskID: gone.taskID });
    await client.saveObject({ indexName: INDEX, body: { title: "竹纤维毛巾 无号", price: 1 } });
    return {
      saved,
      changed: await client.getObject({ indexName: INDEX, objectID: "v5-2" }),
      gone: await client.getObject({ indexName: INDEX, objectID: "v5-3" }).catch(failure),
      found: await waitForHits(() => client.searchSingleIndex({ indexName: INDEX, searchParams: { query: "竹纤维毛巾", filters: "stock=5" } })),
      refused: await client.saveObjects({ indexName: INDEX, objects: [{ objectID: "bad", title: "x", price: "many" }] }).catch(failure),
    };
  },

  async push4() {
    const index = v4(shop.admin).initIndex(INDEX);
    const objects = [1, 2, 3].map((n) => ({ objectID: `v4-${n}`, name: `老粗布床单 ${n}`, price: 99 + n }));
    const saved = await index.saveObjects(objects).wait();
    await index.partialUpdateObjects([{ objectID: "v4-2", stock: 5 }]).wait();
    await index.deleteObject("v4-3").wait();
    return {
      saved,
      changed: await index.getObject("v4-2"),
      gone: await index.getObject("v4-3").catch(failure),
      found: await waitForHits(() => index.search("老粗布床单", { filters: "stock=5" })),
      refused: await index.saveObjects([{ objectID: "bad", title: "x", price: "many" }]).catch(failure),
    };
  },

  async connect5() {
    const client = v5(shop.admin);
    const objects = [1, 2, 3, 4].map((n) => ({ objectID: `r5-${n}`, title: `榉木砧板 ${n}`, price: 10 + n, brand: n % 2 ? "木里" : "山里" }));
    await client.setSettings({ indexName: INDEX, indexSettings: { hitsPerPage: 7, customRanking: ["desc(sales_30d)"] }, forwardToReplicas: true });
    const replaced = await client.replaceAllObjects({ indexName: INDEX, objects, batchSize: 2 });
    const settings = await client.getSettings({ indexName: INDEX });
    const browsed = [];
    await client.browseObjects({ indexName: INDEX, browseParams: { hitsPerPage: 3, attributesToRetrieve: ["title"] }, aggregator: (page) => browsed.push(...page.hits) });
    const rules = [{ objectID: "five", conditions: [{ pattern: "砧板", anchoring: "is" }], consequence: { promote: [{ objectID: "r5-4", position: 0 }] } }];
    await client.saveRules({ indexName: INDEX, rules, clearExistingRules: true });
    await client.saveSynonyms({ indexName: INDEX, synonymHit: [{ objectID: "s5", type: "synonym", synonyms: ["案板", "砧板"] }], replaceExistingSynonyms: true });
    const seenRules = [];
    await client.browseRules({ indexName: INDEX, aggregator: (page) => seenRules.push(...page.hits) });
    const seenSynonyms = [];
    await client.browseSynonyms({ indexName: INDEX, aggregator: (page) => seenSynonyms.push(...page.hits) });
    const search = (searchParams) => client.searchSingleIndex({ indexName: INDEX, searchParams: { distinct: false, ...searchParams } });
    await waitForHits(() => search({ query: "砧板" }));
    const pinned = await search({ query: "砧板" });
    const meant = await search({ query: "案板" });
    const deleted = await client.deleteBy({ indexName: INDEX, deleteByParams: { facetFilters: ["brand:木里"] } });
    await client.waitForTask({ indexName: INDEX, taskID: deleted.taskID });
    const left = [];
    await client.browseObjects({ indexName: INDEX, aggregator: (page) => left.push(...page.hits) });
    const known = { exists: await client.indexExists({ indexName: INDEX }), missing: await client.indexExists({ indexName: `${INDEX}_tmp_none` }) };
    const indices = (await client.listIndices()).items.map((item) => item.name);
    const refused = await client.saveRule({ indexName: INDEX, objectID: "no", rule: { objectID: "no", conditions: [{ context: "x" }], consequence: {} } }).catch(failure);
    await client.clearRules({ indexName: INDEX });
    await client.clearSynonyms({ indexName: INDEX });
    await client.setSettings({ indexName: INDEX, indexSettings: { hitsPerPage: null } });
    const cleared = await client.clearObjects({ indexName: INDEX });
    await client.waitForTask({ indexName: INDEX, taskID: cleared.taskID });
    const forbidden = await v5(shop.search).setSettings({ indexName: INDEX, indexSettings: {} }).catch(failure);
    return { replaced: replaced.moveOperationResponse, settings, browsed, seenRules, seenSynonyms, pinned, meant, left, ...known, indices, refused, forbidden };
  },

  async connect4() {
    const client = v4(shop.admin);
    const index = client.initIndex(INDEX);
    const objects = [1, 2, 3, 4].map((n) => ({ objectID: `r4-${n}`, title: `榉木砧板 ${n}`, price: 10 + n, brand: n % 2 ? "木里" : "山里" }));
    await index.setSettings({ hitsPerPage: 7, customRanking: ["desc(sales_30d)"] }, { forwardToReplicas: true }).wait();
    const replaced = await index.replaceAllObjects(objects, { safe: true, batchSize: 2 });
    const settings = await index.getSettings();
    const browsed = [];
    await index.browseObjects({ hitsPerPage: 3, attributesToRetrieve: ["title"], batch: (hits) => browsed.push(...hits) });
    await index.replaceAllRules([{ objectID: "four", conditions: [{ pattern: "砧板", anchoring: "is" }], consequence: { promote: [{ objectID: "r4-4", position: 0 }] } }]).wait();
    await index.replaceAllSynonyms([{ objectID: "s4", type: "synonym", synonyms: ["案板", "砧板"] }]).wait();
    const seenRules = [];
    await index.browseRules({ batch: (hits) => seenRules.push(...hits) });
    const seenSynonyms = [];
    await index.browseSynonyms({ batch: (hits) => seenSynonyms.push(...hits) });
    await waitForHits(() => index.search("砧板", { distinct: false }));
    const pinned = await index.search("砧板", { distinct: false });
    const meant = await index.search("案板", { distinct: false });
    await index.deleteBy({ facetFilters: ["brand:木里"] }).wait();
    const left = [];
    await index.browseObjects({ batch: (hits) => left.push(...hits) });
    const known = { exists: await index.exists(), missing: await client.initIndex(`${INDEX}_tmp_none`).exists() };
    const indices = (await client.listIndices()).items.map((item) => item.name);
    const refused = await index.saveRule({ objectID: "no", conditions: [{ context: "x" }], consequence: {} }).catch(failure);
    await index.clearRules().wait();
    await index.clearSynonyms().wait();
    await index.setSettings({ hitsPerPage: null }).wait();
    await index.clearObjects().wait();
    const forbidden = await v4(shop.search).initIndex(INDEX).setSettings({ hitsPerPage: 1 }).catch(failure);
    return { replaced, settings, browsed, seenRules, seenSynonyms, pinned, meant, left, ...known, indices, refused, forbidden };
  },
};

scenarios[process.argv[2]]()
  .then((result) => process.stdout.write(JSON.stringify(result), () => process.exit(0)))
  .catch((error) => {
    process.stderr.write(`${error.stack}\n${JSON.stringify(error)}\n`);
    process.exit(1);
  });
