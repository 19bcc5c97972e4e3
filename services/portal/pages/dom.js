// dom.js - elements, icons, sheets, short messages.
//
// Words of citizens and officers reach the page only as text: there is no way here to give HTML.

import { say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

// 24 x 24, drawn with strokes.
const ICONS = {
  back: "M15 5l-7 7 7 7",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5a2.2 2.2 0 0 0 4 0",
  camera: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
  check: "M4.5 12.5l5 5 10-11",
  checks: "M2 12.5l4.5 4.5L15 7.5M11.5 15.5l1.5 1.5L21.5 7.5",
  close: "M6 6l12 12M18 6L6 18",
  cloud: "M7 18a4.5 4.5 0 0 1-.5-9A6 6 0 0 1 18 10a4 4 0 0 1 0 8zM4 4l16 16",
  down: "M6 9.5l6 6 6-6",
  flag: "M6 21V4h11l-2 4 2 4H6",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  inbox: "M4 13l2.5-8h11L20 13v6H4zM4 13h5l1 2.5h4l1-2.5h5",
  out: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  phone: "M8 3h8v18H8zM11 18h2",
  pin: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  plus: "M12 5v14M5 12h14",
  send: "M4 12l16-7-5 15-3.5-6z",
  split: "M12 21v-8L6 6M12 13l6-7M6 10V6h4M14 6h4v4",
  talk: "M4 5h16v11H11l-4 4v-4H4z",
  warn: "M12 4l9 16H3zM12 10v5M12 17.5v.5",
};

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "value" || name === "checked" || name === "htmlFor") element[name] = value;
    else element.setAttribute(name === "className" ? "class" : name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

// h("a", {href: ".."}, "text", child ..): children that are null or false are left out.
export const h = (name, properties = {}, ...children) => fill(document.createElement(name), properties, children);
export const s = (name, properties = {}, ...children) => fill(document.createElementNS(SVG, name), properties, children);

export function icon(name) {
  return s("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" }, s("path", { d: ICONS[name] }));
}

export function button(label, onclick, { name = null, kind = "", ...rest } = {}) {
  return h("button", { type: "button", class: `button ${kind}`.trim(), onclick, ...rest }, name && icon(name), h("span", {}, label));
}

// Replaces what stands in an element; scrolling stays where it is.
export function show(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

// A labelled field; the hint is read out with it.
let fields = 0;
export function field(label, control, hint = null) {
  const id = `field-${++fields}`;
  control.id = id;
  if (hint !== null) control.setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "field" }, h("label", { htmlFor: id }, label), control,
    hint !== null && h("p", { class: "hint", id: `${id}-hint` }, hint));
}

// Said by a screen reader, not seen.
export function announce(words) {
  const region = document.getElementById("spoken");
  region.textContent = "";
  setTimeout(() => { region.textContent = words; }, 50);
}

// A line at the bottom that goes by itself, or when there is another.
export function toast(words, { kind = "", ms = 5000 } = {}) {
  const line = h("div", { class: `toast ${kind}`.trim() }, words);
  document.getElementById("toasts").replaceChildren(line);
  setTimeout(() => line.remove(), ms);
}

// A sheet over the page: fills the lower part of a phone.  content: elements, or a function of close().  Resolves when it is shut.
export function sheet(title, content) {
  return new Promise((resolve) => {
    const close = (result = null) => { dialog.close(); dialog.remove(); resolve(result); };
    const heading = h("h2", { id: "sheet-title", tabindex: "-1", autofocus: true }, title);
    const dialog = h("dialog", { class: "sheet", "aria-labelledby": "sheet-title" },
      h("header", {}, heading, h("button", { type: "button", class: "round", "aria-label": say("close"), onclick: () => close() }, icon("close"))),
      h("div", { class: "sheet-body" }, typeof content === "function" ? content(close) : content));
    dialog.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) close(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Asks; resolves to true for yes.
export function ask(title, words, yes, { kind = "strong", extra = null } = {}) {
  return sheet(title, (close) => [h("p", {}, words), extra,
    h("div", { class: "row" }, button(say("cancel"), () => close(false)), button(yes, () => close(true), { kind }))]).then(Boolean);
}
