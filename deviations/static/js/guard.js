// Words that may point somebody out: looked for while the text is written, each masked in the field with one press.
// <form data-check>, <div data-marks="name of the field">; a mask button says data-word, data-mask and data-places ("12:16 40:44",
// counted in characters of the text as the server cleans it).
const WAIT = 600;

for (const form of document.querySelectorAll("form[data-check]")) {
  const spoken = document.createElement("p");
  spoken.className = "vh";
  spoken.setAttribute("role", "status");
  form.append(spoken);
  const shown = new Map();
  let timer;
  let asked;

  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (event.target.name !== "keep") timer = setTimeout(look, WAIT);
  });
  for (const place of form.querySelectorAll(".marks")) openWords(place);

  async function look() {
    asked?.abort();
    if (form.elements.harm?.value === "yes") return; // then the text goes nowhere
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
        signal: asked.signal,
      });
      if (!answer.ok || answer.redirected) return;
      const { fields } = await answer.json();
      for (const [name, html] of Object.entries(fields)) swap(placeOf(name), html);
    } catch { /* overtaken, or no connection: the server looks again when the form is sent */ }
  }

  const placeOf = (name) => form.querySelector(`[data-marks="${CSS.escape(name)}"]`);
  const fieldOf = (place) => form.elements[place.dataset.marks];

  // Puts new marks in their place: ticks stay, and so does the keyboard's place among the buttons.
  function swap(place, html) {
    if (!place || shown.get(place) === html) return;
    shown.set(place, html);
    const ticks = new Map([...place.querySelectorAll("[name=keep]")].map((box) => [box.value, box.checked]));
    const before = [...place.querySelectorAll("button, input")];
    const at = before.indexOf(document.activeElement);
    const same = at < 0 ? null : selectorOf(before[at]);
    place.innerHTML = html;
    for (const box of place.querySelectorAll("[name=keep]")) box.checked = ticks.get(box.value) ?? box.checked;
    openWords(place);
    if (same) (place.querySelector(same) ?? next(place, at) ?? fieldOf(place)).focus();
    say(place);
  }

  // Only the line over the marks is read out, and only when it says something new.
  function say(place) {
    const line = place.querySelector(".marks__title")?.textContent.trim() ?? "";
    if (line !== (place.dataset.said ?? "")) spoken.textContent = line || (form.dataset.nothingLeft ?? "");
    place.dataset.said = line;
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=mask]");
    const word = event.target.closest(".marks__word");
    if (button) mask(event, button);
    else if (word) select(word);
  });

  async function mask(event, button) {
    event.preventDefault();
    const place = button.closest(".marks");
    const field = fieldOf(place);
    const { word, mask: instead } = button.dataset;
    const buttons = () => [...place.querySelectorAll("button[name=mask]")];
    if (!standing(field, button)) await look(); // the text has changed since it was looked at
    const pressed = buttons().find((one) => one.dataset.word === word);
    if (!pressed) return;
    const found = standing(field, pressed);
    if (!found) {
      form.requestSubmit(pressed); // letters that only the server counts as it does
      return;
    }
    const at = buttons().indexOf(pressed);
    replace(field, found, instead);
    spoken.textContent = form.dataset.masked.replace("{mask}", instead);
    pressed.closest("li").remove();
    (buttons()[Math.min(at, buttons().length - 1)] ?? field).focus({ preventScroll: true });
    clearTimeout(timer);
    look();
  }

  function select(word) {
    const field = fieldOf(word.closest(".marks"));
    const found = standing(field, word.closest("li").querySelector("button[name=mask]"));
    if (!found) return;
    field.focus();
    field.setSelectionRange(found[0].from, found[0].to);
  }
}

const selectorOf = (control) => `${control.localName}[name="${control.name}"][value="${CSS.escape(control.value)}"]`;
const next = (place, at) => [...place.querySelectorAll("button, input")][at];

// The marked word is text on a page without scripts; here it can be pressed, and is then selected in the field.
function openWords(place) {
  for (const word of place.querySelectorAll("mark.marks__word")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = word.className;
    button.append(...word.childNodes);
    word.replaceWith(button);
  }
}

// Where the marked passages stand in the field, or null if the text there is another by now.
function standing(field, { dataset }) {
  const places = indices(field.value, field.localName !== "textarea");
  const found = dataset.places.split(" ").map((pair) => {
    const [start, end] = pair.split(":").map(Number);
    return { from: places[start], to: places[end - 1] + width(field.value, places[end - 1]) };
  });
  const one = (text) => text.normalize("NFC").toLowerCase().split(/\s+/).join(" ");
  return found.every(({ from, to }) => one(field.value.slice(from, to)) === one(dataset.word)) ? found : null;
}

// For each character of the cleaned text (no white space around; in one line, one space between words) its index in
// the field's value, where a character outside the basic plane, as an emoji, takes two.
function indices(text, oneLine) {
  const found = [];
  const end = text.trimEnd().length;
  for (let i = text.length - text.trimStart().length; i < end; i += width(text, i)) {
    if (!oneLine || !/\s/.test(text[i]) || !/\s/.test(text[i - 1])) found.push(i);
  }
  return found;
}

const width = (text, i) => (text.codePointAt(i) > 0xffff ? 2 : 1);

// Types over everything from the first passage to the last at once, so that one "undo" brings it back.
function replace(field, found, mask) {
  const { from } = found[0];
  const { to } = found.at(-1);
  let text = "";
  let at = from;
  for (const passage of found) {
    text += field.value.slice(at, passage.from) + mask;
    at = passage.to;
  }
  const before = field.value;
  field.focus({ preventScroll: true });
  field.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text) && field.value !== before) return;
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
}
