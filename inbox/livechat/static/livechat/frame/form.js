// What is asked before a chat: consent where the site needs it, and the fields of the channel.
import { h } from "./dom.js";
import { config, here, mayTalk, words } from "./state.js";
import { store } from "./store.js";
import { ordered, talk } from "./talk.js";
import { pending } from "./outbox.js";

const TYPES = { email: ["email", "email"], phone: ["tel", "tel"], name: ["text", "name"] };

export const needsConsent = () => !mayTalk();
const isAnswered = () => Boolean(store.get("form")) || ordered().length > 0 || pending().length > 0 || talk.visitor.is_proven;
// What the server asked for; `faults` are sentences by the names of fields.
let asked = {};
export const ask = (wanted) => (asked = wanted);
const EMAIL = { name: "email", asked: "email", label: words("email"), choices: [], required: true };
const fields = () => (asked.isAddress && !config.fields.some(({ name }) => name === "email") ? [...config.fields, EMAIL] : config.fields);
export const needsForm = () => Boolean(asked.isForced) || (config.fields.length > 0 && !isAnswered());

export function consentCard(agreed) {
  const button = h("button", { type: "button", class: "main", text: words("agree"), onclick: agreed });
  return h("section", { class: "card", "aria-label": words("before") }, h("p", { text: config.consent_text || words("consent") }), button);
}

export function formCard(answered) {
  const rows = fields().map((field, at) => row(field, at, asked));
  const form = h(
    "form",
    { class: "card", novalidate: true, "aria-label": words("before"), onsubmit: submit },
    h("h2", { text: words("before") }),
    ...rows.map((one) => one.element),
    h("button", { class: "main", text: words("start") }),
  );

  function submit(event) {
    event.preventDefault();
    const bad = rows.filter((one) => !one.check());
    if (bad.length) return bad[0].input.focus();
    store.set("form", Object.fromEntries(rows.map((one) => [one.name, one.input.value.trim()]).filter(([, value]) => value)));
    asked = {};
    return answered();
  }
  return form;
}

function row({ name, asked: kind, label, choices, required }, at, { faults, values }) {
  const id = `field-${at}`;
  const [type, autocomplete] = TYPES[kind] ?? ["text", "off"];
  const options = ["", ...choices].map((one) => h("option", { value: one, text: one || words("choose") }));
  const marks = { id, name, required, autocomplete, maxlength: 500, "aria-describedby": `${id}-fault`, dir: "auto" };
  const input = choices.length ? h("select", { id, name, required, "aria-describedby": `${id}-fault` }, ...options) : h("input", { type, ...marks });
  const fault = h("p", { class: "fault", id: `${id}-fault`, hidden: true });
  input.value = values?.[name] ?? (["name", "email"].includes(kind) ? talk.visitor[kind] || "" : "");
  const hint = required ? null : h("small", { text: words("optional") });
  const element = h("div", { class: "row" }, h("label", { for: id }, label, hint && " ", hint), input, fault);

  function check() {
    const value = input.value.trim();
    const isMissing = required && !value;
    const isBad = kind === "email" && value && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
    complain(isMissing ? words("missing") : isBad ? words("bad_email") : "");
    return fault.hidden;
  }
  function complain(text) {
    fault.textContent = text;
    fault.hidden = !text;
    input.setAttribute("aria-invalid", String(Boolean(text)));
  }
  complain(faults?.[name] || "");
  input.addEventListener("change", () => fault.hidden || check());
  return { name, input, element, check };
}

export const closedForGood = () => !config.is_open && !config.takes_messages && !(talk.ticket && !["resolved", "closed"].includes(talk.ticket.state));
export const touch = () => here.isPhone || matchMedia("(pointer: coarse)").matches;
