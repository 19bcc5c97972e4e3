// sw.js - the service worker: the app without a connection, and the notices that ring.
//
// A push is one JSON object (services/notifier/README.md).  Each ticket has one notification, whose tag is the ticket's code.  The same
// (notice, step) rings once, however often it is pushed; each push shows something.  TERIMA leaves as a POST with the notice's one-time
// token, and waits on this phone if it cannot leave; a GET acknowledges nothing.

import * as outbox from "./outbox.js";
import { request } from "./net.js";
import * as store from "./store.js";
import { clockOf, languageUse, say } from "./words.js";

const VERSION = "2f44c7d4abe6"; // of all files below; tests/pages/check_static --write
const SHELL = ["/", "/app.css", "/app.js", "/accept.js", "/acts.js", "/dom.js", "/entry.js", "/list.js", "/map.js", "/net.js", "/outbox.js", "/phone.js",
  "/store.js", "/ticket.js", "/words.js", "/manifest.webmanifest", "/icon.svg", "/icon-192.png", "/badge-96.png", "/map.json"];
const CACHE = `shell-${VERSION}`;
const TEST_TAG = "uji"; // of notices without a ticket

// The app's files ------------------------------------------------------------------------------------------------------------

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL.map((path) => new Request(path, { cache: "no-cache" })))));
});

// A new version waits until the app is started anew, or the person asks for it.
self.addEventListener("message", (event) => {
  if (event.data?.type === "take_over") self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
    await store.trim();
  })());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin || !SHELL.includes(url.pathname)) return;
  event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(url.pathname)) ?? fetch(event.request)));
});

// Pushes ---------------------------------------------------------------------------------------------------------------------

async function speak() {
  languageUse((await store.get("kept", "language").catch(() => undefined)) ?? "id");
}

function parse(data) {
  try {
    const payload = data.json();
    return Array.isArray(payload?.notices) ? payload : null;
  } catch {
    return null;
  }
}

const notify = (title, options) => self.registration.showNotification(title, { lang: "id", icon: "/icon-192.png", badge: "/badge-96.png", ...options });
const at = (text) => Date.parse(text ?? "") || Date.now();

// What one notice says on the lock screen: the payload's words when it is alone, else its own.
function wording(payload, notice) {
  if (payload.notices.length === 1) return { title: String(payload.title ?? "Kentongan"), body: String(payload.body ?? "") };
  const due = notice.due ? say("due_at", { time: clockOf(at(notice.due)) }) : "";
  return { title: `${notice.urgent ? `${say("urgent").toUpperCase()}: ` : ""}${notice.ticket}`, body: [notice.topic, notice.place, due].filter(Boolean).join(", ") };
}

// TERIMA and Buka, where notifications have buttons.
function actions(row) {
  const both = [{ action: "ack", title: say("push_accept") }, { action: "open", title: say("push_open") }];
  return row.token && row.state === "waiting" ? both.slice(0, self.Notification?.maxActions ?? 2) : [];
}

function ring(row, quiet) {
  return notify(row.title, {
    body: row.body, tag: row.tag, renotify: !quiet, silent: quiet, requireInteraction: row.sev !== "biasa", timestamp: row.since_ms,
    data: { tag: row.tag, u: row.u }, actions: actions(row), ...(quiet ? {} : { vibrate: row.sev === "darurat" ? [500, 200, 500, 200, 500] : [300, 150, 300] }),
  });
}

// What is known of a ticket's notice takes the place of what was shown, without a sound.
function settled(row, words) {
  return notify(words, { body: row.title, tag: row.tag, renotify: false, silent: true, requireInteraction: false, data: { tag: row.tag, u: row.u } });
}

// Is what is kept of this ticket later than the one that came?
const isLater = (kept, row) => kept !== undefined && (kept.id > row.id || (kept.id === row.id && kept.step > row.step));

