// acts.js - what an officer can do on a ticket: the buttons, and a sheet for what each needs.
//
// Whatever is done goes into the outbox (outbox.js) and is noted from then on, with or without a connection.

import { button, field, h, icon, sheet, show, toast } from "./dom.js";
import { Away, request } from "./net.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";
import { actVerb, kindName, say } from "./words.js";

const LETTERS_LEAST = 10; // as common/deadline/act.h has it
const TEXT_MOST = 10000;  // bytes
const PHOTO_SIDE = 1280;
const PHOTO_BYTES = 300 * 1024;
const PICKS_MOST = 40;

// text: must, may, or none; photo; value: who or what else is named.  open: nobody but the office reads it.
const ACTS = {
  acknowledge: { icon: "check" },
  verifying: { icon: "checks", text: "may" },
  field_check: { icon: "pin", text: "may", photo: true },
  in_progress: { icon: "gear", text: "may", photo: true },
  awaiting_validation: { icon: "inbox", text: "may", photo: true },
  done: { icon: "flag", text: "must", photo: true },
  reopened: { icon: "back", text: "may" },
  not_ours: { icon: "out", text: "must", value: "agency" },
  assign: { icon: "out", text: "may", value: "agency", needed: true },
  rejected: { icon: "close", text: "must", value: "reason", needed: true },
  ask: { icon: "talk", text: "must" },
  reply: { icon: "send", text: "must" },
  note: { icon: "plus", text: "must", short: true, inside: true },
};
const REASONS = ["not_authority", "ineligible", "spam", "withdrawn"];
const KINDS = ["complaint", "criticism", "aspiration", "suggestion", "information_request", "not_report"];
const LADDER = ["verifying", "field_check", "in_progress", "awaiting_validation", "done"];
const CHANGES = [...LADDER, "rejected", "not_ours", "assign"]; // nothing follows from them on what is closed, or lies on the shelf
const SHELF = "SHELF";

// What most likely comes next; null: nothing that this person may.
export function next(ticket, me) {
  if (ticket.agency === SHELF) return null;
  const may = (act) => ticket.may.includes(act);
  const ours = ticket.ringing || LADDER.some(may);
  if (may("acknowledge") && ours && !answered(ticket, me)) return "acknowledge";
  if (ticket.stage === "done" || ticket.stage === "rejected") return null;
  const at = LADDER.indexOf(ticket.stage);
  return LADDER.slice(at + 1).find(may) ?? null;
}

// Has somebody of the agency that has it, or of one's own, acted since it came to them, and does nothing ring?
export function answered(ticket, me) {
  const since = Math.max(0, ...ticket.turns.map((turn) => turn.until_at_ms ?? turn.from_at_ms));
  return !ticket.ringing && ticket.acts.some((act) => act.at_ms > since && (act.agency === ticket.agency || act.agency === me.person.agency));
}

// Buttons for all that this person may here, besides the first one.
export function buttons(ticket, me, first) {
  const list = Object.keys(ACTS).filter((act) => ticket.may.includes(act) && act !== first && fits(act, ticket, me));
  const made = list.map((act) => button(actVerb(act), () => start(act, ticket, me), { name: ACTS[act].icon, kind: "act" }));
  if (ticket.may.includes("correct")) made.push(button(say("correct"), () => correct(ticket, me), { name: "split", kind: "act" }));
  return made;
}

// What makes no sense now is not offered.
function fits(act, ticket, me) {
  const over = ticket.stage === "done" || ticket.stage === "rejected";
  if (act === "reopened") return over;
  if (act === "acknowledge") return !answered(ticket, me);
  return !((over || ticket.agency === SHELF) && CHANGES.includes(act)) && act !== ticket.stage;
}

async function note(ticket, me, path, body) {
  await outbox.add(me.person.id, ticket.code, path, body);
  toast(navigator.onLine ? say("noted") : say("noted_offline"), { kind: "good" });
  outbox.flush();
}

// One tap for what needs no words, else a sheet.
export async function start(act, ticket, me) {
  if (ACTS[act].text === undefined) return note(ticket, me, "acts", { act });
  return sheet(actVerb(act), (close) => form(act, ticket, me, close));
}

const letters = (text) => (text.match(/\p{L}/gu) ?? []).length;

