// A small choice of emoji; arrows move in it, Esc closes it.
import { h } from "./dom.js";
import { words } from "./state.js";

const ALL = [..."😀😄😉😊😍😘😎🤩🤔🙄😴😅😂🤣🥲😢😭😡😱🤯🤗🤝👍👎👏🙏💪👋👀✨🎉🎁🔥💡💯✅❌❓❗💬📦🚚🛒💳📷📎📅⏰"];
const HEART = ["❤️", "☹️"];
const COLUMNS = 8;

export function emojiGrid(chosen, closed) {
  const grid = h("div", { class: "emoji", role: "group", "aria-label": words("emoji") });
  grid.append(...[...ALL, ...HEART].map((one, at) => h("button", { type: "button", text: one, tabindex: at ? -1 : 0, onclick: () => chosen(one) })));
  grid.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      return closed();
    }
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    const buttons = [...grid.children];
    const next = buttons[buttons.indexOf(document.activeElement) + by];
    if (!by || !next) return undefined;
    event.preventDefault();
    next.focus();
    return undefined;
  });
  return grid;
}
