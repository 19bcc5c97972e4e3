// stub.mjs - a portal that speaks services/portal/API.md from memory, for developing and checking the pages.
//
//     node tests/pages/stub.mjs [PORT]        then open http://localhost:PORT, and log in as sri with "kentongan"
//
// It counts what it stored by key and what it was sent, can be away, and can answer as it is told: what the checks need.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { PAGES } from "./browser.mjs";
import { agencies, makeTickets, topics } from "./stub_data.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
  ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml", ".png": "image/png",
};
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; "
  + "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const PERSON = { id: 7, name: "sri", full_name: "Sri Wahyuni", agency: "DPUBMCK", agency_name: "Dinas PU Bina Marga dan Cipta Karya", role: "officer", language: "id" };
const MAY = ["acknowledge", "verifying", "field_check", "in_progress", "awaiting_validation", "done", "rejected", "reopened", "ask", "reply", "note", "not_ours", "correct"];
const STAGES = ["verifying", "field_check", "in_progress", "awaiting_validation", "done", "rejected", "reopened"];
// The public half of a P-256 key of its own: enough to subscribe with.
const PUSH_KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

export class Stub {
  constructor() {
    this.sessions = new Map();
    this.csrf = "csrf-1";
    this.acts = new Map();      // key -> {ticket, body}
    this.posts = [];            // [method, path, body] of all that came in
    this.tokens = new Map();    // token -> at_ms of its acknowledgement
    this.devices = [];
    this.streams = new Set();
    this.refusedStreams = 0;    // asked for while it was away
    this.away = "";             // "", "cut" (no answer), "after" (does it and gives no answer), or a status
    this.refuse = null;         // (path, body) -> status or null
    this.hold = null;           // (path, method) -> promise after which that request, which has had its effect, is answered, or null
    this.changed = new Map();   // page -> its text, instead of the file
    this.tickets = makeTickets();
    this.joined = new Map();    // code of a report -> code of the ticket on which it hangs
    this.sockets = new Set();
    this.server = http.createServer((request, response) => this.#take(request, response));
    this.server.on("connection", (socket) => { this.sockets.add(socket); socket.on("close", () => this.sockets.delete(socket)); });
  }

  async listen(port = 0) {
    await new Promise((resolve) => { this.server.listen(port, "127.0.0.1", resolve); });
    this.origin = `http://localhost:${this.server.address().port}`;
    return this.origin;
  }

  // Not reachable at all until listen(port) is called again.
  async gone() {
    const { port } = this.server.address();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => { this.server.close(resolve); });
    return port;
  }