function form(act, ticket, me, close) {
  const of = ACTS[act];
  const text = h("textarea", { rows: "4", maxlength: "4000", required: of.text === "must", autocomplete: "off" });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const value = of.value === "agency" ? agencyPicker(me) : of.value === "reason" ? reasons() : null;
  const photo = of.photo ? photoField(wrong) : null;
  const submit = async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    const least = of.text === "must" ? (of.short ? 1 : LETTERS_LEAST) : 0;
    wrong.textContent = letters(words) < least ? say("too_short", { n: least })
      : new TextEncoder().encode(words).length > TEXT_MOST ? say("too_long")
        : of.needed && value.value() === "" ? say("choose_one") : "";
    if (wrong.textContent !== "") {
      text.focus();
      return;
    }
    const body = { act, text: words };
    if (value !== null && value.value() !== "") body.value = value.value();
    if (photo !== null && photo.value() !== null) body.photo = { media_type: "image/jpeg", data: photo.value() };
    close(true);
    await note(ticket, me, "acts", body);
  };
  return h("form", { class: "stack", onsubmit: submit, novalidate: true }, value?.element,
    field(of.value ? say("reason") : say("what_to_say"), text, of.inside ? say("inside_only") : say("public_words")),
    photo?.element, wrong,
    h("div", { class: "row" }, button(say("cancel"), () => close()),
      h("button", { type: "submit", class: `button strong${act === "rejected" ? " danger" : ""}` }, icon(of.icon), h("span", {}, actVerb(act)))));
}

function reasons() {
  const select = h("select", {}, h("option", { value: "" }, say("choose")), REASONS.map((one) => h("option", { value: one }, say(`reject_${one}`))));
  return { element: field(say("why_rejected"), select), value: () => select.value };
}

// Photos -------------------------------------------------------------------------------------------------------------------

const toBlob = (canvas, quality) => new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });

// Drawn anew, so that place, time and camera that the file may name are gone; smaller until it fits.
async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  let side = Math.min(PHOTO_SIDE, Math.max(picture.width, picture.height));
  let blob = null;

  for (let quality = 0.8; blob === null || blob.size > PHOTO_BYTES; quality -= 0.15) {
    if (quality < 0.3) {
      quality = 0.65;
      side = Math.round(side * 0.75);
    }
    const scale = side / Math.max(picture.width, picture.height);
    const canvas = h("canvas", { width: Math.max(1, Math.round(picture.width * scale)), height: Math.max(1, Math.round(picture.height * scale)) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    blob = await toBlob(canvas, quality);
    if (blob === null) throw new Error("no picture");
  }
  picture.close();
  return blob;
}

const base64 = (blob) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});

function photoField(wrong) {
  const input = h("input", { type: "file", accept: "image/*", class: "hidden", id: "photo" });
  const preview = h("div", { class: "preview" });
  let data = null;

  const drop = () => { data = null; input.value = ""; show(preview); };
  input.addEventListener("change", async () => {
    if (input.files.length === 0) return;
    wrong.textContent = "";
    try {
      const blob = await shrink(input.files[0]);
      const url = URL.createObjectURL(blob);
      data = await base64(blob);
      show(preview, h("img", { src: url, alt: say("photo"), onload: () => URL.revokeObjectURL(url) }),
        button(say("remove_photo"), drop, { name: "close" }));
    } catch {
      drop();
      wrong.textContent = say("photo_unreadable");
    }
  });
  return {
    element: h("div", { class: "field" }, input, h("label", { for: "photo", class: "button" }, icon("camera"), h("span", {}, say("add_photo"))),
      h("p", { class: "hint" }, say("photo_hint")), preview),
    value: () => data,
  };
}

// Pickers ------------------------------------------------------------------------------------------------------------------

// Lists that seldom change are kept, so that they are there without a connection.
async function listOf(name) {
  try {
    const rows = await request("GET", name);
    await store.put("kept", rows, `pick:${name}`);
    return rows;
  } catch (error) {
    if (!(error instanceof Away)) throw error;
    return (await store.get("kept", `pick:${name}`)) ?? [];
  }
}

