// Marking many reports: one box for all of the page, a count that is spoken, Shift for a stretch, and nothing to send
// while nothing is marked. Without this script the boxes and the form work as they are.
for (const bar of document.querySelectorAll("[data-bulk]")) {
  const form = bar.closest("form");
  const boxes = [...form.querySelectorAll("input[type=checkbox][name=valda]")];
  const unseen = form.querySelectorAll("input[data-beyond]").length;
  const all = form.querySelector("[data-bulk-all]");
  const counter = bar.querySelector("[data-bulk-count]");
  let last;

  all.hidden = false;
  all.nextElementSibling?.remove(); // the column's name for those without the box
  const whole = all.querySelector("input");
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    count();
  });

  for (const box of boxes) {
    box.addEventListener("input", (event) => event.stopPropagation()); // a mark is no text to look through (guard.js)
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last && last !== box) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      count();
    });
  }

  addEventListener("pageshow", count); // a browser that goes back ticks the boxes again
  count();

  function count() {
    const marked = boxes.filter((box) => box.checked).length;
    const number = marked + unseen;
    const { none, one, many } = counter.dataset;
    const text = number === 0 ? none : number === 1 ? one : many.replace("{n}", number);
    if (counter.textContent.trim() !== text) counter.textContent = text;
    whole.checked = marked === boxes.length;
    whole.indeterminate = marked > 0 && marked < boxes.length;
    bar.toggleAttribute("data-some", number > 0);
  }
}
