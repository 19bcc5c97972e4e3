// list.js - my tickets: what rings on top, then by time left.

import { h, icon, show } from "./dom.js";
import { Away, now, request } from "./net.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";
import { clockOf, left, rises, say, severity, stageName } from "./words.js";

const SCOPES = ["open", "done", "shelf"];
const PAGE = 50;

let scope = "open";
let shown = { tickets: [], next: null, at_ms: 0, stale: false };
let pending = new Set(); // tickets with an act that waits
let wanted = 0; // how many tickets the person has asked to see, a page at least
let loading = null;
let asked = 0; // how often, and what the newest answer that was shown was to: choose() asks while refresh() does
let answered = 0;
let whose = null; // id of the person whose list it is

// How pressing: late, soon (a fifth of its time or two hours are left), calm, none.
export function pressure(ticket, at = now()) {
  if (ticket.due_at_ms === null || ticket.due_at_ms === undefined) return "none";
  const rest = ticket.due_at_ms - at;
  const whole = ticket.due_at_ms - (ticket.routed_at_ms ?? ticket.received_at_ms);
  if (rest <= 0) return "late";
  return rest < Math.max(whole / 5, 2 * 3600e3) ? "soon" : "calm";
}

function used(ticket) {
  const from = ticket.routed_at_ms ?? ticket.received_at_ms;
  return Math.min(1, Math.max(0.02, (now() - from) / Math.max(1, ticket.due_at_ms - from)));
}

function ringLine(ticket) {
  const next = ticket.ringing.next_at_ms;
  return h("span", { class: "ring-line" }, icon("bell"), h("span", {}, severity(ticket.ringing.severity)),
    next && h("span", { class: "tick", data: { step: next, whom: ticket.ringing.next_whom } },
      rises(ticket.ringing.next_whom, next - now())));
}

function card(ticket, here, me) {
  const state = pressure(ticket);
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  if (ticket.due_at_ms) bar.style.setProperty("--used", used(ticket));
  return h("li", {},
    h("a", {
      class: `card ${state}${ticket.ringing ? " ringing" : ""}`, href: `#/tiket/${ticket.code}`,
      "aria-current": here === ticket.code ? "true" : null,
    },
    ticket.ringing && ringLine(ticket),
    h("span", { class: "card-top" },
      h("span", { class: `stage ${ticket.stage}` }, stageName(ticket.stage)),
      ticket.urgent && ticket.ringing?.severity !== "darurat" && h("span", { class: "flag" }, icon("warn"), say("urgent")),
      ticket.due_at_ms && h("span", { class: "left tick", data: { due: ticket.due_at_ms } }, left(ticket.due_at_ms, now()))),
    h("strong", {}, ticket.topic_name || say("no_topic")),
    h("span", { class: "place" }, ticket.place || say("no_place")),
    h("span", { class: "meta" }, h("span", { class: "code" }, ticket.code),
      ticket.reports > 1 && h("span", {}, say("reports_n", { n: ticket.reports })),
      ticket.agency !== me.person.agency && h("span", {}, ticket.agency_short || ticket.agency),
      pending.has(ticket.code) && h("span", { class: "queued" }, icon("cloud"), say("unsent"))),
    ticket.due_at_ms && bar));
}

function section(title, tickets, here, me) {
  return tickets.length === 0 ? null : h("section", {}, h("h2", {}, title, " ", h("span", { class: "count" }, String(tickets.length))),
    h("ul", { class: "cards" }, tickets.map((ticket) => card(ticket, here, me))));
}

function sections(here, me) {
  const ringing = shown.tickets.filter((ticket) => ticket.ringing);
  const rest = shown.tickets.filter((ticket) => !ticket.ringing);
  if (scope !== "open") return [section(say(`scope_${scope}`), shown.tickets, here, me)];
  return [section(say("ringing_now"), ringing, here, me),
    section(say("late"), rest.filter((ticket) => pressure(ticket) === "late"), here, me),
    section(say("by_time_left"), rest.filter((ticket) => pressure(ticket) !== "late"), here, me)];
}

function empty() {
  const words = shown.at_ms === 0 ? (shown.stale ? say("never_loaded") : say("loading")) : say(`empty_${scope}`);
  return h("p", { class: "empty" }, icon(shown.at_ms > 0 && scope === "open" ? "check" : "inbox"), words);
}

