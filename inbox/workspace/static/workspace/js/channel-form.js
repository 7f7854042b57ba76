// <channel-form>: shows of a channel's settings what is asked for with what is chosen, and fills in a provider's servers.
// Without it every field is there, with a line that says when it counts.
class ChannelForm extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    for (const presets of this.querySelectorAll(".presets")) presets.hidden = false;
    form.addEventListener("change", () => this.#show(form));
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-preset]");
      if (button) this.#fill(form, JSON.parse(button.dataset.preset));
    });
    this.#show(form);
  }

  #show(form) {
    // A field that is not asked for answers for nobody: what depends on it is not asked for either.
    const valueOf = (name) => {
      const field = form.elements[name];
      return field && !field.closest(".depends")?.hidden ? field.value : "";
    };
    for (const part of this.querySelectorAll(".depends")) {
      part.hidden = !part.dataset.among.split(" ").includes(valueOf(part.dataset.depends));
    }
  }

  #fill(form, values) {
    const domain = form.elements.address.value.split("@")[1]?.trim() ?? "";
    for (const [name, value] of Object.entries(values)) {
      const field = form.elements[name];
      if (!field) continue;
      field.value = value.includes("{domain}") && !domain ? "" : value.replace("{domain}", domain);
      if (field.value) field.closest("details").open = true;
    }
    this.#show(form);
    form.elements.network_incoming_host?.scrollIntoView({ block: "center" });
    form.elements.network_incoming_host?.focus({ preventScroll: true });
  }
}
customElements.define("channel-form", ChannelForm);

// <signature-preview>: what customers see below a reply, while it is being written.
class SignaturePreview extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", (event) => {
      this.querySelector("[data-signature]").textContent = event.target.value;
    });
  }
}
customElements.define("signature-preview", SignaturePreview);
