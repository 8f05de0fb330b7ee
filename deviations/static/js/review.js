// The weekly review by keyboard. Inside [data-desk] whatever says data-key="h" is pressed by that key: a button is pressed, a link
// followed, a form in <details data-form> opened. Without data-keys the person has switched the keys off, and nothing listens.
// A key that is held down, or pressed before the page has stood for a moment, decides nothing: nobody has read the report yet.
const SETTLE = 150;
const desk = document.querySelector("[data-desk]");
const forms = [...document.querySelectorAll("details[data-form]")];
let ready = false;
let gone = false;

const isText = (field) => field.matches("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit], [type=button])");
const openForm = () => forms.find((form) => form.open);
const elsewhere = () => document.querySelector("dialog[open], details[data-menu][open]");
const withKey = (key) => [...desk.querySelectorAll("[data-key]")].find((one) => one.dataset.key.split(" ").includes(key));

// Where the writing begins when a form opens.
function enter(form) {
  form.querySelector("[data-first], .field input:checked, .field input:not([type=hidden]), .field textarea, .field select")?.focus();
}

// One that the page brought open (something must be put right) tells so too, and is not to be entered by that.
const brought = new Set(forms.filter((form) => form.open));

for (const form of forms) {
  form.addEventListener("toggle", () => {
    if (brought.delete(form) || !form.open) return;
    enter(form);
    form.scrollIntoView({ block: "nearest" });
  });
}

function close(form) {
  form.open = false;
  form.querySelector("summary").focus();
}

// In an open form a digit chooses one of its few.
function choose(form, event) {
  const option = [...form.querySelectorAll("input[type=radio]")][Number(event.key) - 1];
  if (!option) return;
  event.preventDefault();
  option.checked = true;
  option.focus();
  option.dispatchEvent(new Event("change", { bubbles: true }));
}

function onKey(event) {
  const form = openForm();
  if (event.key === "Escape" && form && !elsewhere()) return close(form);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form?.contains(event.target)) {
    event.preventDefault();
    if (!event.repeat) form.querySelector("form").requestSubmit(form.querySelector(".buttons button[type=submit]"));
    return;
  }
  const shifted = event.shiftKey && event.key !== "?";
  if (event.ctrlKey || event.metaKey || event.altKey || shifted || event.repeat || event.isComposing) return;
  if (form && /^[1-9]$/.test(event.key) && !isText(event.target) && !elsewhere()) return choose(form, event);
  if (form || !ready || gone || elsewhere() || isText(event.target)) return;
  const pressed = withKey(event.key.toLowerCase());
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
  if (!pressed.matches("summary")) return;
  if (pressed.parentElement.matches("[data-form]")) enter(pressed.parentElement); // at once: the next key may be under way
  else pressed.focus();
}

if (desk && "keys" in desk.dataset) {
  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", (event) => { gone ||= !event.defaultPrevented; });
  addEventListener("pageshow", () => {
    gone = false;
    setTimeout(() => { ready = true; desk.dataset.ready = ""; }, SETTLE);
  });
}

// What was just decided is said once the page stands: a live region that is there from the start is not read out.
const said = document.querySelector("[data-said]");
if (said?.textContent) {
  const text = said.textContent;
  said.textContent = "";
  setTimeout(() => { said.textContent = text; }, SETTLE);
}

// A long choice becomes one that is searched while typing: <select data-search="label" data-found="{n} …">.
for (const select of document.querySelectorAll("select[data-search]")) {
  const all = [...select.options].filter((option) => option.value).map((option) => [option, option.text.toLocaleLowerCase("sv")]);
  const search = document.createElement("input");
  const count = document.createElement("p");
  const label = document.createElement("label");
  search.type = "search";
  search.id = `${select.id}-search`;
  search.autocomplete = "off";
  search.dataset.first = "";
  label.htmlFor = search.id;
  label.textContent = select.dataset.search;
  count.className = "hint";
  count.setAttribute("role", "status");
  select.size = 8;
  select.closest(".field").classList.add("field--search");
  select.before(label, search, count);

  function show() {
    const words = search.value.toLocaleLowerCase("sv").split(/\s+/).filter(Boolean);
    const chosen = select.value;
    const found = all.filter(([, text]) => words.every((word) => text.includes(word))).map(([option]) => option);
    select.replaceChildren(...found);
    if (words.length) select.selectedIndex = found.length ? 0 : -1;
    else select.value = chosen;
    count.textContent = select.dataset.found.replace("{n}", found.length) + (select.selectedIndex < 0 ? "" : ` ${select.selectedOptions[0].text}`);
  }

  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      select.selectedIndex = Math.max(0, Math.min(select.selectedIndex + step, select.options.length - 1));
      count.textContent = select.selectedOptions[0]?.text ?? "";
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (select.value && !event.repeat) select.form.requestSubmit(select.form.querySelector(".buttons button[type=submit]"));
    }
  });
  select.addEventListener("dblclick", () => select.form.requestSubmit());
  show();
}
