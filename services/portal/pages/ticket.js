// ticket.js - one ticket: what, where, how long left, what was done, who was told, and what to do next.

import { acceptButton } from "./accept.js";
import { answered, buttons, next, start } from "./acts.js";
import { announce, button, h, icon, show } from "./dom.js";
import { sketch } from "./map.js";
import { Away, Refused, now, request } from "./net.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";
import {
  actLabel, actVerb, agencyRole, channelName, clockName, clockOf, dateTime, duration, kindName, left, legName, noticeName, rises, say, severity, stageName,
  turnEnd,
} from "./words.js";
import { pressure } from "./list.js";

const SPOKEN_AT_MS = [3600e3, 900e3, 300e3, 60e3, 0]; // a countdown is read out only when it passes these

let current = null; // {code, view, me, server, asked, answered, keptAt, stale, missing, rows, notice, ticket, map}

// The server's answer in the shape that this page uses.
function shape(answer) {
  return {
    ...answer, reports_list: Array.isArray(answer.reports) ? answer.reports : [], acts: answer.acts ?? [], turns: answer.turns ?? [],
    deadlines: answer.deadlines ?? [], notices: answer.notices ?? [], may: answer.may ?? [], why: answer.why ?? [],
  };
}

// Pieces -------------------------------------------------------------------------------------------------------------------

function head(ticket, me) {
  return h("header", { class: "ticket-head" },
    h("p", { class: "crumbs" }, h("a", { class: "back", href: "#/" }, icon("back"), say("tickets")), h("span", { class: "code" }, ticket.code)),
    h("h1", { tabindex: "-1" }, ticket.topic_name || say("no_topic")),
    h("p", { class: "tags" }, h("span", { class: `stage ${ticket.stage}` }, stageName(ticket.stage)),
      ticket.urgent && h("span", { class: "flag" }, icon("warn"), say("urgent")),
      ticket.kind && h("span", { class: "tag" }, kindName(ticket.kind)),
      ticket.agency !== me.person.agency && h("span", { class: "tag" }, ticket.agency_short || ticket.agency)));
}

function clockBlock(ticket) {
  const state = pressure(ticket);
  if (!ticket.due_at_ms) return h("p", { class: "clock none" }, say(ticket.stage === "done" ? "clock_done" : "clock_none"));
  return h("div", { class: `clock ${state}` },
    h("p", { class: "clock-name" }, say(state === "late" ? "late_for" : "left_for", { clock: clockName(ticket.clock) })),
    h("p", { class: "clock-left tick", role: "timer", data: { due: ticket.due_at_ms, long: "1" } }, left(ticket.due_at_ms, now(), true)),
    h("p", { class: "clock-due" }, say("due_at", { time: dateTime(ticket.due_at_ms) })),
    ticket.ringing && h("p", { class: "ring-line" }, icon("bell"), h("span", {}, say("rings_as", { severity: severity(ticket.ringing.severity) })),
      ticket.ringing.next_at_ms && h("span", { class: "tick", data: { step: ticket.ringing.next_at_ms, whom: ticket.ringing.next_whom } },
        rises(ticket.ringing.next_whom, ticket.ringing.next_at_ms - now()))));
}

// A refused act is shown until the person puts it away; one that waits says so.
function outboxBlock(rows) {
  return rows.map((row) => h("div", { class: `unsent ${row.problem ? "refused" : ""}`.trim() }, icon(row.problem ? "warn" : "cloud"),
    h("div", {}, h("strong", {}, row.path === "acts" ? actLabel(row.body.act) : say("correct")),
      h("p", {}, row.problem ? say("refused_because", { why: problemWords(row.problem) }) : say("waits_for_server")),
      row.body.text && h("p", { class: "quote" }, row.body.text)),
    row.problem && button(say("put_away"), () => outbox.dismiss(row.seq))));
}

export function problemWords(problem) {
  const known = { 403: "problem_403", 404: "problem_404", 409: "problem_409", 413: "problem_413" }[problem.status];
  return known ? say(known) : `${problem.field ? `${problem.field}: ` : ""}${problem.message || problem.status}`;
}

