// Saves a form on the server: one request at a time, the last state last. When it can't, it knows what is in the way:
// "offline", "login" (it has ended), "other" (somebody else has logged in in this browser) or "refused".
const PATIENCE = 10000;
const SMALL = 50000; // browsers let at most 64 kB outlive their page
const TEXTS = ["title", "body", "rule_hint", "tried", "wished"];
const GONE = "[]"; // somebody may be harmed: nothing of the text may be kept

export class Saver {
  constructor(form, tell) {
    this.form = form;
    this.tell = tell;
    this.trouble = "";
    this.saved = asServed(form) ? this.wanted : null;
    this.known = this.typed;
    this.queue = Promise.resolve();
    this.turn = 0;
  }

  get wanted() {
    return this.form.elements.harm?.value === "yes" ? GONE : JSON.stringify(fieldsOf(this.form));
  }

  get withdrawn() {
    return this.wanted === GONE;
  }

  get typed() {
    return TEXTS.some((name) => this.form.elements[name]?.value.trim());
  }

  get dirty() {
    return this.wanted !== this.saved && (this.typed || this.known);
  }

  // Ends when the server has said what it thinks of the form as it stood when this save's turn came.
  save({ always = false } = {}) {
    this.queue = this.queue.catch(() => {}).then(() => (this.dirty || always ? this.#send() : undefined));
    return this.queue;
  }

  // The page is being left: what is on its way must not be waited for.
  leave() {
    if (!this.dirty || this.sending === this.wanted) return;
    this.flight?.abort();
    this.#send();
  }

  async #send() {
    const state = this.wanted;
    const turn = ++this.turn;
    const { save, discard } = this.form.dataset;
    this.sending = state;
    this.flight = new AbortController();
    const answer = await post(this.form, this.withdrawn ? discard : save, this.#fields(), this.flight);
    if (turn !== this.turn) return; // overtaken on leaving
    this.sending = null;
    this.trouble = answer.trouble;
    if (!answer.trouble) {
      this.saved = state;
      this.known = state !== GONE;
    }
    await this.tell(answer);
  }

  // Of a text that may not be kept nothing is sent but whose form it was.
  #fields() {
    const fields = fieldsOf(this.form);
    return this.withdrawn ? fields.filter(([name]) => name === "form_key" || name === "who") : fields;
  }
}

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name]) => name !== "csrf_token");
}

// Sends fields of the form; says what is in the way, and what the server answered.
export async function post(form, address, fields, flight = new AbortController()) {
  const body = new FormData();
  for (const [name, value] of [...fields, ["csrf_token", form.elements.csrf_token.value]]) body.append(name, value);
  const timer = setTimeout(() => flight.abort(), PATIENCE);
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-Requested-With": "fetch" },
      keepalive: new Blob([JSON.stringify(fields)]).size < SMALL,
      signal: flight.signal,
    });
    const told = answer.headers.get("Content-Type")?.includes("json");
    const trouble = answer.ok ? "" : ((told && { 401: "login", 409: "other" }[answer.status]) || "refused");
    return { ...(told ? await answer.json() : {}), trouble };
  } catch {
    return { trouble: "offline" };
  } finally {
    clearTimeout(timer);
  }
}

// Whether the fields stand as the server sent them; a browser that goes back may have put in what was typed.
function asServed(form) {
  return [...form.elements].every((field) => {
    if (field.matches("select")) {
      return field.selectedIndex === Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
    }
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked === field.defaultChecked;
    return !("defaultValue" in field) || field.value === field.defaultValue;
  });
}
