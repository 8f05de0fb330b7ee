// A preview beside a form (a letter, the policy): sends the form as it stands and shows the fragment that comes back.
// <form data-preview="/…" data-preview-target="id-of-the-place">; what the fragment says in short (data-says) is read
// out where the page has a live region for it (data-preview-said).
const WAIT = 500;

for (const form of document.querySelectorAll("form[data-preview]")) {
  const target = document.getElementById(form.dataset.previewTarget ?? "preview");
  if (!target) continue;
  const said = document.querySelector("[data-preview-said]");
  let timer;
  let sent;

  async function show() {
    sent?.abort();
    sent = new AbortController();
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.preview, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-CSRFToken": form.elements.csrf_token.value, "X-Requested-With": "fetch" },
        signal: sent.signal,
      });
      if (answer.ok && !answer.redirected) {
        swap(target, await answer.text());
        if (said) said.textContent = target.querySelector("[data-says]")?.textContent ?? "";
      }
      target.toggleAttribute("data-stale", !answer.ok || answer.redirected);
    } catch (fault) {
      if (fault.name === "AbortError") return;
      target.toggleAttribute("data-stale", true);
    }
    target.removeAttribute("aria-busy");
  }

  form.addEventListener("input", () => {
    target.toggleAttribute("data-stale", true);
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  });
}

// What a person has opened stays open, and what the keyboard is at keeps it.
function swap(target, html) {
  const opened = [...target.querySelectorAll("details[open][id]")].map((part) => part.id);
  const at = target.contains(document.activeElement) ? document.activeElement.id : "";
  target.innerHTML = html;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (at) document.getElementById(at)?.focus({ preventScroll: true });
}
