// A question after the chat: the scores as radio buttons with their meanings, then room for a few words. A score counts as
// soon as it is chosen and can be changed for as long as the question is open.
import { h, icon } from "./dom.js";
import { send } from "./outbox.js";
import { ask } from "./server.js";
import { hear, words } from "./state.js";
import { catchUp } from "./talk.js";

export function survey({ survey: asked }) {
  const { message, question, scale, answered, is_open } = asked;
  const name = `survey-${message}`;
  const isAnswered = answered !== null;
  const title = h("legend", { text: question });
  const rows = scale.map((one) => {
    const input = h("input", { type: "radio", name, value: one.score, checked: one.score === answered, disabled: !is_open, onchange: () => score(one) });
    const label = one.label === String(one.score) ? one.label : `${one.score} · ${one.label}`;
    return h("label", {}, input, h("span", { text: label }));
  });
  const isLong = scale.some(({ label, score: value }) => label !== String(value));
  const box = h("fieldset", { class: `survey ${isLong ? "long" : ""}` }, title, h("div", { class: "scores" }, ...rows));
  if (!isLong && asked.low !== String(scale[0]?.score)) box.append(h("p", { class: "ends" }, h("span", { text: asked.low }), h("span", { text: asked.high })));
  if (isAnswered) box.append(h("p", { class: "thanks", role: "status" }, icon("check"), asked.thanks || words("thanks")));
  if (isAnswered && asked.asks_comment && is_open) box.append(comment(asked));
  else if (asked.comment) box.append(h("p", { class: "said", text: asked.comment }));
  if (isAnswered && asked.more) box.append(h("a", { href: asked.more, target: "_blank", rel: "noopener noreferrer", text: words("more_questions") }));
  if (asked.privacy) box.append(h("p", { class: "meta", text: asked.privacy }));
  return box;
}

let soon = 0;
let chosen = null;

// Whoever walks the scores with arrow keys means the one he stays at; also when he leaves at once.
function score(one) {
  clearTimeout(soon);
  chosen = one;
  soon = setTimeout(give, 700);
}
for (const leaves of ["pagehide", "visibilitychange"]) addEventListener(leaves, give, true);
hear("close", give);

function give() {
  clearTimeout(soon);
  const one = chosen;
  chosen = null;
  if (one) send({ text: one.label, choice: { id: one.id, label: one.label }, isQuiet: true });
}

function comment({ message, comment: said, asks_comment: asks, max_comment: maxlength }) {
  const id = `comment-${message}`;
  const field = h("textarea", { id, rows: 2, maxlength, dir: "auto", text: said || "" });
  const fault = h("p", { class: "fault", role: "alert", hidden: true });
  const button = h("button", { class: "main", text: words("submit") });
  const form = h("form", { onsubmit: submit }, h("label", { for: id, text: asks }), field, fault, button);

  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    try {
      await ask("POST", "survey/", { message, comment: field.value.trim() });
      await catchUp();
      button.textContent = words("thanks");
    } catch (error) {
      fault.textContent = error.message || words("failed");
      fault.hidden = false;
    }
    button.disabled = false;
  }
  return form;
}