// What came with a report lies with its integrator.  An address of another kind than the web's is shown, and is no link.
function attachments(report) {
  return (report?.attachments ?? []).map((one) => h("p", { class: "words small" }, `${say("attachment")}: `,
    /^https?:\/\//i.test(one.uri) ? h("a", { href: one.uri, target: "_blank", rel: "noopener noreferrer" }, one.media_type || one.uri) : one.uri));
}

function reportBlock(ticket) {
  const own = ticket.reports_list.find((report) => report.code === ticket.code);
  const others = ticket.reports_list.filter((report) => report.code !== ticket.code);
  const flags = [ticket.anonymous && say("anonymous"), ticket.confidential && say("confidential")].filter(Boolean);
  return h("section", {}, h("h2", {}, say("report")),
    h("blockquote", { class: "words" }, ticket.text || say("no_text")), attachments(own),
    h("p", { class: "hint" }, say("received_at", { time: dateTime(ticket.received_at_ms) }), flags.length > 0 && ` · ${flags.join(" · ")}`),
    others.length > 0 && h("details", {}, h("summary", {}, say("others_n", { n: others.length })),
      h("ul", { class: "plain" }, others.map((report) => h("li", {}, h("p", { class: "hint" }, h("span", { class: "code" }, report.code),
        ` · ${channelName(report.channel)} · ${dateTime(report.received_at_ms)}`), h("blockquote", { class: "words small" }, report.text || say("no_text")), attachments(report))))));
}

function placeBlock(ticket) {
  const point = typeof ticket.latitude === "number" && typeof ticket.longitude === "number";
  return h("section", {}, h("h2", {}, say("place")), h("p", {}, ticket.place || say("no_place")),
    ticket.address && h("p", { class: "words" }, ticket.address), point && mapOf(ticket));
}

// Drawn once for one place, so that it keeps its zoom when the page is drawn again.
function mapOf({ latitude, longitude }) {
  const spot = `${latitude},${longitude}`;
  if (current.map?.spot !== spot) current.map = { spot, element: sketch(latitude, longitude) };
  return current.map.element;
}

function line(atMs, title, sub, ...rest) {
  return { atMs, element: h("li", {}, h("time", { datetime: new Date(atMs).toISOString() }, dateTime(atMs)), h("strong", {}, title), sub && h("span", { class: "hint" }, sub), rest) };
}

function history(ticket) {
  const lines = [line(ticket.received_at_ms, stageName("received"), null),
    ...ticket.turns.filter((turn) => turn.until_at_ms).map((turn) => line(turn.until_at_ms, say("left_agency", { agency: turn.agency }), turnEnd(turn.because))),
    ...ticket.acts.map((act) => line(act.at_ms, actLabel(act.act), [act.actor, act.agency].filter(Boolean).join(", "),
      act.value && h("span", { class: "tag" }, act.act === "rejected" ? say(`reject_${act.value}`) : act.value),
      act.done?.startsWith("nothing: ") && act.actor_kind === "officer" && h("span", { class: "wrong" }, say("no_effect")),
      act.text && h("p", { class: "words small" }, act.text),
      (act.photos ?? []).map((id) => h("a", { href: `/api/v1/photos/${Number(id)}`, target: "_blank", rel: "noopener" },
        h("img", { class: "photo", src: `/api/v1/photos/${Number(id)}`, alt: say("photo"), loading: "lazy" })))))];
  lines.sort((a, b) => b.atMs - a.atMs);
  return h("section", {}, h("h2", {}, say("history")), h("ol", { class: "timeline" }, lines.map((one) => one.element)));
}

function deadlineList(ticket) {
  return ticket.deadlines.length > 0 && h("details", {}, h("summary", {}, say("deadlines")),
    h("ul", { class: "plain" }, ticket.deadlines.map((one) => h("li", {}, h("strong", {}, clockName(one.clock)), ` · ${one.agency}`,
      h("p", { class: "hint" }, one.due_at_ms ? say("due_at", { time: dateTime(one.due_at_ms) }) : say("no_due"),
        ` · ${one.stop ? say(`stop_${one.stop}`) : say("stop_runs")}${one.stopped_at_ms ? ` ${dateTime(one.stopped_at_ms)}` : ""}`)))));
}

function phoneLine(device) {
  const steps = [["accepted", "sent_at"], ["received", "arrived_at"], ["seen", "seen_at"], ["acted", "acted_at"]]
    .filter(([name]) => device[`${name}_at_ms`]).map(([name, words]) => say(words, { time: clockOf(device[`${name}_at_ms`]) }));
  return h("li", { class: device.failed ? "wrong" : "" }, icon(device.acted_at_ms ? "checks" : device.received_at_ms ? "check" : "phone"),
    h("span", {}, h("strong", {}, legName(device.leg)), " ", device.failed ? say("failed") : steps.join(" · ") || say("not_yet")));
}

function told(ticket) {
  return ticket.notices.length > 0 && h("details", {}, h("summary", {}, say("told_n", { n: ticket.notices.length })),
    h("ul", { class: "plain" }, ticket.notices.map((notice) => h("li", {},
      h("strong", {}, noticeName(notice.kind)), h("span", { class: "hint" }, ` ${[agencyRole(notice.role), notice.agency, dateTime(notice.at_ms)].filter(Boolean).join(" · ")}`),
      notice.ring && h("p", { class: "hint" }, ringEnd(notice.ring)),
      h("ul", { class: "phones" }, (notice.devices ?? []).map(phoneLine))))));
}

function ringEnd(ring) {
  if (!ring.ended) return say("ring_runs", { severity: severity(ring.severity) });
  return say(`ring_${ring.ended}`, { who: ring.ended_by || "?", time: ring.ended_at_ms ? clockOf(ring.ended_at_ms) : "" });
}

function whyBlock(ticket) {
  const guess = ticket.triage;
  if (ticket.why.length === 0 && !guess?.topics?.length) return null;
  return h("details", {}, h("summary", {}, say("why")),
    h("ul", { class: "plain" }, ticket.why.map((words) => h("li", { class: "words small" }, words)),
      (guess?.topics ?? []).map((topic) => h("li", {}, h("span", { class: "hint" }, `${say("guess")}: `), topic.name || topic.code, ` ${Math.round(100 * (topic.p ?? 0))} %`))));
}

// The one big button: this phone's token where it has one (it says which phone answered, and needs no session), else an act.
function primary(ticket, me, notice) {
  const act = next(ticket, me);
  if (notice?.state === "waiting" && (act === "acknowledge" || act === null || !answered(ticket, me))) return acceptButton(notice, () => start("acknowledge", ticket, me));
  if (act === null) return null;
  return h("button", { type: "button", class: `button primary${act === "acknowledge" ? " accept" : ""}${ticket.ringing ? " rings" : ""}`, onclick: () => start(act, ticket, me) },
    icon(act === "acknowledge" ? "check" : "flag"), h("span", {}, act === "acknowledge" ? say("accept") : say("go_on", { act: actVerb(act) })));
}

// The page -----------------------------------------------------------------------------------------------------------------

function draw() {
  const { ticket, view, me, notice, rows, stale } = current;
  const opened = [...view.querySelectorAll("details")].filter((one) => one.open).map((one) => one.firstChild.textContent);
  const first = primary(ticket, me, notice);
  const list = buttons(ticket, me, first === null ? null : next(ticket, me));
  show(view, head(ticket, me), stale > 0 && h("p", { class: "stale" }, icon("cloud"), say("as_of", { time: clockOf(stale) })),
    clockBlock(ticket), outboxBlock(rows), reportBlock(ticket), placeBlock(ticket),
    list.length > 0 && h("section", {}, h("h2", {}, say("acts")), h("div", { class: "acts" }, list)),
    history(ticket), deadlineList(ticket), told(ticket), whyBlock(ticket), first !== null && h("div", { class: "primary-bar" }, first));
  for (const one of view.querySelectorAll("details")) one.open = opened.includes(one.firstChild.textContent);
}

// What was done here and is not sent yet already shows.
function hopeful(ticket, rows, me) {
  const acts = rows.filter((row) => row.path === "acts" && row.problem === null);
  if (acts.length === 0) return ticket;
  const stage = acts.map((row) => row.body.act).filter((act) => ["verifying", "field_check", "in_progress", "awaiting_validation", "done", "rejected", "reopened"].includes(act)).at(-1);
  return {
    ...ticket, stage: stage ?? ticket.stage, ringing: null,
    acts: [...ticket.acts, ...acts.map((row) => ({ id: 0, at_ms: row.made_at_ms, act: row.body.act, actor: me.person.name, agency: ticket.agency, value: row.body.value ?? "", text: row.body.text ?? "", photos: [] }))],
  };
}

async function fresh(of) {
  const rows = (await outbox.rows(of.me.person.id)).filter((row) => row.ticket === of.code);
  const notice = await store.get("notices", of.code);
  if (of !== current || of.server === null) return;
  Object.assign(of, { rows, notice, ticket: hopeful(of.server, rows, of.me) });
  draw();
}

async function load(of) {
  const mine = ++of.asked;
  // The person may have logged out: nothing is kept for the next one.  What was asked later knows better.
  const isWanted = () => of === current && mine > of.answered;
  try {
    const answer = await request("GET", `tickets/${encodeURIComponent(of.code)}`);
    if (!isWanted()) return null;
    of.answered = mine;
    // It hangs on another ticket, under whose code all acts and events go.
    if (answer.code !== of.code) return location.replace(`#/tiket/${answer.code}`);
    await store.put("tickets", { code: of.code, answer, at_ms: now() });
    Object.assign(of, { server: shape(answer), stale: 0, missing: false });
  } catch (error) {
    if (!isWanted()) return null;
    if (error instanceof Refused && error.status === 404) return gone(of);
    if (!(error instanceof Away)) throw error;
    of.stale = of.keptAt;
    if (of.server === null) return show(of.view, back(), h("p", { class: "empty" }, icon("cloud"), say("not_kept")));
  }
  return fresh(of);
}

const back = () => h("p", { class: "crumbs" }, h("a", { class: "back", href: "#/" }, icon("back"), say("tickets")));

// It is another agency's now, or never was: what was refused on it is still to be read.
async function gone(of) {
  await store.remove("tickets", of.code);
  of.server = null;
  of.missing = true;
  await drawGone(of);
}

async function drawGone(of) {
  const rows = (await outbox.rows(of.me.person.id)).filter((row) => row.ticket === of.code);
  if (of === current) show(of.view, back(), outboxBlock(rows), h("p", { class: "empty" }, icon("inbox"), say("not_found")));
}

// Opening it says that the person saw the notice.
async function seen(code) {
  const notice = await store.get("notices", code);
  if (notice === undefined || notice.told_seen) return;
  await store.change("notices", code, (found) => found && { ...found, told_seen: true });
  await outbox.errand("seen", notice.token, code);
  outbox.errands();
}

export async function open(code, view, me) {
  const of = { code, view, me, server: null, asked: 0, answered: 0, keptAt: 0, stale: 0, rows: [], notice: null };
  current = of;
  const kept = await store.get("tickets", code);
  if (of !== current) return;
  if (kept) Object.assign(of, { server: shape(kept.answer), keptAt: kept.at_ms });
  if (of.server === null) show(view, back(), h("p", { class: "empty" }, say("loading")));
  else await fresh(of);
  view.querySelector("h1")?.focus({ preventScroll: true });
  seen(code).catch(() => {});
  await load(of);
}

export function shut() {
  current = null;
}

// The ticket changed on the server, or something about it in the outbox.
export async function changed(codes, { server = true } = {}) {
  const of = current;
  if (of === null || (codes !== null && !codes.includes(of.code))) return;
  if (of.missing && !server) return drawGone(of);
  return server ? load(of) : fresh(of);
}

// Reads the time left out when it passes one of a few marks.
export function speak(beforeMs, atMs) {
  const due = current?.ticket?.due_at_ms;
  if (!due) return;
  const mark = SPOKEN_AT_MS.find((ms) => due - beforeMs > ms && due - atMs <= ms);
  if (mark !== undefined) announce(mark === 0 ? say("late") : say("spoken_left", { time: duration(mark) }));
}
