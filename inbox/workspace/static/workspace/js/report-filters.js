// The filters of a report apply as soon as one is chosen; a custom period waits for its button.
class ReportFilters extends HTMLElement {
  connectedCallback() {
    // On a phone the numbers come first; an error keeps the fields open.
    if (matchMedia("(max-width: 599.98px)").matches && !this.querySelector(".error")) {
      this.querySelector("details").open = false;
    }
    this.addEventListener("change", (event) => {
      const form = this.querySelector("form");
      if (event.target.matches("select") && form.elements.period.value !== "custom") form.requestSubmit();
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
