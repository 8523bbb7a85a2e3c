// The code of a device: from letters on the screen, for a touchscreen has no keyboard; or from the end of a link, which
// (unlike the rest of an address) reaches no server and no log.

const form = document.getElementById("pair");
const field = document.getElementById("code");
const letters = document.getElementById("letters");

letters.hidden = false;
letters.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  field.value = button.value ? field.value + button.value : field.value.slice(0, -1);
});

const linked = decodeURIComponent(location.hash.slice(1));
if (linked) {
  history.replaceState(null, "", location.pathname);
  field.value = linked;
  form.submit();
}
