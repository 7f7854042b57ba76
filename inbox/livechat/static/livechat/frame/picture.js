// A picture of the conversation, large: the frame takes the whole page for as long as it is shown.
import { post } from "./bridge.js";
import { h, iconButton } from "./dom.js";
import { words } from "./state.js";

export function showPicture({ name, url }) {
  const dialog = h(
    "dialog",
    { class: "lightbox", "aria-label": words("picture", { name }), onclose: gone },
    h("img", { src: url, alt: words("picture", { name }) }),
    h(
      "div",
      { class: "tools" },
      h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", text: words("open_file") }),
      iconButton("cross", words("close_picture"), { onclick: () => dialog.close() }),
    ),
  );
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
  // Esc closes the picture only, not the chat beneath.
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.stopPropagation());
  document.body.append(dialog);
  post("full", { on: true });
  dialog.showModal();

  function gone() {
    post("full", { on: false });
    dialog.remove();
  }
}