  close() {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => { this.server.close(resolve); });
  }

  publish(codes) {
    for (const stream of this.streams) stream.write(`event: tickets\ndata: ${JSON.stringify({ codes })}\n\n`);
  }

  #take(request, response) {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("error", () => {});
    request.on("end", () => {
      const url = new URL(request.url, "http://localhost");
      if (!url.pathname.startsWith("/api/")) return this.#page(url.pathname, response);
      const text = Buffer.concat(parts).toString("utf8");
      let body = null;
      try { body = text === "" ? null : JSON.parse(text); } catch { body = text; }
      return this.#api(request, response, url, body);
    });
  }

  #page(path, response) {
    const name = path === "/" ? "index.html" : extname(path) === "" ? `${path.slice(1)}.html` : path.slice(1);
    const file = join(PAGES, name);
    if (name.includes("/") || !existsSync(file)) return response.writeHead(404).end();
    const data = gzipSync(this.changed.get(name) ?? readFileSync(file));
    return response.writeHead(200, {
      "Content-Encoding": "gzip", "Content-Type": TYPES[extname(file)], "Content-Security-Policy": CSP, "Cache-Control": "no-cache", "Content-Length": Buffer.byteLength(data),
      ETag: `"${createHash("sha256").update(data).digest("hex").slice(0, 16)}"`, "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin",
    }).end(data);
  }

  #api(request, response, url, body) {
    const { method } = request;
    const path = url.pathname.slice("/api/v1/".length);
    const say = (status, json, headers = {}) => response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(json === undefined ? "" : JSON.stringify(json));
    const no = (status, code, message = code) => say(status, { error: { code, field: "", message } });

    if (this.away === "cut") return request.socket.destroy();
    if (typeof this.away === "number") {
      if (path === "events") this.refusedStreams += 1;
      return no(this.away, "away");
    }
    if (method !== "GET") this.posts.push([method, path, body]);
    const session = /__Host-kentongan=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    const open = path === "session" || path.startsWith("push/") || path.startsWith("track/");
    const later = (answer) => { const held = this.hold?.(path, method); return held ? held.then(answer) : answer(); };
    if (!open && !this.sessions.has(session)) return later(() => no(401, "no_session"));
    if (!open && method !== "GET" && request.headers["x-csrf-token"] !== this.csrf) return no(403, "wrong_csrf");
    if (path === "session" && method === "DELETE") this.sessions.delete(session);
    const refused = method === "GET" ? null : this.refuse?.(path, body);
    if (refused) return no(refused, "refused", "Refused for a test.");
    const answer = this.#route(method, path, body, url, response);
    if (answer === null) return null;
    if (this.away === "after" && method !== "GET") return request.socket.destroy();
    return later(() => say(...answer));
  }

  #me() {
    return { person: this.person ?? PERSON, csrf: this.csrf, may: MAY, server_ms: Date.now(), push_key: PUSH_KEY, ntfy_url: "https://ntfy.kentongan.example" };
  }

  #route(method, path, body, url, response) {
    const [first, second, third] = path.split("/").map(decodeURIComponent);
    switch (`${method} ${first}`) {
      case "POST session": {
        const good = (body?.name === "sri" && body?.password === "kentongan") || body?.enrolment === "SEKALI";
        if (!good) return [401, { error: { code: body?.enrolment ? "wrong_code" : "wrong_login", field: "", message: "Wrong." } }];
        const token = createHash("sha256").update(String(Math.random())).digest("hex");
        this.sessions.set(token, true);
        return [200, this.#me(), { "Set-Cookie": `__Host-kentongan=${token}; Path=/; Secure; HttpOnly; SameSite=Strict` }];
      }
      case "DELETE session": return [204];
      case "GET me": return [200, this.#me()];
      case "GET events": return this.#events(response);
      case "POST enrolments": return [200, { url: `${this.origin}/#/masuk?k=SEKALI`, svg: QR, expires_at_ms: Date.now() + 600000 }];
      case "GET devices": return [200, [...this.devices]];
      case "POST devices": return third === "test" ? this.#test(Number(second)) : this.#enrol(body);
      case "DELETE devices":
        this.devices = this.devices.filter((device) => device.id !== Number(second));
        return [204];
      case "POST push": return this.#token(second, body?.token);
      case "GET tickets": return second === undefined ? this.#list(url.searchParams) : this.#whole(second);
      case "POST tickets": return third === "acts" ? this.#act(second, body) : this.#correct(second, body);
      case "GET agencies": return [200, agencies];
      case "GET topics": return [200, topics];
      case "GET regions": return [200, [{ code: "33.74.05", name: "Kec. Tembalang, Kota Semarang" }, { code: "33.74.06", name: "Kec. Banyumanik, Kota Semarang" }]];
      case "GET track": return this.#track(second);
      default: return [404, { error: { code: "unknown", field: "", message: "No such path." } }];
    }
  }

  #events(response) {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.write(`event: hello\ndata: {"server_ms":${Date.now()}}\n\n`);
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
    return null;
  }

  #enrol(body) {
    const endpoint = body.subscription?.endpoint ?? `ntfy-${this.devices.length}`;
    let device = this.devices.find((one) => one.endpoint === endpoint);
    if (device === undefined) {
      device = { id: 100 + this.devices.length, endpoint, leg: body.leg, label: body.label, added_at_ms: Date.now(), verified_at_ms: null, seen_at_ms: Date.now(), state: "up" };
      this.devices.push(device);
    }
    if (body.leg === "ntfy") return [200, { id: device.id, server: "https://ntfy.kentongan.example", topic: "kt-8f1c2e7a90b34d55a1", token: "tk_k3x0p9q2m7w5r8t1" }];
    return [200, { id: device.id }];
  }

  #test(id) {
    return this.devices.some((device) => device.id === id) ? [202, {}] : [404, { error: { code: "unknown", field: "id", message: "No such phone." } }];
  }

  #token(what, token) {
    if (typeof token !== "string" || token.startsWith("bad")) return [403, { error: { code: "wrong_token", field: "token", message: "That is no token." } }];
    if (token.startsWith("old")) return [410, { error: { code: "expired", field: "token", message: "Too old." } }];
    const at_ms = this.tokens.get(token) ?? Date.now();
    if (what !== "acknowledge") return [200, { state: "ok", at_ms, ticket: "" }];
    if (this.tokens.has(token)) return [409, { state: "used", at_ms, ticket: "" }];
    this.tokens.set(token, at_ms);
    for (const device of this.devices) if (token.startsWith("uji")) device.verified_at_ms = at_ms;
    return [200, { state: "ok", at_ms, ticket: "" }];
  }

  #summary(ticket) {
    const { whole, ...summary } = ticket;
    return { ...summary, late: ticket.due_at_ms !== null && ticket.due_at_ms < Date.now() };
  }

  #list(query) {
    const scope = query.get("scope") ?? "open";
    const over = (ticket) => ["done", "rejected"].includes(ticket.stage);
    const rows = this.tickets.filter((ticket) => (scope === "shelf" ? ticket.agency === "SHELF" : scope === "done" ? over(ticket) : scope === "all" || !over(ticket)));
    rows.sort((a, b) => (a.due_at_ms ?? Infinity) - (b.due_at_ms ?? Infinity));
    const from = Number(query.get("after") ?? 0);
    const to = from + Number(query.get("limit") ?? 50);
    return [200, { tickets: rows.slice(from, to).map((ticket) => this.#summary(ticket)), next: to < rows.length ? String(to) : null, server_ms: Date.now() }];
  }

  #whole(code) {
    const ticket = this.tickets.find((one) => one.code === (this.joined.get(code) ?? code));
    if (ticket === undefined) return [404, { error: { code: "unknown_ticket", field: "code", message: "No such ticket." } }];
    return [200, { ...this.#summary(ticket), ...ticket.whole, may: MAY, server_ms: Date.now() }];
  }

  #act(code, body) {
    const ticket = this.tickets.find((one) => one.code === code);
    const known = this.acts.get(body.key);
    if (ticket === undefined) return [404, { error: { code: "unknown_ticket", field: "code", message: "No such ticket." } }];
    if (known !== undefined) return [200, { state: "again", id: known.id, at_ms: known.at_ms }];
    const act = { id: this.acts.size + 1, at_ms: Date.now(), act: body.act, actor: PERSON.name, agency: PERSON.agency, value: body.value ?? "", text: body.text ?? "", photos: [] };
    this.acts.set(body.key, { ...act, ticket: code, body });
    ticket.whole.acts.push(act);
    ticket.ringing = null;
    if (STAGES.includes(body.act)) ticket.stage = body.act;
    if (["done", "rejected"].includes(body.act)) ticket.due_at_ms = null;
    this.publish([code]);
    return [200, { state: "ok", id: act.id, at_ms: act.at_ms }];
  }

  #correct(code, body) {
    const state = this.acts.has(body.key) ? "again" : "ok";
    if (state === "ok") this.acts.set(body.key, { id: this.acts.size + 1, ticket: code, body });
    return [200, { state, id: this.acts.get(body.key).id }];
  }

  #track(code) {
    const ticket = this.tickets.find((one) => one.code === code);
    if (ticket === undefined) return [404, { error: { code: "unknown", field: "code", message: "No such code." } }];
    return [200, {
      code, stage: ticket.stage, agency_name: PERSON.agency_name, topic_name: ticket.topic_name, received_at_ms: ticket.received_at_ms,
      history: ticket.whole.acts.filter((act) => !["note", "acknowledge"].includes(act.act)).map(({ at_ms, act, text }) => ({ at_ms, act, text })),
    }];
  }
}

const QR = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29" shape-rendering="crispEdges"><rect width="29" height="29" fill="#fff"/><path d="${
  Array.from({ length: 841 }, (_, i) => [i % 29, Math.floor(i / 29)])
    .filter(([x, y]) => {
      const [a, b] = [x < 7 ? x : x > 21 ? 28 - x : -1, y < 7 ? y : y > 21 ? 28 - y : -1];
      if (a >= 0 && b >= 0 && !(x > 21 && y > 21)) return a === 0 || b === 0 || a === 6 || b === 6 || (a > 1 && a < 5 && b > 1 && b < 5);
      return (x * 7 + y * 13 + x * y) % 3 === 0;
    }).map(([x, y]) => `M${x} ${y}h1v1h-1z`).join("")}"/></svg>`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stub = new Stub();
  process.stdout.write(`${await stub.listen(Number(process.argv[2] ?? 0))}\n`);
}
