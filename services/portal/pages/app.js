// app.js - the officers' app: which page is open, and what keeps it true.
//
//     #/masuk      log in; #/masuk?k=CODE with an enrolment's code
//     #/           my tickets
//     #/tiket/CODE one ticket; beside the list where there is room
//     #/ponsel     my phones
//     #/pengaturan settings
//
// Everything shows first what this phone keeps and then what the server says (net.js, store.js).

import { fromNotice } from "./accept.js";
import { h, icon, show, toast } from "./dom.js";
import * as entry from "./entry.js";
import * as list from "./list.js";
import { Away, Refused, clockLoad, now, request } from "./net.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";
import { language, languageLoad, left, rises, say } from "./words.js";

const EVENTS_AGAIN_MS = 10000;
const DEBOUNCE_MS = 400;

let me = null;
let events = null;
let sendTimer = 0;
let ticket = null; // ticket.js and phone.js, once they are needed
let phone = null;
let install = null; // the browser's offer to install
let tickAt = 0;

const byId = (id) => document.getElementById(id);
const main = byId("main");
const aside = byId("aside");

// Frame ----------------------------------------------------------------------------------------------------------------------

function frame(route) {
  const link = (href, name, words) => h("a", { href, "aria-current": route === href ? "page" : null }, icon(name), h("span", {}, words));
  document.documentElement.lang = language();
  document.body.dataset.page = me === null ? "entry" : route === "#/" ? "list" : route.startsWith("#/tiket/") ? "ticket" : "other";
  byId("skip").textContent = say("skip");
  show(byId("top"), me !== null && [h("a", { class: "brand", href: "#/" }, h("img", { src: "/icon.svg", alt: "", width: "28", height: "28" }), h("span", {}, "Kentongan")),
    h("span", { class: "who" }, me.person.agency_name || me.person.agency), h("span", { id: "waiting", role: "status" })]);
  show(byId("nav"), me !== null && [link("#/", "inbox", say("tickets")), link("#/ponsel", "phone", say("phones")), link("#/pengaturan", "gear", say("settings"))]);
  waitingBadge();
}

let badges = 0; // the last look at what waits is the one that is shown

async function waitingBadge() {
  const mine = ++badges;
  const badge = byId("waiting");
  if (badge === null || me === null) return;
  const rows = await outbox.rows(me.person.id);
  const tokens = (await store.all("errands")).filter((row) => row.what === "acknowledge").length;
  if (mine !== badges) return;
  const refused = rows.filter((row) => row.problem !== null);
  const count = rows.length - refused.length + tokens;
  show(badge, refused.length > 0 && h("a", { class: "pill bad", href: `#/tiket/${refused[0].ticket}` }, icon("warn"), say("refused_n", { n: refused.length })),
    count > 0 && h("span", { class: "pill" }, icon("cloud"), say("waiting_n", { n: count })));
}

// Pages ----------------------------------------------------------------------------------------------------------------------

const routeOf = () => (location.hash.startsWith("#/") ? location.hash : "#/");

let visits = 0; // a page that is still on its way when another one is opened draws nothing any more

async function go() {
  const visit = ++visits;
  const route = routeOf();
  const [path, query = ""] = route.split("?");
  const code = path.startsWith("#/tiket/") ? decodeURIComponent(path.slice("#/tiket/".length)) : null;

  ticket?.shut();
  phone?.shut();
  if (me === null || path === "#/masuk") return logIn(visit, code, path === "#/masuk" ? new URLSearchParams(query).get("k") : null);
  frame(path);
  if (path === "#/ponsel") {
    phone ??= await import("./phone.js");
    if (visit === visits) await phone.open(main, me, install);
  } else if (path === "#/pengaturan") entry.settings(main, me, { redraw: go, leaves: nobody, left: leave, stopRinging });
  else if (code !== null) await Promise.all([list.open(aside, me), openTicket(code, visit)]);
  else {
    show(main, h("p", { class: "empty" }, icon("inbox"), say("choose_ticket")));
    await list.open(aside, me);
  }
}

async function openTicket(code, visit) {
  ticket ??= await import("./ticket.js");
  return visit === visits ? ticket.open(code, main, me) : null;
}

async function stopRinging() {
  phone ??= await import("./phone.js");
  await phone.stop();
}

// A notice can be answered without a log-in: its token is enough.
async function logIn(visit, code, enrolment) {
  const notice = code === null ? undefined : await store.get("notices", code);
  if (visit !== visits) return null;
  const to = code === null ? "#/" : routeOf();
  frame("#/masuk");
  show(aside);
  if (notice !== undefined && me === null && entryFor !== code) {
    entryFor = code;
    return fromNotice(notice, main);
  }
  return entry.open(main, enrolment, async (found) => {
    me = found;
    outbox.tell({ type: "person" });
    entryFor = null;
    history.replaceState(null, "", to === location.hash && code === null ? "#/" : to);
    started();
    await guarded(go)();
  });
}

let entryFor = null; // the ticket of the notice that was shown instead of the log-in

// What is still on its way comes too late from now on.
function nobody() {
  me = null;
  events?.close();
  events = null;
  list.forget();
}

function leave() {
  outbox.tell({ type: "person" });
  show(aside);
  location.hash = "#/masuk";
}

// Truth ------------------------------------------------------------------------------------------------------------------------

// 401: the cache stays, for the same person's next log-in.
function guarded(work) {
  return async (...args) => {
    try {
      return await work(...args);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) return expired();
      if (error instanceof Away) return null;
      if (error instanceof Refused) return toast(error.message, { kind: "bad" });
      throw error;
    }
  };
}

