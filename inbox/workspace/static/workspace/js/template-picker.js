// <template-picker>: message templates in the form around it: searched by their words, and shown as the customer will
// read them while their places are filled in.
class TemplatePicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", (event) => {
      if (event.target.matches("[type=search]")) this.#search(event.target.value);
      if (event.target.matches("[data-place]")) this.#fill(event.target.closest(".template-choice"));
    });
    this.addEventListener("change", (event) => {
      if (event.target.name === "template") event.target.closest(".template-choice").querySelector("[data-place]")?.focus();
    });
    this.addEventListener("keydown", (event) => {
      // Enter in the search would send the form.
      if (event.key === "Enter" && event.target.matches("[type=search]")) event.preventDefault();
    });
    for (const choice of this.querySelectorAll(".template-choice")) this.#fill(choice);
  }

  #search(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const choice of this.querySelectorAll(".template-choice")) {
      choice.hidden = !words.every((word) => choice.dataset.words.includes(word));
      found += choice.hidden ? 0 : 1;
    }
    this.querySelector("[data-none]").hidden = found > 0;
  }

  #fill(choice) {
    const place = choice.querySelector("[data-text]");
    const typed = new Map([...choice.querySelectorAll("[data-place]")].map((field) => [field.dataset.place, field.value]));
    const pieces = place.dataset.text.split(/(\{\{\d{1,2}\}\})/);
    place.replaceChildren(
      ...pieces.map((piece) => {
        const number = /^\{\{0*(\d+)\}\}$/.exec(piece)?.[1];
        if (!number) return piece;
        return Object.assign(document.createElement("mark"), { textContent: typed.get(number)?.trim() || piece });
      }),
    );
  }
}
customElements.define("template-picker", TemplatePicker);
