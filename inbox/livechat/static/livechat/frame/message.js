// One message as it is drawn. What the server has and what still waits to be sent look the same.
import { face, h, icon } from "./dom.js";
import { showPicture } from "./picture.js";
import { isEmoji, rich } from "./rich.js";
import { config, words } from "./state.js";
import { survey } from "./survey.js";
import { sizeOf, timeOf } from "./time.js";

export const nameOf = (message) => {
  if (message.from === "visitor") return words("you");
  return message.author?.name || (message.from === "bot" ? words("bot") : config.brand);
};

// `isFirst`, `isLast`: of what one person said in a row. `press`: act on a button.
export function drawn(message, { isFirst, isLast, press }) {
  const isMine = message.from === "visitor";
  const time = timeOf(message.at);
  const article = h("article", { class: `message ${isMine ? "mine" : "theirs"}`, "data-from": message.from, "aria-label": `${nameOf(message)}, ${time}` });
  article.classList.toggle("first", isFirst);
  article.classList.toggle("last", isLast);
  if (!isMine) article.append(isLast ? face(message.author, config.brand) : h("span", { class: "face none" }));
  const stack = h("div", { class: "stack" });
  if (isFirst && !isMine) stack.append(h("p", { class: "who", text: nameOf(message) }));
  stack.append(...said(message), ...files(message));
  if (message.survey && !message.is_deleted) stack.append(survey(message));
  if (press && message.buttons?.length) stack.append(buttons(message, press));
  const marks = [message.repeated > 1 && `×${message.repeated}`, isLast && time, message.edited_at && words("edited"), message.by_mail && words("by_mail")].filter(Boolean);
  if (marks.length) stack.append(h("p", { class: "meta", text: marks.join(" · ") }));
  article.append(stack);
  return article;
}

function said(message) {
  if (message.is_deleted) return [h("p", { class: "bubble gone", text: words("deleted") })];
  if (!message.text) return [];
  const bubble = h("p", { class: "bubble", dir: "auto" }, ...rich(message.text));
  bubble.classList.toggle("big", isEmoji(message.text));
  return [bubble];
}

function files(message) {
  return (message.files || []).map((file) => {
    const isPicture = file.kind === "image";
    if (isPicture && file.url) {
      const picture = h("img", { src: file.url, alt: words("picture", { name: file.name }), loading: "lazy" });
      return h("button", { type: "button", class: "picture", onclick: () => showPicture(file) }, picture);
    }
    const about = h("span", {}, h("strong", { text: file.name }), h("small", { text: sizeOf(file.size) }));
    if (!file.url) return h("span", { class: "file" }, icon("file"), about);
    return h("a", { class: "file", href: file.url, target: "_blank", rel: "noopener noreferrer nofollow" }, icon("file"), about);
  });
}

function buttons(message, press) {
  return h(
    "div",
    { class: "choices", role: "group", "aria-label": nameOf(message) },
    ...message.buttons.map((one) => h("button", { type: "button", class: "choice", text: one.label, onclick: () => press(one) })),
  );
}
