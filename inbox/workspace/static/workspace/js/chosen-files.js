// <chosen-files data-largest-file data-largest-message data-too-large data-remove data-in-text data-taken data-as-link>: names the files chosen
// in the form around it, each of which can be left out again, and refuses at once what the server would refuse (sizes
// in bytes). Files dropped on the form, or pasted, are added; a picture pasted or dropped into the reply is shown there:
// "[its name]" stands for it in the text, and the field `pictures` holds it. What the customer's network does not take
// (data-taken: types and most bytes, as JSON) is said to go as a link.
const TYPE = /^image\/(png|jpeg|gif|webp)$/;

class ChosenFiles extends HTMLElement {
  #leaving = new AbortController();

  connectedCallback() {
    const { signal } = this.#leaving;
    this.#form.addEventListener("change", (event) => event.target.matches("[type=file]") && this.#show(), { signal });
    this.#form.addEventListener("paste", (event) => this.#dropped(event, event.clipboardData), { signal });
    this.#form.addEventListener("drop", (event) => this.#dropped(event, event.dataTransfer), { signal });
    const over = (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
    this.#form.addEventListener("dragover", over, { signal });
    this.addEventListener("click", (event) => this.#click(event));
  }

  disconnectedCallback() {
    this.#leaving.abort();
  }

  get #form() {
    return this.closest("form");
  }

  #input(name) {
    return this.#form.elements[name];
  }

  #dropped(event, transfer) {
    const files = [...(transfer?.files ?? [])];
    // Programs for tables and texts put a picture beside the words: the words are meant.
    if (!files.length || (event.type === "paste" && transfer.types.includes("text/plain"))) return;
    event.preventDefault();
    const area = event.target.closest("[name=message_text]");
    const pictures = area ? files.filter((file) => TYPE.test(file.type)) : [];
    this.#add("files", files.filter((file) => !pictures.includes(file)));
    for (const picture of pictures) this.#place(area, picture);
    this.#show();
  }

  #add(name, files) {
    const all = new DataTransfer();
    for (const file of [...this.#input(name).files, ...files]) all.items.add(file);
    this.#input(name).files = all.files;
  }

  #place(area, picture) {
    const taken = new Set([...this.#input("pictures").files].map((file) => file.name));
    const [, stem, suffix] = /^(.*?)(\.[^.]*)?$/s.exec(picture.name.replace(/[^\p{L}\p{N} ._-]/gu, "").trim());
    let name = `${stem || "picture"}${suffix ?? ".png"}`;
    for (let number = 2; taken.has(name); number += 1) name = `${stem || "picture"}-${number}${suffix ?? ".png"}`;
    this.#add("pictures", [new File([picture], name, { type: picture.type })]);
    const before = area.value.slice(0, area.selectionStart);
    area.setRangeText(`${before && !/\s$/.test(before) ? "\n" : ""}[${name}]\n`, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #click(event) {
    const button = event.target.closest("button[data-field]");
    if (!button) return;
    const { field, number } = button.dataset;
    const left = new DataTransfer();
    [...this.#input(field).files].forEach((file, at) => at !== Number(number) && left.items.add(file));
    const gone = this.#input(field).files[Number(number)];
    this.#input(field).files = left.files;
    const area = this.#input("message_text");
    if (field === "pictures" && area.value.includes(`[${gone.name}]`)) {
      area.value = area.value.replace(`[${gone.name}]\n`, "").replace(`[${gone.name}]`, "");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.#show();
    area.focus();
  }

  #show() {
    const chosen = ["files", "pictures"].flatMap((field) =>
      [...this.#input(field).files].map((file, number) => ({ field, file, number })),
    );
    const sum = chosen.reduce((all, { file }) => all + file.size, 0);
    const largest = Math.max(0, ...chosen.map(({ file }) => file.size));
    if (largest > Number(this.dataset.largestFile) || sum > Number(this.dataset.largestMessage)) {
      for (const field of ["files", "pictures"]) this.#input(field).value = "";
      const detail = { text: this.dataset.tooLarge, kind: "refused" };
      document.body.dispatchEvent(new CustomEvent("toast", { detail }));
      chosen.length = 0;
    }
    this.querySelector("[data-chosen]").replaceChildren(...chosen.map((one) => this.#item(one)));
  }

  #isTaken({ type, size }) {
    if (!this.dataset.taken) return true;
    const group = `${type.split("/")[0]}/*`;
    return JSON.parse(this.dataset.taken).some(
      ({ types, most }) => size <= most && [type, group, "*/*"].some((one) => one && types.includes(one)),
    );
  }

  #item({ field, file, number }) {
    const item = Object.assign(document.createElement("li"), { className: "file" });
    const name = Object.assign(document.createElement("span"), { className: "one-line", textContent: file.name });
    item.append(name);
    if (field === "pictures") {
      item.append(Object.assign(document.createElement("span"), { className: "meta", textContent: this.dataset.inText }));
    }
    if (!this.#isTaken(file)) {
      const link = Object.assign(document.createElement("span"), { className: "chip", textContent: this.dataset.asLink });
      item.append(link);
    }
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.className = "file-out";
    Object.assign(button.dataset, { field, number });
    button.setAttribute("aria-label", this.dataset.remove.replace("{name}", file.name));
    item.append(button);
    return item;
  }
}
customElements.define("chosen-files", ChosenFiles);
