// <address-chips data-bad data-remove data-enter>: a plain field for addresses (commas between them) becomes chips.
// Comma, semicolon, Enter or leaving the field adds; Backspace in the empty field takes the last one back to edit it.
// What can't be read stays in the field and is named; the form sends chips and rest together, the server decides.
const ADDRESS = /^[^\s<>"(),:;@]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u;
const NAMED = /^(.*)<([^<>]*)>$/s;

const addressOf = (text) => (NAMED.exec(text)?.[2] ?? text).trim();
const isAddress = (text) => ADDRESS.test(addressOf(text)) && !addressOf(text).includes("..");

// Commas in quotation marks and in brackets separate nothing.
function pieces(text) {
  const found = [];
  let piece = "";
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (/[,;\n\r]/.test(character) && !quoted) {
      found.push(piece);
      piece = "";
    } else piece += character;
  }
  return [...found, piece].map((one) => one.trim()).filter(Boolean);
}

class AddressChips extends HTMLElement {
  #value;

  connectedCallback() {
    if (this.#value) return;
    const field = this.field;
    this.#value = Object.assign(document.createElement("input"), { type: "hidden", name: field.name });
    field.removeAttribute("name");
    field.after(this.#value);
    field.placeholder = this.dataset.enter;
    this.set(field.value, false);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("input", (event) => this.#input(event));
    this.addEventListener("paste", (event) => this.#paste(event));
    this.addEventListener("focusout", (event) => event.target === field && this.#take());
    this.addEventListener("click", (event) => this.#click(event));
  }

  get field() {
    return this.querySelector("input:not([type=hidden])");
  }

  get value() {
    return this.#value.value;
  }

  // All of them at once: from the server, or from a draft.
  set(text, told = true) {
    this.#list.replaceChildren();
    this.field.value = "";
    this.field.value = pieces(text)
      .filter((piece) => !this.#add(piece))
      .join(", ");
    this.#changed(told);
  }

  get #list() {
    return this.querySelector("[data-chips]");
  }

  get #all() {
    return [...this.#list.children].map((chip) => chip.dataset.address);
  }

  #key(event) {
    if (event.target !== this.field || event.isComposing) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#take();
    } else if (event.key === "Backspace" && !this.field.value && this.#list.lastElementChild) {
      event.preventDefault();
      const last = this.#list.lastElementChild;
      this.field.value = last.dataset.address;
      last.remove();
      this.#changed();
    }
  }

  #input(event) {
    if (event.target !== this.field) return;
    this.#problem("");
    if (/[,;]/.test(this.field.value) && pieces(`${this.field.value}x`).length > 1) this.#take();
    else this.#changed();
  }

  #paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (event.target !== this.field || !/[,;\n]/.test(text)) return;
    event.preventDefault();
    this.field.value += text.replace(/[\n\r]+/g, ", ");
    this.#take();
  }

  #click(event) {
    const button = event.target.closest("button");
    if (button) {
      button.closest("li").remove();
      this.#changed();
    }
    if (button || event.target.closest(".addresses")) this.field.focus();
  }

  // What is typed becomes chips, but for what is no address.
  #take() {
    const bad = pieces(this.field.value).filter((piece) => !this.#add(piece));
    this.field.value = bad.join(", ");
    this.#problem(bad.length ? this.dataset.bad.replace("{text}", bad[0]) : "");
    this.#changed();
  }

  #add(text) {
    if (!isAddress(text)) return false;
    if (this.#all.some((one) => addressOf(one).toLowerCase() === addressOf(text).toLowerCase())) return true;
    const chip = document.createElement("li");
    chip.dataset.address = text;
    chip.title = addressOf(text);
    const name = NAMED.exec(text)?.[1].trim().replace(/^"|"$/g, "") || text;
    const shown = Object.assign(document.createElement("span"), { textContent: name });
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.setAttribute("aria-label", this.dataset.remove.replace("{address}", addressOf(text)));
    chip.append(shown, button);
    this.#list.append(chip);
    return true;
  }

  #problem(text) {
    this.querySelector("[data-chips-problem]").textContent = text;
    if (text) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  #changed(told = true) {
    this.#value.value = [...this.#all, this.field.value.trim()].filter(Boolean).join(", ");
    this.classList.toggle("is-empty", !this.#list.children.length);
    this.field.placeholder = this.#list.children.length ? "" : this.dataset.enter;
    if (told) this.dispatchEvent(new CustomEvent("address-chips:changed", { bubbles: true }));
  }
}
customElements.define("address-chips", AddressChips);
