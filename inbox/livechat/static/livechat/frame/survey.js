// A question after the chat: the scores as radio buttons with their meanings, then room for a few words.
import { h, icon } from "./dom.js";
import { ask } from "./server.js";
import { words } from "./state.js";

export function survey({ survey: asked }) {
  return h("div", { class: "survey", text: asked.question });
}
