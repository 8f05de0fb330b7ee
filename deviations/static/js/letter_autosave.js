// What is typed in a letter's editor and not saved is kept on the server for the one who typed it, until she saves.
// <form data-save> that is no report; the words of #draft-status are its data attributes.
import { Saver } from "./saver.js";

const PAUSE = 2000;
const LONGEST = 5000;
const AGAIN = 10000;

for (const form of document.querySelectorAll("form[data-save]:not([data-discard])")) {
  const line = document.getElementById("draft-status");
  const saver = new Saver(form, told);
  let since = 0;
  let timer;
  let sending = false; // the form itself is on its way, and must not come back as something unsaved
  line.textContent = line.dataset.idle;

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  function changed() {
    sending = false;
    since ||= Date.now();
    plan(saver.trouble ? AGAIN : Math.min(PAUSE, since + LONGEST - Date.now()));
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(work, Math.max(0, wait));
  }

  async function work() {
    if (sending) return;
    since = 0;
    await saver.save({ always: saver.trouble !== "" });
    if (saver.trouble) plan(AGAIN);
    else if (saver.dirty) plan(PAUSE);
  }

  function told({ saved }) {
    const what = saver.trouble === "other" ? "login" : saver.trouble || (saved ? "saved" : "same");
    line.replaceChildren(line.dataset[what].replace("{time}", saved ?? ""));
    if (line.dataset[`${what}Href`]) line.append(" ", elsewhere(line.dataset[`${what}Href`], line.dataset[`${what}Link`]));
    line.dataset.state = what;
  }

  // ---- on leaving, and on coming back
  addEventListener("beforeunload", (event) => {
    if (sending || !saver.dirty) return;
    saver.leave();
    if (saver.trouble) event.preventDefault();
  });
  addEventListener("pagehide", () => sending || saver.leave());
  document.addEventListener("visibilitychange", () => (document.hidden ? sending || saver.leave() : back()));
  addEventListener("focus", back);
  addEventListener("online", back);
  addEventListener("pageshow", () => {
    sending = false;
    if (saver.dirty) plan(PAUSE);
  });

  function back() {
    if (saver.trouble && !sending) plan(0);
  }

  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(timer);
    saver.flight?.abort();
  });
}

function elsewhere(href, text) {
  const made = document.createElement("a");
  return Object.assign(made, { href, textContent: text, target: "_blank", rel: "noopener" });
}
