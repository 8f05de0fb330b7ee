// A form that came back with faults: put the reader at the summary, and each of its links in the field.
const summary = document.querySelector("[data-errors]");
if (summary) {
  summary.focus({ preventScroll: false });
  document.title = document.title.startsWith("Fel: ") ? document.title : `Fel: ${document.title}`;
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    field.focus({ focusVisible: true, preventScroll: true });
    (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
  });
}
