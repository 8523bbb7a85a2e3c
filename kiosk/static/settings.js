/** What a customer may change about the page. Each is one tap, and the next customer finds it as it was. */

const TEXT_SIZES = 3;
const root = document.documentElement;

export function nextTextSize() {
  root.dataset.text = String((Number(root.dataset.text ?? "1") % TEXT_SIZES) + 1);
}

export function toggleContrast() {
  root.dataset.contrast = root.dataset.contrast === "high" ? "normal" : "high";
}

export function toggleReach() {
  root.dataset.reach = root.dataset.reach === "low" ? "normal" : "low";
}

/** Which settings are on, for the bar. */
export function settings() {
  return {
    text: Number(root.dataset.text ?? "1") > 1,
    contrast: root.dataset.contrast === "high",
    reach: root.dataset.reach === "low",
  };
}

export function resetSettings() {
  root.dataset.text = "1";
  root.dataset.contrast = "normal";
  root.dataset.reach = "normal";
}
