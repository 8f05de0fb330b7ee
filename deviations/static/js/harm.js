// "Har någon farit illa?": at yes the style sheet shows where to turn; here it is also read out, and sending is closed
// until the answer is no. That nothing is saved meanwhile is the business of drafts.js, which looks at the same answer.
for (const box of document.querySelectorAll("#harm-box")) {
  const form = box.closest("form");
  const sends = [...form.elements].filter((control) => control.type === "submit" && control.name !== "mask");
  const spoken = document.createElement("p");
  spoken.className = "vh";
  spoken.setAttribute("role", "status");
  box.after(spoken);
  const yes = () => form.elements.harm.value === "yes";

  form.addEventListener("change", (event) => {
    if (event.target.name !== "harm") return;
    look();
    spoken.textContent = yes() ? box.textContent.trim() : "";
  });
  addEventListener("pageshow", look);
  document.addEventListener("submit", (event) => {
    if (event.target !== form || !yes()) return;
    event.preventDefault();
    box.focus();
  }, true);

  function look() {
    for (const button of sends) {
      button.toggleAttribute("data-closed", yes());
      if (yes()) {
        button.setAttribute("aria-disabled", "true");
        button.setAttribute("aria-describedby", box.id);
      } else {
        button.removeAttribute("aria-disabled");
        button.removeAttribute("aria-describedby");
      }
    }
  }
}