async function take(payload, notice) {
  const tag = notice.ticket || TEST_TAG;
  const row = {
    tag, id: Number(notice.id) || 0, step: Number(notice.step) || 0, kind: notice.kind, sev: notice.sev ?? "biasa", token: notice.a ?? "",
    u: typeof notice.u === "string" && notice.u.startsWith("/#/") ? notice.u : notice.ticket ? `/#/tiket/${encodeURIComponent(notice.ticket)}` : "/#/ponsel",
    since_ms: at(notice.since), state: "waiting", ...wording(payload, notice),
  };
  const isNew = await store.first(`${row.id}:${row.step}:${row.kind}`);
  if (row.kind === "acknowledged") {
    await store.change("notices", tag, (kept) => kept && { ...kept, state: "acknowledged", at_ms: Date.now() });
    return settled({ ...row, title: row.body }, row.title);
  }
  // An acknowledged notice stays so, also if a step that was on its way comes later; another notice rings.
  const kept = await store.change("notices", tag, (found) => (isLater(found, row)
    || (found !== undefined && found.id === row.id && (found.step === row.step || found.state !== "waiting")) ? undefined : row));
  if (kept.state === "acknowledged" && kept.id === row.id) return settled(kept, say("push_accepted_before", { time: clockOf(kept.at_ms) }));
  if (kept.state === "sending" && kept.id === row.id) return settled(kept, say("push_noted"));
  return ring(kept, !isNew || isLater(kept, row));
}

async function badge() {
  if (!self.navigator.setAppBadge) return;
  const waiting = (await store.all("notices")).filter((row) => row.state === "waiting" && row.tag !== TEST_TAG).length;
  await (waiting > 0 ? self.navigator.setAppBadge(waiting) : self.navigator.clearAppBadge()).catch(() => {});
}

// Acknowledgements that waited for a connection: what stands on the screen says so.
async function catchUp() {
  for (const { row, state } of await outbox.errands()) {
    if (row.what === "acknowledge") await say_settled(row.tag, state);
  }
  await outbox.flush();
}

async function say_settled(tag, state) {
  const row = await store.get("notices", tag);
  if (row === undefined) return;
  const words = { ok: "push_accepted", used: "push_accepted_before", waiting: "push_noted" }[state] ?? "push_stale";
  await settled(row, say(words, { time: clockOf(row.at_ms ?? Date.now()) }));
  await badge();
}

async function push(event) {
  const payload = event.data ? parse(event.data) : null;
  await speak();
  if (payload === null || payload.notices.length === 0) {
    await notify("Kentongan", { body: say("push_plain"), tag: "kentongan", data: { u: "/#/" } });
    return;
  }
  // Showing comes first: a browser that saw nothing takes the permission away.
  await Promise.all(payload.notices.map((notice) => take(payload, notice)));
  for (const notice of payload.notices) {
    if (notice.a && notice.kind !== "acknowledged") await outbox.errand("received", notice.a, notice.ticket || TEST_TAG);
  }
  for (const notice of payload.notices) outbox.tell({ type: "push", ticket: notice.ticket || undefined, tag: notice.ticket || TEST_TAG });
  await badge();
  await catchUp();
}

self.addEventListener("push", (event) => event.waitUntil(push(event)));

// Taps -----------------------------------------------------------------------------------------------------------------------

async function accept(tag, u) {
  const row = await store.get("notices", tag);
  // It was shown to somebody who has logged out since.
  if (!row?.token) return notify(say("push_stale"), { tag, silent: true, data: { tag, u } });
  if (row.state === "acknowledged") return say_settled(tag, "used");
  await say_settled(tag, await outbox.acknowledge(row));
}

async function show(tag, u) {
  const row = tag === undefined ? undefined : await store.get("notices", tag);
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((one) => new URL(one.url).pathname === "/");
  if (open !== undefined) {
    await open.focus().catch(() => {});
    open.postMessage({ type: "go", to: u.slice(1) });
  } else await self.clients.openWindow(u);
  if (row?.token && !row.told_seen) {
    await store.change("notices", tag, (found) => found && { ...found, told_seen: true });
    await outbox.errand("seen", row.token, tag);
    await catchUp();
  }
}

self.addEventListener("notificationclick", (event) => {
  const { tag, u = "/#/" } = event.notification.data ?? {};
  event.waitUntil((async () => {
    await speak();
    if (event.action === "ack") return accept(tag, u);
    event.notification.close();
    return show(tag, u);
  })());
});

// The push service gave this phone another address: the portal has to know it.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil((async () => {
    const key = event.oldSubscription?.options?.applicationServerKey;
    const subscription = event.newSubscription
      ?? await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key ?? (await store.get("kept", "push_key")) });
    const { id } = await request("POST", "devices", { leg: "webpush", label: "", subscription: subscription.toJSON() });
    await store.put("kept", id, "device");
  })().catch(() => {})); // the app does it again when it is started
});
