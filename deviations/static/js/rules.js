// Rules found by ordinary words while they are typed: <form data-rules>, the field q,
// <div data-rules-found>; a <button data-scripted> is what Enter presses, and what it then does.
const WAIT = 300;

for (const form of document.querySelectorAll("form[data-rules]")) {
  const { q } = form.elements;
  const place = form.querySelector("[data-rules-found]");
  if (!q) continue;
  const spoken = document.createElement("p");
  spoken.className = "vh";
  spoken.setAttribute("role", "status");
  place.after(spoken);
  let timer;
  let asked;

  q.addEventListener("input", (event) => {
    event.stopPropagation(); // a question, not a part of the report
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  // Enter in the search field searches; everywhere else it sends the form.
  for (const button of form.querySelectorAll("button[data-scripted]")) button.value = button.dataset.scripted;
  q.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    look();
  });

  form.addEventListener("click", (event) => {
    if (!event.target.closest("button[value=find]")) return;
    event.preventDefault();
    look();
  });

  async function look() {
    clearTimeout(timer);
    asked?.abort();
    asked = new AbortController();
    const chosen = form.elements.rule?.value ?? "";
    try {
      const address = `${form.dataset.rules}?${new URLSearchParams({ q: q.value, rule: chosen })}`;
      const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, signal: asked.signal });
      if (!answer.ok || answer.redirected) return;
      place.innerHTML = await answer.text();
    } catch {
      return; // overtaken, or no connection: what stands there stays
    }
    spoken.textContent = place.querySelector(".rules__found")?.textContent.trim() ?? "";
  }
}
