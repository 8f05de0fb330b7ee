// One press, one thing: a form's buttons rest after the first submit and wake if the reader comes back,
// or after a while if no answer came. A form marked data-many (one that answers with a file) is left alone.
const WAKE_AFTER = 15000;
const resting = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "many" in form.dataset) return;
  if (resting.has(form)) {
    event.preventDefault();
    return;
  }
  resting.add(form);
  // After the browser has gathered the form's data, or the pressed button's name would be lost.
  setTimeout(() => setButtons(form, true));
  setTimeout(wake, WAKE_AFTER);
});

addEventListener("pageshow", wake);

function wake() {
  for (const form of resting) setButtons(form, false);
  resting.clear();
}

function setButtons(form, busy) {
  for (const button of form.elements) {
    if (button.type !== "submit") continue;
    button.disabled = busy;
    button.toggleAttribute("data-busy", busy);
  }
}
