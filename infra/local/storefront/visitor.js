/** Who is looking: nobody in particular, one of the demo's shoppers, or an id of one's own; and whether it may matter. */
import { $, h, show } from "./dom.js";

const OWN = "*";
const MAX_ID = 128;
const GUEST_EVENTS = `guest-${crypto.randomUUID()}`;

/** Kept between visits; a browser that keeps nothing is no obstacle. */
const memory = {
  get(name) { try { return localStorage.getItem(name) ?? ""; } catch { return ""; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* for this visit only */ } },
};

export class Visitor {
  #onchange;
  #shoppers;

  constructor(shoppers, onchange) {
    this.#shoppers = shoppers;
    this.#onchange = onchange;
    this.id = memory.get("shopper");
    this.isNeutral = memory.get("neutral") === "yes";
    this.#draw();
  }

  /** What a search says of the shopper. */
  get personal() {
    return { ...(this.id && { userToken: this.id }), enablePersonalization: !this.isNeutral };
  }

  /** Whom a click belongs to: switched off, it feeds nobody's profile. */
  get eventToken() {
    return this.isNeutral || !this.id ? GUEST_EVENTS : this.id;
  }

  #set(changes) {
    Object.assign(this, changes);
    memory.set("shopper", this.id);
    memory.set("neutral", this.isNeutral ? "yes" : "");
    this.#onchange();
  }

  #draw() {
    const known = this.#shoppers.some((shopper) => shopper.id === this.id);
    const own = h("input", {
      type: "text", id: "own-id", maxlength: String(MAX_ID), placeholder: "顾客编号，回车确认", "aria-label": "顾客编号",
      value: known ? "" : this.id, hidden: known || !this.id, onchange: () => this.#set({ id: own.value.trim() }),
    });
    const choose = (event) => {
      const value = event.target.value;
      own.hidden = value !== OWN;
      if (value === OWN) own.focus();
      else this.#set({ id: value });
    };
    const select = h("select", { id: "shopper", "aria-label": "以谁的身份逛", onchange: choose },
      h("option", { value: "" }, "游客"),
      this.#shoppers.map(({ id, name, about }) => h("option", { value: id }, `${name}（${about}）`)),
      h("option", { value: OWN }, "自填编号…"));
    select.value = known || !this.id ? this.id : OWN;
    const off = h("input", {
      type: "checkbox", id: "neutral", role: "switch", checked: this.isNeutral,
      onchange: (event) => this.#set({ isNeutral: event.target.checked }),
    });
    show($("visitor"), h("span", { class: "who" }, select, own), h("label", { class: "switch" }, off, "不用个性化"));
  }
}
