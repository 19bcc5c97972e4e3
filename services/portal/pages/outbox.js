// outbox.js - what was done on this phone and waits for the server: acts and one-time tokens.
//
//     done by the person --stored--> waiting --answered--> gone
//                                      |  ^--- no answer, 408, 429, 5xx: again later
//                                      |  ^--- 401: waits for a log-in of the same person
//                                      +--- any other 4xx --> refused, shown until the person puts it away
//
// An act is on disk before the person is told that it is noted.  Its key is made once; the server stores an act with the same key
// once, however often it is sent.  Acts on one ticket leave in their order; a refused one does not hold up the next.

import { Away, Refused, now, plain, request } from "./net.js";
import * as store from "./store.js";

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 5 * 60 * 1000;

// Windows and the service worker tell each other what changed: {type, ticket}.
const channel = new BroadcastChannel("kentongan");
const listeners = new Set();
channel.onmessage = (event) => listeners.forEach((listener) => listener(event.data));

export function listen(listener) {
  listeners.add(listener);
}

export function tell(message) {
  channel.postMessage(message);
  listeners.forEach((listener) => listener(message));
}

function waitMs(tries) {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 10));
  return wait * (0.75 + Math.random() / 2);
}

// randomUUID() needs a secure context, which a test page on plain HTTP is not.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

// path: acts or corrections.  Resolves when it is on disk.
export async function add(person, ticket, path, body) {
  await store.put("outbox", {
    person, ticket, path, body: { key: uuid(), ...body }, made_at_ms: now(), tries: 0, next_ms: 0, problem: null,
  });
  tell({ type: "outbox", ticket });
}

// The person's own, oldest first: those that wait and those that were refused.
export async function rows(person) {
  return (await store.all("outbox")).filter((row) => row.person === person);
}

export async function dismiss(seq) {
  await store.remove("outbox", seq);
  tell({ type: "outbox" });
}

// Resolves to gone, later (nothing else leaves now either), or stays (this ticket's next one may not overtake it).
async function sendOne(row) {
  try {
    await request("POST", `tickets/${encodeURIComponent(row.ticket)}/${row.path}`, row.body);
    await store.remove("outbox", row.seq);
    tell({ type: "sent", ticket: row.ticket });
    return "gone";
  } catch (error) {
    if (error instanceof Refused && error.status !== 401) {
      const problem = { status: error.status, code: error.code, field: error.field, message: error.message };
      await store.change("outbox", row.seq, (found) => found && { ...found, problem });
      tell({ type: "refused", ticket: row.ticket });
      return "gone";
    }
    if (error instanceof Refused) {
      await store.change("outbox", row.seq, (found) => found && { ...found, next_ms: Date.now() + LONGEST_WAIT_MS });
      tell({ type: "login" });
      return "later";
    }
    if (!(error instanceof Away)) throw error;
    const next_ms = Date.now() + (error.retryMs || waitMs(row.tries));
    await store.change("outbox", row.seq, (found) => found && { ...found, tries: row.tries + 1, next_ms, told: error.retryMs > 0 });
    return error.answered ? "stays" : "later";
  }
}

async function sendAll(eager) {
  const me = await store.get("kept", "me");
  const held = new Set();

  if (me === undefined) return;
  for (let row = null; ;) {
    // Read anew each time: more may have come, and the person may have put some away.
    row = (await rows(me.person.id)).find((one) => one.problem === null && !held.has(one.ticket));
    if (row === undefined) return;
    if (row.next_ms > Date.now() && (!eager || row.told)) {
      held.add(row.ticket);
      continue;
    }
    const end = await sendOne(row);
    if (end === "later") return;
    if (end === "stays") held.add(row.ticket);
  }
}

let running = null;
let wanted = null; // {eager}: asked for, and not begun yet

