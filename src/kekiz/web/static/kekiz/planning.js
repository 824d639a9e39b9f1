// Slider and number are two handles of one amount; without script the server takes the one that was moved.
for (const form of document.querySelectorAll("form[data-planning]")) {
  const slider = form.querySelector("[data-budget-slider]");
  const number = form.querySelector("[data-budget-number]");
  const waiting = form.querySelector("[data-waiting]");
  const speak = () => slider.setAttribute("aria-valuetext", `${Number(slider.value).toLocaleString("de-DE")} Euro im Jahr`);
  speak();
  slider.addEventListener("input", () => { number.value = slider.value; speak(); });
  number.addEventListener("input", () => { slider.value = number.value; speak(); });
  // The answer may take a while: say so, and let a second press do nothing.
  form.addEventListener("submit", (event) => {
    const button = form.querySelector("button[type=submit]");
    if (button.getAttribute("aria-disabled") === "true") { event.preventDefault(); return; }
    button.setAttribute("aria-disabled", "true");
    waiting.textContent = waiting.dataset.busy;
  });
  // Back from the answer: the form can be sent again.
  window.addEventListener("pageshow", () => form.querySelector("button[type=submit]").removeAttribute("aria-disabled"));
}