function expired() {
  if (me === null) return;
  nobody();
  toast(say("session_over"));
  go();
}

const refresh = guarded(async (codes = null) => {
  if (me === null) return;
  const route = document.body.dataset.page;
  if (route === "list" || route === "ticket") await Promise.all([list.refresh(aside, me), ticket?.changed(codes)]);
});

let soonTimer = 0;
let soonCodes = new Set();
function refreshSoon(codes) {
  for (const code of codes ?? []) soonCodes.add(code);
  clearTimeout(soonTimer);
  soonTimer = setTimeout(() => {
    refresh(soonCodes.size > 0 ? [...soonCodes] : null);
    soonCodes = new Set();
  }, DEBOUNCE_MS);
}

function listenToServer() {
  if (events !== null || me === null || document.hidden) return;
  events = new EventSource("/api/v1/events");
  events.addEventListener("tickets", (event) => refreshSoon(JSON.parse(event.data).codes));
  // What happened before it was open is told by no event.
  events.addEventListener("hello", () => {
    refreshSoon(null);
    outbox.flush({ eager: true }).then(sendLater);
  });
  events.onerror = () => {
    if (events?.readyState !== EventSource.CLOSED) return;
    events = null;
    setTimeout(listenToServer, EVENTS_AGAIN_MS);
  };
}

async function sendLater() {
  clearTimeout(sendTimer);
  const wait = await outbox.nextMs();
  if (wait !== null) sendTimer = setTimeout(() => outbox.flush().then(sendLater), wait);
}

// Somebody logged in or out in another window: this one would go on in the name of who was here before.
async function samePerson() {
  if ((await store.get("kept", "me"))?.person.id !== me?.person.id) location.reload();
}

outbox.listen(async (message) => {
  if (message.type === "login") return expired();
  if (message.type === "person") return samePerson();
  await waitingBadge();
  if (me === null) return message.type === "acknowledged" ? go() : null;
  if (["sent", "refused", "push", "acknowledged"].includes(message.type)) refreshSoon(message.ticket ? [message.ticket] : null);
  else {
    await list.redraw(aside, me);
    await ticket?.changed(message.ticket ? [message.ticket] : null, { server: false });
  }
  return sendLater();
});

// Countdowns: one timer for all of them.
function tick() {
  const at = now();
  for (const element of document.querySelectorAll(".tick")) {
    const { due, step, whom, long } = element.dataset;
    const words = due ? left(Number(due), at, long !== undefined) : rises(whom, Number(step) - at);
    if (element.textContent !== words) element.textContent = words;
  }
  if (tickAt > 0) ticket?.speak(tickAt, at);
  tickAt = at;
}

function wake() {
  if (document.hidden) {
    events?.close();
    events = null;
    return;
  }
  tick();
  entry.leaving().catch(() => {});
  listenToServer();
  refreshSoon(null);
  outbox.flush({ eager: true }).then(sendLater);
}

// Service worker -----------------------------------------------------------------------------------------------------------------

function offerUpdate(waiting) {
  show(byId("update"), h("span", {}, say("new_version")), h("button", {
    type: "button", class: "button", onclick: () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      waiting.postMessage({ type: "take_over" });
    },
  }, h("span", {}, say("reload"))));
}

async function work() {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" }).catch(() => null);
  if (registration === null) return; // on a bad network: at the next start
  const look = () => { if (registration.waiting !== null && navigator.serviceWorker.controller !== null) offerUpdate(registration.waiting); };
  const watch = () => registration.installing?.addEventListener("statechange", look);
  look();
  watch(); // it may have been found before anybody listened
  registration.addEventListener("updatefound", watch);
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data?.type === "go") location.hash = event.data.to;
  });
}

function started() {
  listenToServer();
  outbox.flush({ eager: true }).then(sendLater);
  const idle = window.requestIdleCallback ?? ((call) => setTimeout(call, 1000));
  idle(async () => {
    if ((await store.get("kept", "device")) === undefined) return;
    phone ??= await import("./phone.js");
    if (me !== null) await phone.renew(me);
  });
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  install = event;
});

async function start() {
  entry.themeApply();
  languageLoad();
  await clockLoad();
  const known = await store.get("kept", "me");
  const asked = entry.leaving().then(async (is) => {
    if (is) throw new Away("a log-out waits");
    const found = await request("GET", "me");
    // Whoever logged in or out before the answer came is the one who is here.
    if ((await store.get("kept", "me"))?.csrf !== known?.csrf) throw new Away("of an earlier session");
    await entry.keep(found);
    me = found;
  });
  // With what is kept, the page stands before the server has answered.
  if (!routeOf().startsWith("#/masuk")) me = known ?? null;
  guarded(go)();
  asked.then(() => {
    started();
    if (known === undefined && !routeOf().startsWith("#/masuk")) guarded(go)();
  }, guarded((error) => {
    if (!(error instanceof Away)) throw error;
    if (me !== null) started();
  }));
  document.body.dataset.ready = "yes";
  addEventListener("hashchange", guarded(go));
  addEventListener("unhandledrejection", (event) => { // what a button asked the server for
    if (!(event.reason instanceof Refused || event.reason instanceof Away)) return;
    event.preventDefault();
    guarded(() => { throw event.reason; })();
  });
  addEventListener("online", wake);
  addEventListener("offline", waitingBadge);
  document.addEventListener("visibilitychange", wake);
  setInterval(tick, 1000);
  if (document.readyState === "complete") work();
  else addEventListener("load", work);
}

start();