// Sends what is due; eager: also what waits only because it failed before.  Asked for while it is at work, it begins once more.
export function flush({ eager = false } = {}) {
  wanted = { eager: eager || wanted?.eager === true };
  running ??= (async () => {
    try {
      while (wanted !== null) {
        const isEager = wanted.eager;
        const work = () => sendAll(isEager);
        wanted = null;
        await errands();
        // Another window may be at it: two would only send the same twice.
        await (navigator.locks ? navigator.locks.request("outbox", { ifAvailable: true }, (lock) => (lock ? work() : null)) : work());
      }
    } finally {
      running = null;
    }
  })();
  return running;
}

// When flush() has something to do again, in ms from now; null: nothing waits.
export async function nextMs() {
  const me = await store.get("kept", "me");
  const due = [...(me === undefined ? [] : (await rows(me.person.id)).filter((row) => row.problem === null)),
    ...await store.all("errands")].map((row) => row.next_ms);
  return due.length === 0 ? null : Math.max(1000, Math.min(...due) - Date.now());
}

// Token errands ------------------------------------------------------------------------------------------------------------

// what: received, seen or acknowledge.  tag: of the notice in the store.  Resolves when it is on disk.
export async function errand(what, token, tag) {
  await store.put("errands", { id: `${what}:${token}`, what, token, tag, tries: 0, next_ms: 0 });
}

// answer: ok, used or expired.
async function settleErrand(row, answer, atMs) {
  const state = answer === "expired" ? "expired" : "acknowledged";
  if (row.what === "acknowledge") {
    await store.change("notices", row.tag, (notice) => notice && notice.token === row.token
      ? { ...notice, state, answer, at_ms: atMs ?? Date.now() } : undefined);
  }
  await store.remove("errands", row.id);
  if (row.what === "acknowledge") tell({ type: "acknowledged", tag: row.tag, state });
  return answer;
}

async function sendErrand(row) {
  try {
    const answer = await plain("POST", `push/${row.what}`, { token: row.token });
    return await settleErrand(row, "ok", answer?.at_ms);
  } catch (error) {
    if (error instanceof Refused) return settleErrand(row, error.status === 409 ? "used" : "expired", error.body?.at_ms);
    if (!(error instanceof Away)) throw error;
    const next_ms = Date.now() + (error.retryMs || waitMs(row.tries));
    await store.change("errands", row.id, (found) => found && { ...found, tries: row.tries + 1, next_ms });
    return "waiting";
  }
}

// Windows and the service worker all send what waits, and whoever sends a token second is told that it was used: each is sent by one at a
// time.  work(row) gets the row as it stands then, undefined when another has settled it; busy: what to resolve to, instead of waiting,
// while another sends it.
function alone(id, work, busy) {
  const once = async () => work(await store.get("errands", id));
  if (!navigator.locks) return once();
  return navigator.locks.request(`errand ${id}`, { ifAvailable: busy !== undefined }, (lock) => (lock ? once() : busy));
}

// Sends all that wait, acknowledgements first.  Resolves to those that were settled here: [{row, state}], state as of acknowledge().
export async function errands() {
  const settled = [];
  const waiting = await store.all("errands");

  waiting.sort((a, b) => (b.what === "acknowledge") - (a.what === "acknowledge"));
  for (const row of waiting) {
    const state = await alone(row.id, (found) => (found ? sendErrand(found) : "elsewhere"), "elsewhere");
    if (state === "waiting") break;
    if (state !== "elsewhere") settled.push({ row, state });
  }
  return settled;
}

// What the server answered to this notice's token, asked from elsewhere.
async function answerOf(notice) {
  const found = await store.get("notices", notice.tag);
  return found?.token === notice.token && found.answer ? found.answer : "ok";
}

// The tap on TERIMA: on disk first, then sent.  Resolves to the state after it: ok, used, expired, or waiting when the server could not be
// asked.
export async function acknowledge(notice) {
  await errand("acknowledge", notice.token, notice.tag);
  await store.change("notices", notice.tag, (found) => (found?.state === "waiting" ? { ...found, state: "sending" } : undefined));
  tell({ type: "outbox", ticket: notice.tag });
  return alone(`acknowledge:${notice.token}`, (row) => (row ? sendErrand(row) : answerOf(notice)));
}
