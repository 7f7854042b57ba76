// One tap: an answer chosen with a finger or a mouse is sent at once. Only a real gesture on a visible page does it:
// programs that open the links of a mail, and arrow keys that walk through the answers, send nothing.
const asked = document.querySelector("[data-one-tap]")
let isTap = false

if (asked && navigator.userActivation) {
  asked.querySelector("[data-tap]").hidden = false
  asked.addEventListener("pointerdown", () => { isTap = true })
  asked.addEventListener("keydown", () => { isTap = false })
  asked.addEventListener("click", (event) => {
    if (event.target.type !== "radio" || !event.isTrusted || !isTap) return
    if (navigator.userActivation.isActive && document.visibilityState === "visible") asked.requestSubmit()
  })
}

// A slider and its number say the same; a slider that nobody moved says nothing.
for (const slider of document.querySelectorAll("[data-number]")) {
  const number = document.getElementById(slider.dataset.number)
  if (number.value) slider.value = number.value
  slider.hidden = false
  slider.addEventListener("input", () => { number.value = slider.value })
  number.addEventListener("input", () => { if (number.value) slider.value = number.value })
}

// A second tap while the first is on its way sends nothing; coming back with the browser's button starts afresh.
for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.ariaBusy === "true") event.preventDefault()
    form.ariaBusy = "true"
  })
  addEventListener("pageshow", () => { form.removeAttribute("aria-busy") })
}
