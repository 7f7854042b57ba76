// <policy-order>: lines can be dragged to their place by the grip. The buttons of each line do the same without it.
class PolicyOrder extends HTMLElement {
  #dragged = null;

  connectedCallback() {
    for (const grip of this.querySelectorAll(".policy-grip")) {
      grip.hidden = false;
      // Only the grip starts a drag, so that text in a line can still be selected.
      grip.addEventListener("pointerdown", () => (grip.closest(".policy").draggable = true));
      grip.addEventListener("pointerup", () => (grip.closest(".policy").draggable = false));
    }
    this.addEventListener("dragstart", (event) => {
      this.#dragged = event.target.closest(".policy");
      this.#dragged.classList.add("is-dragged");
      event.dataTransfer.effectAllowed = "move";
    });
    this.addEventListener("dragover", (event) => {
      const line = event.target.closest(".policy");
      if (!this.#dragged || !line) return;
      event.preventDefault();
      this.#mark(line);
    });
    this.addEventListener("drop", (event) => {
      const line = event.target.closest(".policy");
      if (!this.#dragged || !line || line === this.#dragged) return;
      event.preventDefault();
      this.#put(this.#dragged, Number(line.dataset.place));
    });
    this.addEventListener("dragend", () => {
      this.#mark(null);
      this.#dragged.classList.remove("is-dragged");
      this.#dragged.draggable = false;
      this.#dragged = null;
    });
  }

  #mark(line) {
    for (const one of this.querySelectorAll(".policy")) {
      const isBelow = Number(one.dataset.place) > Number(this.#dragged.dataset.place);
      const isOver = one === line && one !== this.#dragged;
      one.classList.toggle("is-over", isOver && !isBelow);
      one.classList.toggle("is-over-end", isOver && isBelow);
    }
  }

  #put(line, place) {
    const form = line.querySelector("[data-move]");
    const how = { source: form, target: "#policies", select: "#policies", swap: "outerHTML", values: { place } };
    htmx.ajax("POST", form.action, how);
  }
}
customElements.define("policy-order", PolicyOrder);

// <policy-editor>: offers known words for a list with commas, and asks for a wait only where a step waits.
class PolicyEditor extends HTMLElement {
  connectedCallback() {
    for (const known of this.querySelectorAll(".policy-known")) known.hidden = false;
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-add]");
      if (button) this.#add(button);
    });
    this.addEventListener("change", () => this.#show());
    this.addEventListener("htmx:afterSettle", () => this.#show());
    this.#show();
  }

  #show() {
    for (const step of this.querySelectorAll(".policy-step")) {
      step.querySelector("[data-after]").hidden = step.querySelector("[data-when]").value !== "after";
    }
  }

  #add(button) {
    const field = document.getElementById(button.closest("[data-for]").dataset.for);
    const words = field.value.split(",").map((word) => word.trim()).filter(Boolean);
    if (!words.includes(button.dataset.add)) words.push(button.dataset.add);
    field.value = words.join(", ");
    field.focus();
  }
}
customElements.define("policy-editor", PolicyEditor);
