// One tap: an answer chosen with a finger or a mouse is sent at once. Only a real gesture on a visible page does it:
// programs that open the links of a mail, and arrow keys that walk through the answers, send nothing.
const form = document.querySelector("[data-one-tap]")
let isTap = false

if (navigator.userActivation) {
  form.querySelector("[data-tap]").hidden = false
  form.addEventListener("pointerdown", () => { isTap = true })
  form.addEventListener("keydown", () => { isTap = false })
  form.addEventListener("click", (event) => {
    if (event.target.type !== "radio" || !event.isTrusted || !isTap) return
    if (navigator.userActivation.isActive && document.visibilityState === "visible") form.requestSubmit()
  })
}

// A second tap while the first is on its way sends nothing; coming back with the browser's button starts afresh.
form.addEventListener("submit", (event) => {
  if (form.ariaBusy === "true") event.preventDefault()
  form.ariaBusy = "true"
})
addEventListener("pageshow", () => { form.removeAttribute("aria-busy") })
