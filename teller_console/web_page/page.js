// The keyboard belongs to the console from the start, and again when the window comes back: no mouse is needed.
function focusConsole() {
  document.querySelector(".xterm-helper-textarea")?.focus();
}
new MutationObserver(focusConsole).observe(document.body, { attributes: true, attributeFilter: ["class"] });
window.addEventListener("focus", focusConsole);
document.addEventListener("keydown", (event) => {
  if (document.body.classList.contains("-closed") && event.key === "Enter") {
    location.reload();
  }
});
