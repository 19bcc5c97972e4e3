// net.js - requests to the portal (services/portal/API.md), and the server's clock.
//
// Each request ends in one of three ways: an answer; Refused, which the same request will always be; Away, after which the same
// request may be sent again.

import * as store from "./store.js";

const TIMEOUT_MS = 20000;
const SLOWEST_BYTES_PER_MS = 4; // what a bad connection still carries

export class Away extends Error {
  constructor(message, { answered = false, retryMs = 0 } = {}) {
    super(message);
    Object.assign(this, { answered, retryMs });
  }
}

export class Refused extends Error {
  constructor(status, { code = "", field = "", message = "" } = {}, body = null) {
    super(message || code || String(status));
    Object.assign(this, { status, code, field, body });
  }
}

let offsetMs = null;

// The server's time, as well as it is known, in Unix ms.
export function now() {
  return Date.now() + (offsetMs ?? 0);
}

export async function clockLoad() {
  offsetMs ??= (await store.get("kept", "offset")) ?? 0;
}

function clockSet(serverMs, sentMs) {
  const took = Date.now() - sentMs;
  const next = Math.round(serverMs + took / 2 - Date.now());

  if (took > 10000 && offsetMs !== null) return;
  if (offsetMs === null || Math.abs(next - offsetMs) > 1000) store.put("kept", next, "offset").catch(() => {});
  offsetMs = next;
}

async function send(method, path, body, csrf) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS + (text?.length ?? 0) / SLOWEST_BYTES_PER_MS);
  const headers = {};
  const sentMs = Date.now();

  if (text !== undefined) headers["Content-Type"] = "application/json";
  if (csrf) headers["X-CSRF-Token"] = csrf;
  try {
    const answer = await fetch(`/api/v1/${path}`, {
      method, headers, body: text, signal: abort.signal, credentials: "same-origin", cache: "no-store", redirect: "error",
      keepalive: text !== undefined && text.length < 32768,
    });
    const words = await answer.text();
    let json = null;
    try { json = words === "" ? null : JSON.parse(words); } catch { /* a page of a proxy */ }
    if (typeof json?.server_ms === "number") clockSet(json.server_ms, sentMs);
    return { status: answer.status, json, retryMs: 1000 * (Number(answer.headers.get("Retry-After")) || 0) };
  } catch (error) {
    throw new Away(error.message);
  } finally {
    clearTimeout(timer);
  }
}

function settle({ status, json, retryMs }) {
  if (status >= 200 && status < 300) return json;
  if (status >= 500 || status === 429 || status === 408) throw new Away(String(status), { answered: true, retryMs });
  throw new Refused(status, json?.error, json);
}

// One request with the session's cookie, and its CSRF token where it changes something.  That there is no session is nothing to whoever
// has logged in since it was asked.
export async function request(method, path, body) {
  const csrf = await store.get("kept", "csrf");
  const answer = await send(method, path, body, method === "GET" ? undefined : csrf);
  if (answer.status === 401 && (await store.get("kept", "csrf")) !== csrf) throw new Away("of an earlier session", { answered: true });
  if (answer.status !== 403 || method === "GET") return settle(answer);
  // The token may be that of an earlier log-in.
  const me = settle(await send("GET", "me"));
  if (me.csrf === csrf) return settle(answer);
  // Or another person logged in meanwhile: in his name nothing of this one's may leave.
  const kept = await store.get("kept", "me");
  if (kept !== undefined && kept.person.id !== me.person.id) throw new Refused(401, { code: "another_person" });
  await store.put("kept", me.csrf, "csrf");
  return settle(await send(method, path, body, me.csrf));
}

// Ends the session that this CSRF token belongs to, and no other.
export async function end(csrf) {
  return settle(await send("DELETE", "session", undefined, csrf));
}

// What needs no session: one-time tokens, the log-in.
export async function plain(method, path, body) {
  return settle(await send(method, path, body));
}
