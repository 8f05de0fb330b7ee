// Ctrl+Enter (on a Mac, Cmd+Enter) in a long text sends its form by the first button, as Enter does in a short one.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("form[data-keys] textarea")) return;
  event.preventDefault();
  const { form } = event.target;
  form.requestSubmit(form.querySelector("button[type=submit]"));
});