function tabs(view, me) {
  const wide = ["desk", "sekda", "governor"].includes(me.person.role);
  return h("div", { class: "tabs", role: "group", "aria-label": say("filter") }, SCOPES.filter((one) => one !== "shelf" || wide).map((one) =>
    h("button", { type: "button", "aria-pressed": String(one === scope), onclick: () => choose(one, view, me) }, say(`scope_${one}`))));
}

function moreOf(view, me) {
  wanted = shown.tickets.length + 1;
  return refresh(view, me);
}

function more(view, me) {
  return shown.next && h("button", { type: "button", class: "button wide", onclick: () => moreOf(view, me) }, say("more"));
}

function draw(view, me) {
  if (whose !== me.person.id) return; // who was asked for is gone by now
  const here = decodeURIComponent(location.hash.replace(/^#\/tiket\//, ""));
  const focused = view.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  show(view, tabs(view, me), shown.stale && shown.at_ms > 0
    && h("p", { class: "stale" }, icon("cloud"), say("as_of", { time: clockOf(shown.at_ms) })),
  shown.tickets.length === 0 ? empty() : sections(here, me), more(view, me));
  if (focused !== null) view.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

async function choose(one, view, me) {
  scope = one;
  wanted = 0;
  shown = { tickets: [], next: null, at_ms: 0, stale: false };
  await kept(view, me);
  view.querySelector('[aria-pressed="true"]')?.focus();
  await load(view, me);
}

// What was acknowledged here rings no more, even if the server does not know it yet.
async function withOutbox(tickets, me) {
  const waiting = (await outbox.rows(me.person.id)).filter((row) => row.path === "acts" && row.problem === null);
  const acted = new Set(waiting.map((row) => row.ticket));
  pending = acted;
  return tickets.map((ticket) => (acted.has(ticket.code) ? { ...ticket, ringing: null } : ticket));
}

// What was asked for in one scope and for one person is not shown in another's, nor kept for them.
function asker(me) {
  const of = scope;
  return () => of === scope && whose === me.person.id;
}

async function kept(view, me) {
  const isWanted = asker(me);
  const found = await store.get("kept", `list:${scope}`);
  if (found !== undefined) {
    const tickets = await withOutbox(found.tickets, me);
    if (isWanted()) shown = { ...found, tickets, stale: true };
  }
  draw(view, me);
}

const ask = (after) => request("GET", `tickets?scope=${scope}&limit=${PAGE}${after === null ? "" : `&after=${encodeURIComponent(after)}`}`);

// From the first one, as many as are wanted.
async function load(view, me) {
  const isOurs = asker(me);
  const mine = ++asked;
  const isWanted = () => isOurs() && mine >= answered;
  const of = scope;
  try {
    let found = [];
    let next = null;
    do {
      const answer = await ask(next);
      if (!isWanted()) return;
      found = [...found, ...answer.tickets];
      next = answer.next ?? null;
    } while (next !== null && found.length < wanted);
    const tickets = await withOutbox(found, me);
    if (!isWanted()) return;
    answered = mine;
    shown = { tickets, next, at_ms: now(), stale: false };
    await store.put("kept", { tickets: found, next, at_ms: shown.at_ms }, `list:${of}`);
    if (isWanted()) badge(shown.tickets);
  } catch (error) {
    if (!isWanted()) return;
    if (!(error instanceof Away)) throw error;
    shown.stale = true;
  }
  draw(view, me);
}

function badge(tickets) {
  if (scope !== "open" || !navigator.setAppBadge) return;
  const count = tickets.filter((ticket) => ticket.ringing).length;
  (count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
}

// Draws the list into view at once from what is kept, then from the server.
export async function open(view, me) {
  whose = me.person.id;
  if (shown.at_ms === 0) await kept(view, me);
  else draw(view, me);
  await refresh(view, me);
}

// One request at a time; a change that comes meanwhile asks once more.
export async function refresh(view, me) {
  if (loading !== null) {
    loading.next = me;
    return;
  }
  loading = { next: me };
  try {
    while (loading.next !== null) {
      const asks = loading.next;
      loading.next = null;
      await load(view, asks);
    }
  } finally {
    loading = null;
  }
}

export async function redraw(view, me) {
  shown.tickets = await withOutbox(shown.tickets, me);
  draw(view, me);
}

export function forget() {
  shown = { tickets: [], next: null, at_ms: 0, stale: false };
  scope = "open";
  wanted = 0;
  whose = null;
}
