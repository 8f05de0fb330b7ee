// What others have met already, shown while the report is written: <form data-similar>, <section id="similar">.
const WAIT = 500;
const WORDS = 3;

for (const form of document.querySelectorAll("form[data-similar]")) {
  const place = document.getElementById("similar");
  const jump = document.getElementById("similar-jump"); // on a phone the suggestions stand far below the text
  const spoken = document.createElement("p");
  spoken.className = "vh";
  spoken.setAttribute("role", "status");
  place.after(spoken);
  let timer;
  let asked;
  let shown = place.innerHTML;

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  place.addEventListener("focusout", () => place.dataset.waits && later());

  function later() {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  }

  const text = () => [form.elements.title, form.elements.body].map((field) => field?.value ?? "").join(" ").trim();

  async function look() {
    if (form.elements.harm?.value === "yes" || text().split(/\s+/).length < WORDS) return show("");
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.similar, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
        signal: asked.signal,
      });
      if (answer.ok && !answer.redirected) show(await answer.text());
    } catch { /* overtaken, or no connection: what stands there stays */ }
  }

  // Under the reader's fingers nothing changes: who is among the suggestions keeps them until she leaves, and what
  // somebody is writing in stays where it is in the window.
  function show(html) {
    if (place.contains(document.activeElement)) {
      place.dataset.waits = "yes";
      return;
    }
    delete place.dataset.waits;
    if (html === shown) return;
    shown = html;
    const here = document.activeElement;
    const top = here.getBoundingClientRect().top;
    const before = place.querySelectorAll(".like").length;
    place.innerHTML = html;
    if (form.contains(here)) scrollBy({ top: here.getBoundingClientRect().top - top, behavior: "instant" });
    const found = place.querySelectorAll(".like").length;
    if (jump) {
      jump.hidden = !found;
      jump.firstElementChild.textContent = place.dataset.found.replace("{n}", found);
    }
    if (found && found !== before) spoken.textContent = place.dataset.found.replace("{n}", found);
  }
}
