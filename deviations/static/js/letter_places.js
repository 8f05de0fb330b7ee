// Advice beside a text shows its place: <button data-place="name of the field" data-from data-to>, counted in characters
// of the text as the server cleans it (no white space around).
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-place]");
  const field = button && document.querySelector(`textarea[name="${CSS.escape(button.dataset.place)}"]`);
  if (!field) return;
  const from = place(field.value, Number(button.dataset.from));
  const to = place(field.value, Number(button.dataset.to));
  field.focus();
  field.setSelectionRange(from, to);
  reveal(field, from);
});

// Where so many characters into the cleaned text lie in the field, where one outside the basic plane takes two.
function place(text, count) {
  const lead = text.length - text.trimStart().length;
  return lead + [...text.slice(lead)].slice(0, count).join("").length;
}

// A browser does not bring a selection into sight by itself: a copy of the text up to there says how far down it is.
function reveal(field, from) {
  const copy = field.cloneNode();
  copy.removeAttribute("id");
  copy.removeAttribute("name");
  copy.setAttribute("aria-hidden", "true");
  copy.rows = 1;
  copy.value = field.value.slice(0, from);
  copy.style.position = "absolute";
  copy.style.visibility = "hidden";
  copy.style.width = `${field.offsetWidth}px`;
  field.after(copy);
  field.scrollTop = Math.max(0, copy.scrollHeight - field.clientHeight / 2);
  copy.remove();
  field.scrollIntoView({ block: "nearest" });
}
