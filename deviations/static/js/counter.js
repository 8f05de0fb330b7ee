// How many characters are left in a long text: shown from the start, spoken only when the writer pauses.
const { textLeft = "{n}", textOver = "{n}" } = document.body.dataset;

for (const field of document.querySelectorAll("textarea[data-limit], textarea[maxlength]")) {
  const limit = Number(field.dataset.limit ?? field.maxLength);
  const shown = document.createElement("p");
  const spoken = document.createElement("p");
  shown.className = "counter";
  shown.setAttribute("aria-hidden", "true");
  spoken.className = "vh";
  spoken.setAttribute("role", "status");
  field.after(shown, spoken);

  const text = () => {
    const left = limit - [...field.value].length;
    shown.classList.toggle("is-over", left < 0);
    return (left < 0 ? textOver : textLeft).replace("{n}", Math.abs(left).toLocaleString(document.documentElement.lang));
  };
  let pause;
  shown.textContent = text();
  field.addEventListener("input", () => {
    shown.textContent = text();
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = shown.textContent; }, 1200);
  });
}
