// <theme-switch> around the appearance form: the page changes at once, the server is told after.
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.#switch(event));
  }

  #switch(event) {
    const { name, value } = event.submitter ?? {};
    if (!name) return;
    event.preventDefault();
    document.documentElement.dataset[name] = value;
    for (const button of this.querySelectorAll(`button[name="${name}"]`)) {
      button.setAttribute("aria-pressed", String(button.value === value));
    }
    const body = new FormData(event.target);
    body.set(name, value);
    fetch(event.target.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } })
      .then((response) => {
        if (!response.ok) throw new Error(String(response.status));
      })
      .catch(() => {
        const text = document.getElementById("words").dataset.failed;
        document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "refused" } }));
      });
  }
}
customElements.define("theme-switch", ThemeSwitch);
