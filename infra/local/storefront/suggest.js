/** The search box with its suggestions: ARIA's combobox, at ease with a Chinese input method. */
import { $, h, show } from "./dom.js";

const MAX_RECENT = 6;
const PAUSE_MS = 80;
const HOT_FOR_MS = 60_000;

export class SearchBox {
  #api;
  #search;
  #recent = [];
  #options = [];
  #active = -1;
  #asked = null;
  #timer = 0;
  #hot = [];
  #hotUntil = 0;

  constructor(api, search) {
    this.#api = api;
    this.#search = search;
    this.input = $("query");
    this.list = $("suggestions");
    this.input.addEventListener("input", (event) => event.isComposing || this.#later());
    this.input.addEventListener("compositionstart", () => this.close());
    this.input.addEventListener("compositionend", () => this.#later());
    this.input.addEventListener("focus", () => this.#later());
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    // A press on the list must not take the focus away, or the list would be gone before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    $("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#go(this.input.value);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.target.closest?.("input, select, textarea")) return;
      event.preventDefault();
      this.input.focus();
      this.input.select();
    });
  }

  set text(value) {
    if (this.input.value !== value) this.input.value = value;
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#draw([], "");
  }

  #go(text) {
    const query = text.trim();
    this.input.value = query;
    if (query) this.#recent = [query, ...this.#recent.filter((each) => each !== query)].slice(0, MAX_RECENT);
    this.close();
    // On a phone the keyboard would go on covering what was found.
    if (matchMedia("(pointer: coarse)").matches) this.input.blur();
    this.#search(query);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fetch(), PAUSE_MS);
  }

  async #fetch() {
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    const text = this.input.value.trim();
    const found = text ? await this.#api.suggest(text, asked.signal) : this.#recent.length ? this.#recent : await this.hot();
    if (asked.signal.aborted || document.activeElement !== this.input) return;
    this.#draw(found.filter((each) => each !== text), text ? "" : this.#recent.length ? "最近搜过" : "大家在搜");
  }

  /** What others search, asked again after a minute: a page may stay open for a day. */
  async hot() {
    if (Date.now() >= this.#hotUntil) {
      this.#hot = await this.#api.hot();
      this.#hotUntil = Date.now() + HOT_FOR_MS;
    }
    return this.#hot;
  }

  #draw(options, title) {
    this.#options = options;
    this.#active = -1;
    this.list.hidden = !options.length;
    this.input.setAttribute("aria-expanded", String(options.length > 0));
    this.input.removeAttribute("aria-activedescendant");
    const typed = this.input.value.trim();
    const items = options.map((text, at) =>
      h("li", { id: `suggestion-${at}`, role: "option", "aria-selected": "false", onclick: () => this.#go(text) }, completed(text, typed)));
    show(this.list, title && options.length && h("p", null, title), h("ul", { role: "listbox", "aria-label": "搜索建议" }, items));
  }

  #key(event) {
    // Enter and arrows while composing choose characters, not suggestions.
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#options.length) {
      event.preventDefault();
      this.#move(step);
    } else if (event.key === "Enter" && this.#active >= 0) {
      event.preventDefault();
      this.#go(this.#options[this.#active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (this.list.hidden) this.input.blur();
      else this.close();
    }
  }

  /** Past either end stands the text as it was typed. */
  #move(step) {
    const places = this.#options.length + 1;
    this.#active = ((this.#active + 1 + step + places) % places) - 1;
    this.list.querySelectorAll("[role=option]").forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === this.#active));
      if (at === this.#active) item.scrollIntoView({ block: "nearest" });
    });
    if (this.#active < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `suggestion-${this.#active}`);
  }
}

/** What is not typed yet stands out. */
function completed(text, typed) {
  const at = typed ? text.toLowerCase().indexOf(typed.toLowerCase()) : -1;
  if (at < 0) return text;
  const end = at + typed.length;
  return [h("b", null, text.slice(0, at)), text.slice(at, end), h("b", null, text.slice(end))];
}
