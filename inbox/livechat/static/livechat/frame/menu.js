// What can be done with a chat besides writing: sound, a copy by mail, an address for answers, the end.
import { h, icon, iconButton } from "./dom.js";
import { ask } from "./server.js";
import { config, tell, words } from "./state.js";
import { isLoud, play, setLoud } from "./sound.js";
import { catchUp, talk } from "./talk.js";

const isOn = () => talk.ticket && !["resolved", "closed"].includes(talk.ticket.state);

export function menu(sheet) {
  const list = h("div", { class: "menu", hidden: true });
  const button = iconButton("more", words("menu"), { "aria-expanded": "false", onclick: () => toggle(list.hidden) });
  const entry = (picture, text, act) => h("button", { type: "button", onclick: act }, icon(picture), text);

  function toggle(open) {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const sound = h("button", { type: "button", role: "switch", "aria-checked": String(isLoud()), onclick: turn }, icon("sound"), words("sound_on"), h("i", { class: "switch" }));
    const may = (name) => config.can.includes(name);
    list.replaceChildren(
      ...[
        sound,
        talk.ticket && may("contact") && entry("mail", words("contact"), () => leave(contact)),
        talk.ticket && may("transcript") && entry("file", words("transcript"), () => leave(transcript)),
        isOn() && may("end") && entry("end", words("end"), () => leave(end)),
      ].filter(Boolean),
    );
    list.firstChild.focus();
  }

  function turn({ currentTarget }) {
    setLoud(!isLoud());
    currentTarget.setAttribute("aria-checked", String(isLoud()));
    play();
  }

  function leave(what) {
    toggle(false);
    what(sheet, button);
  }

  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    toggle(false);
    button.focus();
  });
  list.addEventListener("focusout", ({ relatedTarget }) => relatedTarget !== button && !list.contains(relatedTarget) && toggle(false));
  return h("div", { class: "more" }, button, list);
}

// A question over the foot of the chat; it goes when it is answered.
function mailQuestion(title, text, place, done) {
  return (sheet, back) => {
    const input = h("input", { type: "email", id: "mail", autocomplete: "email", required: true, value: talk.visitor.email || "" });
    const fault = h("p", { class: "fault", role: "alert", hidden: true });
    const save = h("button", { class: "main", text: words("save") });
    const submit = async (event) => {
      event.preventDefault();
      if (save.disabled) return;
      save.disabled = true;
      try {
        await ask("POST", `${place}/`, { email: input.value.trim() });
        talk.visitor.email = input.value.trim();
        tell("notice", { text: words(done, { email: talk.visitor.email }) });
        close();
      } catch (error) {
        fault.textContent = error.message || words("failed");
        fault.hidden = false;
        input.focus();
      }
      save.disabled = false;
    };
    const close = sheet(
      title,
      h(
        "form",
        { onsubmit: submit },
        text && h("p", { text }),
        h("label", { for: "mail", text: words("email") }),
        input,
        fault,
        h("div", { class: "pair" }, save, h("button", { type: "button", class: "quiet", text: words("cancel"), onclick: () => close() })),
      ),
      back,
    );
    input.focus();
  };
}

const transcript = mailQuestion(words("transcript"), "", "transcript", "transcript_done");
const contact = mailQuestion(words("contact"), words("contact_text"), "contact", "contact_done");

function end(sheet, back) {
  const sure = h("button", { type: "button", class: "main", text: words("end_yes"), onclick: act });
  const close = sheet(words("end_sure"), h("div", { class: "pair" }, sure, h("button", { type: "button", class: "quiet", text: words("end_no"), onclick: () => close() })), back);
  sure.focus();

  async function act() {
    if (sure.disabled) return;
    sure.disabled = true;
    try {
      await ask("POST", "end/", {});
      await catchUp();
      tell("notice", { text: words("ended") });
    } catch (error) {
      tell("notice", { text: error.message || words("failed") });
    }
    close();
  }
}
