// The filters of a report apply as soon as one is chosen with the pointer. Who chooses with the keyboard passes other
// values on the way and presses the button; so does a custom period.
class ReportFilters extends HTMLElement {
  connectedCallback() {
    // On a phone the numbers come first; an error keeps the fields open.
    if (matchMedia("(max-width: 599.98px)").matches && !this.querySelector(".error")) {
      this.querySelector("details").open = false;
    }
    let byPointer = false;
    this.addEventListener("pointerdown", () => (byPointer = true));
    this.addEventListener("keydown", () => (byPointer = false));
    this.addEventListener("change", (event) => {
      const form = this.querySelector("form");
      const isCustom = form.elements.period.value === "custom";
      if (byPointer && event.target.matches("select") && !isCustom) form.requestSubmit();
    });
    this.addEventListener("submit", (event) => {
      // Addresses stay short: what was left empty is not in them.
      for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
    });
    addEventListener("pageshow", () => {
      for (const field of this.querySelectorAll("[name]")) field.disabled = false;
    });
  }
}
customElements.define("report-filters", ReportFilters);
