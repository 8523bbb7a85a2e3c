/** Elements made without markup in strings: nothing that a name or a sentence contains is ever read as HTML. */

/** An element. `on` holds listeners, `data` data attributes; an attribute of null, undefined or false is left out. */
export function make(tag, { on = {}, data = {}, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.type = "button";
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  for (const [name, value] of Object.entries(data)) element.dataset[name] = value;
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A line icon of the shared look; `mirrors` for one that points along the line of writing. */
export function icon(name, { mirrors = false } = {}) {
  return make("span", { class: mirrors ? "icon mirrors" : "icon", data: { icon: name }, "aria-hidden": "true" });
}

/** Sets text only where it changed, so that nothing is read out or drawn twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A button with an icon; `kind` is plain or main. One that leads `back` has its arrow, and the keypad's back key. */
export function button(text, { icon: name, back = false, mirrors = back, kind = "plain", press, data = {}, ...rest }) {
  const sign = back ? "back" : name;
  return make(
    "button",
    { class: `button ${kind}`, on: { click: press }, data: back ? { ...data, back: "" } : data, ...rest },
    sign ? icon(sign, { mirrors }) : null,
    make("span", {}, text),
  );
}

/** The heading of a page; it takes the focus when the page opens. */
export function title(text) {
  return make("h1", { class: "title", tabindex: "-1" }, text);
}
