/** The shop's HTTP API as any storefront calls it, with a search key that may be public. */

export class Api {
  constructor(config) {
    this.base = config.base_url;
    this.key = config.search_key;
  }

  /** Several searches in one call; the results in the same order. */
  async search(requests, signal) {
    return (await this.#call("/1/indexes/*/queries", { method: "POST", body: { requests }, signal })).results;
  }

  /** The values of `facet` that hold a text: `{value, highlighted, count}`. */
  async searchFacet(index, facet, body, signal) {
    const path = `/1/indexes/${encodeURIComponent(index)}/facets/${encodeURIComponent(facet)}/query`;
    return (await this.#call(path, { method: "POST", body, signal })).facetHits;
  }

  /** What to search for, from what was typed so far; nothing when the shop has no suggestions. */
  async suggest(text, signal) {
    return this.#optional("/v1/suggest", `?q=${encodeURIComponent(text)}&size=8`, signal);
  }

  /** What shoppers search who search this. */
  async related(text, signal) {
    return this.#optional("/v1/suggest", `?related=${encodeURIComponent(text)}&size=8`, signal);
  }

  async hot(signal) {
    return this.#optional("/v1/hot", "?size=10", signal);
  }

  /** Tell what the shopper did; the page never waits for it and never fails by it. */
  async tell(...events) {
    const body = { events: events.map((event) => ({ timestamp: Date.now(), ...event })) };
    await this.#call("/1/events", { method: "POST", body, keepalive: true }).catch(() => {});
  }

  async #optional(path, query, signal) {
    try {
      return (await this.#call(path + query, { signal })).items.map((item) => item.query);
    } catch {
      return [];
    }
  }

  async #call(path, { method = "GET", body, signal, keepalive }) {
    const answer = await fetch(this.base + path, {
      method,
      signal,
      keepalive,
      headers: { "X-Algolia-API-Key": this.key, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
    return answer.json();
  }
}