// A search field and a list to choose from.  find(words) resolves to [{value, label, sub}].
function picker(label, find) {
  let value = "";
  const search = h("input", { type: "search", autocomplete: "off", placeholder: say("search") });
  const list = h("ul", { class: "picks", "aria-label": label });
  const pick = (row, li) => {
    value = row.value;
    for (const other of list.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === li));
  };
  const fill = async () => {
    const words = search.value.trim().toLowerCase();
    const rows = (await find(words)).slice(0, PICKS_MOST);
    show(list, rows.map((row) => h("li", {}, h("button", {
      type: "button", "aria-pressed": String(row.value === value), onclick: (event) => pick(row, event.currentTarget),
    }, h("strong", {}, row.label), row.sub && h("span", {}, row.sub)))), rows.length === 0 && h("li", { class: "hint" }, say("nothing_found")));
  };
  let timer = 0;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(fill, 200); });
  fill();
  return { element: h("div", {}, field(label, search), list), value: () => value };
}

const holds = (words, ...texts) => words.split(/\s+/).every((word) => texts.some((text) => (text ?? "").toLowerCase().includes(word)));

function agencyPicker(me) {
  const loaded = listOf("agencies");
  return picker(say("to_whom"), async (words) => (await loaded).filter((one) => one.code !== me.person.agency && holds(words, one.short, one.name, one.code))
    .map((one) => ({ value: one.code, label: one.short || one.name, sub: one.name })));
}

function topicPicker() {
  const loaded = listOf("topics");
  return picker(say("topic"), async (words) => (await loaded).filter((one) => holds(words, one.name, one.sektor))
    .map((one) => ({ value: one.code, label: one.name, sub: one.sektor })));
}

function regionPicker() {
  return picker(say("region"), async (words) => (words.length < 3 ? [] : await listOf(`regions?q=${encodeURIComponent(words)}`))
    .map((one) => ({ value: one.code, label: one.name, sub: one.code })));
}

// Corrections --------------------------------------------------------------------------------------------------------------

function select(label, options) {
  const element = h("select", {}, h("option", { value: "" }, say("choose")), options.map(([value, name]) => h("option", { value }, name)));
  return { element: field(label, element), value: () => element.value };
}

function reportSelect(ticket) {
  return select(say("which_report"), ticket.reports_list.filter((one) => one.code !== ticket.code)
    .map((one) => [one.code, `${one.code} · ${(one.text ?? "").slice(0, 40)}`]));
}

function codeField() {
  const input = h("input", { type: "text", autocapitalize: "characters", autocomplete: "off", placeholder: "JT-XXXX-XXXX-X" });
  return { element: field(say("other_code"), input), value: () => input.value.trim().toUpperCase() };
}

// what -> [control, the report it is about or null for the ticket's own]
function control(what, ticket) {
  switch (what) {
    case "topic": return topicPicker();
    case "region": return regionPicker();
    case "kind": return select(say("kind"), KINDS.map((one) => [one, kindName(one)]));
    case "urgent": return select(say("urgent_question"), [["yes", say("yes")], ["no", say("no")]]);
    case "split": return reportSelect(ticket);
    default: return codeField();
  }
}

function correct(ticket, me) {
  return sheet(say("correct"), (close) => {
    const body = h("div", { class: "stack" });
    const choices = ["topic", "region", "kind", "urgent", "join", ...(ticket.reports_list.length > 1 ? ["split"] : [])];
    show(body, choices.map((what) => button(say(`correct_${what}`), () => correctForm(what, ticket, me, close, body), { kind: "act" })));
    return body;
  });
}

function correctForm(what, ticket, me, close, body) {
  const of = control(what, ticket);
  const reason = h("textarea", { rows: "2", maxlength: "1000" });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    const value = of.value();
    if (value === "") {
      wrong.textContent = say("choose_one");
      return;
    }
    close(true);
    await note(ticket, me, "corrections", what === "split" ? { what, report: value, reason: reason.value.trim() } : { what, value, reason: reason.value.trim() });
  };
  show(body, h("form", { class: "stack", onsubmit: submit }, h("h3", {}, say(`correct_${what}`)), of.element,
    field(say("reason_optional"), reason), wrong,
    h("div", { class: "row" }, button(say("cancel"), () => close()),
      h("button", { type: "submit", class: "button strong" }, icon("check"), h("span", {}, say("save"))))));
  body.querySelector("input, select, textarea")?.focus();
}
