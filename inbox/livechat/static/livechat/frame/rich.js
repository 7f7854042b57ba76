// Text as it was written, with links that can be trusted to be links: http and https only, in a tab of their own.
import { h } from "./dom.js";

const LINK = /https?:\/\/[^\s<>"'`\u3000-\u303f\uff00-\uffef]+/gi;
const TAIL = /[.,;:!?)\]}*_~]+$/;
const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\s)+$/u;

export function rich(text) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    // What closes a sentence is no part of an address; a bracket is where one was opened in it.
    let address = found.replace(TAIL, "");
    if (found[address.length] === ")" && address.includes("(")) address += ")";
    if (!URL.canParse?.(address) && !isAddress(address)) continue;
    parts.push(text.slice(end, index), h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", text: address }));
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

function isAddress(text) {
  try {
    return Boolean(new URL(text).host);
  } catch {
    return false;
  }
}

export const isEmoji = (text) => text.length < 24 && !/\d/.test(text) && EMOJI.test(text) && /\p{Extended_Pictographic}/u.test(text);
