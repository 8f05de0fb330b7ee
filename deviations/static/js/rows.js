// J and K walk the rows of table bodies marked data-rows; Enter then follows the link as links do.
// Single keys can collide with a reader's own tools: the choice "rows-keys: off" in local storage turns them off (WCAG 2.1.4).
const busy = (target) =>
  target.closest("input, select, textarea, [contenteditable]") || document.querySelector("dialog[open], details[data-menu][open]");

function off() {
  try {
    return localStorage.getItem("rows-keys") === "off";
  } catch {
    return false;
  }
}

document.addEventListener("keydown", (event) => {
  const step = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (!step || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || busy(event.target) || off()) return;
  const links = [...document.querySelectorAll("tbody[data-rows] tr")]
    .map((row) => row.querySelector(".t a, a"))
    .filter(Boolean);
  if (!links.length) return;
  event.preventDefault();
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[Math.max(0, Math.min(here < 0 ? 0 : here + step, links.length - 1))].focus();
});

// The switch itself: any checkbox marked data-rows-keys.
for (const box of document.querySelectorAll("input[data-rows-keys]")) {
  box.checked = !off();
  box.addEventListener("change", () => localStorage.setItem("rows-keys", box.checked ? "on" : "off"));
}
