// Nothing typed is lost: the form is saved as a draft while it is written, when it is left and before it is sent.
// <form data-save data-discard data-address data-seal>; the words of #draft-status are its data attributes.
import { Chest } from "./chest.js";
import { Saver, post } from "./saver.js";

const PAUSE = 2000;
const LONGEST = 5000;
const AGAIN = 10000;
const MARK = "left-while-saving"; // in sessionStorage: the form's key, no text

for (const form of document.querySelectorAll("form[data-save]")) {
  const chest = new Chest(form.dataset.seal);
  const key = form.elements.form_key.value;
  const line = statusLine(document.getElementById("draft-status"));
  const saver = new Saver(form, told);
  let since = 0;
  let timer;
  let keeping;
  let sending = false; // the form itself is on its way, and must not become a draft again

  // ---- while typing
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);

  function changed() {
    sending = false;
    if (saver.typed) rename();
    since ||= Date.now();
    if (!saver.trouble) return plan(Math.min(PAUSE, since + LONGEST - Date.now()));
    clearTimeout(keeping); // the next try to save is planned already; until then every pause is kept here
    keeping = setTimeout(() => saver.trouble && keep(), 300);
  }

  function plan(wait) {
    clearTimeout(timer);
    timer = setTimeout(work, Math.max(0, wait));
  }

  async function work() {
    if (sending) return;
    since = 0;
    await saver.save({ always: saver.trouble !== "" });
    if (saver.trouble) plan(saver.trouble === "refused" ? 6 * AGAIN : AGAIN);
    else if (saver.dirty) plan(PAUSE);
  }

  async function told({ saved, sentence, address }) {
    if (!saver.trouble) chest.forget(key);
    else if (saver.dirty) await keep();
    if (saver.trouble) line.show(saver.trouble, saver.trouble === "refused" ? { sentence } : {});
    else if (saver.withdrawn) line.show("gone");
    else if (saved) line.show("saved", { time: saved });
    else if (address) line.show("filed", { href: address });
  }

  const keep = () => (saver.withdrawn ? chest.forget(key) : chest.keep(key, JSON.parse(saver.wanted)));

  // Reloading and the back button come to the draft, not to an empty form.
  const rename = () => location.pathname !== form.dataset.address && history.replaceState(null, "", form.dataset.address);
  if (saver.typed) rename();

  // ---- on leaving, and on coming back
  addEventListener("beforeunload", (event) => {
    if (sending || !saver.dirty || saver.withdrawn) return;
    leave();
    mark();
    if (saver.trouble) event.preventDefault();
  });
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : back()));
  addEventListener("focus", back);
  addEventListener("online", back);
  addEventListener("pageshow", (event) => {
    if (event.persisted) sending = false;
    if (saver.dirty) plan(PAUSE);
  });

  function leave() {
    if (sending) return;
    saver.leave();
    if (saver.trouble && saver.dirty) keep();
  }

  function back() {
    if (saver.trouble && !sending) plan(0);
  }

  function mark() {
    try {
      sessionStorage.setItem(MARK, JSON.stringify([key, Date.now()]));
    } catch { /* forbidden */ }
  }

  // ---- before anything on the page is sent: only what is saved leaves it
  document.addEventListener("submit", (event) => {
    const { target: sent, submitter } = event;
    const needed = sent === form ? saver.typed && !saver.withdrawn : saver.dirty;
    if (event.defaultPrevented || sent.method !== "post" || sending || !needed) return;
    event.preventDefault();
    send(sent, submitter);
  }, true);

  let waiting = false;
  async function send(sent, submitter) {
    if (waiting) return;
    waiting = true;
    clearTimeout(timer);
    await saver.save({ always: sent === form }).finally(() => { waiting = false; });
    if (sent === form && saver.trouble && saver.trouble !== "refused") {
      line.show(saver.trouble, { unsent: true });
      plan(AGAIN);
      return;
    }
    if (sent.action.endsWith("/logga-ut")) chest.clear();
    sending = true;
    sent.requestSubmit(submitter);
  }

  // ---- texts that an earlier page could not save
  welcome();
  async function welcome() {
    for (const copy of await chest.mine()) {
      if (copy.name === key && saver.dirty) continue; // what stands here is younger
      const answer = await post(form, form.dataset.save, copy.fields);
      if (answer.trouble) return;
      chest.forget(copy.name);
      if (!answer.address || !answer.saved) continue;
      if (copy.name === key && !saver.dirty) location.replace(form.dataset.address);
      else line.show("found", { time: line.clock(copy.at), href: answer.address });
    }
  }

  // The page before this one was left while a save was on its way: this one may have been made too early.
  const [left, at] = JSON.parse(takeMark() ?? "[]");
  if (left === key && Date.now() - at < AGAIN) setTimeout(() => saver.dirty || location.reload(), 400);
}

function takeMark() {
  try {
    const found = sessionStorage.getItem(MARK);
    sessionStorage.removeItem(MARK);
    return found;
  } catch {
    return null;
  }
}

// The line that says how the text is doing. Read out only when that changes, not every time a save went well.
function statusLine(place) {
  const spoken = document.createElement("p");
  spoken.className = "vh";
  spoken.setAttribute("role", "status");
  place.after(spoken);
  let last = "";
  if (!place.textContent) place.textContent = place.dataset.idle;
  const two = (number) => String(number).padStart(2, "0");
  return {
    clock(at) {
      const time = new Date(at);
      return place.dataset.clock.replace("HH", two(time.getHours())).replace("mm", two(time.getMinutes()));
    },
    show(what, { time = "", href = "", sentence = "", unsent = false } = {}) {
      const words = place.dataset;
      const text = sentence || words[what].replace("{time}", time);
      place.replaceChildren(unsent ? `${words.unsent} ${text}` : text);
      if (href || words[`${what}Href`]) place.append(" ", link(href || words[`${what}Href`], words[`${what}Link`], !href));
      place.dataset.state = what;
      if (unsent) place.scrollIntoView({ block: "nearest" });
      if (last !== what || unsent) spoken.textContent = place.textContent;
      last = what;
    },
  };
}

function link(href, text, elsewhere) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = text;
  if (elsewhere) Object.assign(made, { target: "_blank", rel: "noopener" });
  return made;
}
