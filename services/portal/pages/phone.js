// phone.js - the phones that ring for me: enrol this one, test it, show a code for the next one, remove one.

import { acceptButton } from "./accept.js";
import { ask, button, field, h, icon, sheet, show, toast } from "./dom.js";
import { Away, Refused, request } from "./net.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";
import { dateTime, legName, say } from "./words.js";

const TEST_TAG = "uji"; // sw.js: the tag of a notice without a ticket
const TEST_WAIT_MS = 120000;
const TEST_LOOK_MS = 3000;

let testing = null; // {id, before, until, timer}

const standalone = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const apple = () => /iPad|iPhone|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
const can = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

function label() {
  const agent = navigator.userAgent;
  const browser = /Firefox/.test(agent) ? "Firefox" : /Edg/.test(agent) ? "Edge" : /SamsungBrowser/.test(agent) ? "Samsung" : /Chrome|CriOS/.test(agent) ? "Chrome" : /Safari/.test(agent) ? "Safari" : "Web";
  const system = /Android/.test(agent) ? "Android" : apple() ? "iPhone/iPad" : /Windows/.test(agent) ? "Windows" : /Mac/.test(agent) ? "Mac" : "Linux";
  return `${browser}, ${system}`;
}

function keyBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function sameKey(subscription, key) {
  const has = subscription.options?.applicationServerKey;
  if (!has) return true;
  const bytes = new Uint8Array(has);
  return bytes.length === key.length && bytes.every((byte, i) => byte === key[i]);
}

async function tellServer(subscription) {
  const { id } = await request("POST", "devices", { leg: "webpush", label: label(), subscription: subscription.toJSON() });
  await store.put("kept", id, "device");
  return id;
}

// Subscribes this browser and tells the server.  A subscription that is somebody else's, or to another key, is made anew.
async function subscribe(me) {
  const key = keyBytes(me.push_key);
  const { pushManager } = await navigator.serviceWorker.ready;
  await store.put("kept", me.push_key, "push_key");
  for (let anew = false; ; anew = true) {
    let found = await pushManager.getSubscription();
    if (found !== null && (anew || !sameKey(found, key))) {
      await found.unsubscribe();
      found = null;
    }
    found ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    try {
      return await tellServer(found);
    } catch (error) {
      if (anew || !(error instanceof Refused) || error.status !== 409) throw error;
    }
  }
}

// At each start: the server learns that this phone is still there, and a key that changed is renewed.
export async function renew(me) {
  if (!can() || Notification.permission !== "granted" || !me.push_key || (await store.get("kept", "device")) === undefined) return;
  try {
    await subscribe(me);
  } catch (error) {
    if (!(error instanceof Away)) console.warn("push: the subscription could not be renewed");
  }
}

// Ends what rings on this phone, also without the server: whoever pushes to it learns that it is gone.
export async function stop() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

// Enrolling ----------------------------------------------------------------------------------------------------------------

async function enrol(page) {
  try {
    if ((await Notification.requestPermission()) !== "granted") return draw(page);
    const id = await subscribe(page.me);
    toast(say("phone_added"), { kind: "good" });
    await test(page, id);
  } catch (error) {
    toast(say(error instanceof Away ? "no_connection" : "push_failed"), { kind: "bad", ms: 8000 });
  }
  return draw(page);
}

async function installNow(page) {
  await page.install.prompt();
  page.install = null;
  draw(page);
}

function appleSteps() {
  return h("div", { class: "steps" }, h("p", {}, say("apple_why")), h("ol", {}, h("li", {}, say("apple_share")), h("li", {}, say("apple_home")), h("li", {}, say("apple_open"))));
}

function thisPhone(page) {
  if (!can()) return apple() && !standalone() ? appleSteps() : h("p", {}, say("no_push_here"));
  if (Notification.permission === "denied") return h("p", { class: "wrong" }, icon("warn"), say("permission_denied"));
  const mine = page.devices.find((device) => device.id === page.own);
  if (mine === undefined) {
    return [h("p", {}, say("enrol_why")), h("button", { type: "button", class: "button primary", onclick: (event) => { event.currentTarget.disabled = true; enrol(page); } },
      icon("bell"), h("span", {}, say("enrol")))];
  }
  return [h("p", { class: mine.verified_at_ms ? "good" : "warn" }, icon(mine.verified_at_ms ? "checks" : "warn"),
    say(mine.verified_at_ms ? "rings_here" : "rings_untested")), testBlock(page, mine)];
}

// The test: a notice of its own, which has to be answered with TERIMA.
async function test(page, id) {
  try {
    await request("POST", `devices/${id}/test`, {});
  } catch (error) {
    toast(say(error instanceof Away ? "no_connection" : "push_failed"), { kind: "bad" });
    return;
  }
  if (open_ !== page) return;
  clearInterval(testing?.timer);
  const before = page.devices.find((device) => device.id === id)?.verified_at_ms ?? 0;
  testing = { id, before, until: Date.now() + TEST_WAIT_MS, timer: setInterval(() => look(page), TEST_LOOK_MS) };
  draw(page);
}

// Several may look at the same time, and the page may be shut before the server answers: the first to see the end says so.
async function look(page) {
  const of = testing;
  if (of === null) return;
  await load(page).catch(() => {});
  if (of !== testing) return;
  const verified = page.devices.find((device) => device.id === of.id)?.verified_at_ms ?? 0;
  if (verified > of.before || Date.now() > of.until) {
    if (verified > of.before) toast(say("test_good"), { kind: "good" });
    else toast(say("test_late"), { kind: "bad", ms: 10000 });
    clearInterval(of.timer);
    testing = null;
  }
  draw(page);
}

function testBlock(page, device) {
  const waits = testing?.id === device.id;
  return h("div", { class: "stack" },
    waits && h("p", { class: "ring-line", role: "status" }, icon("bell"), say("test_running")),
    waits && page.notice?.state === "waiting" && acceptButton(page.notice),
    button(say(waits ? "test_again" : "test"), () => test(page, device.id), { name: "bell" }));
}

// The rest -----------------------------------------------------------------------------------------------------------------

async function removeOne(page, device) {
  if (!(await ask(say("remove_phone"), say("remove_phone_sure", { label: device.label || legName(device.leg) }), say("remove"), { kind: "danger" }))) return;
  try {
    await request("DELETE", `devices/${device.id}`);
    if (device.id === page.own) {
      await stop();
      await store.remove("kept", "device");
    }
  } catch (error) {
    toast(say(error instanceof Away ? "no_connection" : "push_failed"), { kind: "bad" });
  }
  await load(page);
  draw(page);
}

function phoneRow(page, device) {
  return h("li", {}, icon(device.verified_at_ms ? "checks" : "phone"),
    h("div", {}, h("strong", {}, device.label || legName(device.leg)), device.id === page.own && h("span", { class: "tag" }, say("this_phone")),
      h("p", { class: "hint" }, [legName(device.leg), device.verified_at_ms ? say("verified_at", { time: dateTime(device.verified_at_ms) }) : say("never_verified"),
        device.seen_at_ms && say("last_seen", { time: dateTime(device.seen_at_ms) })].filter(Boolean).join(" · "))),
    h("div", { class: "row" }, device.id !== page.own && button(say("test"), () => test(page, device.id)),
      h("button", { type: "button", class: "round", "aria-label": say("remove_phone"), onclick: () => removeOne(page, device) }, icon("close"))));
}

// The server draws the code; as an image it can run nothing.
async function nextPhone() {
  try {
    const code = await request("POST", "enrolments", {});
    const picture = `data:image/svg+xml;base64,${btoa(unescape(encodeURIComponent(code.svg)))}`;
    await sheet(say("next_phone"), [h("p", {}, say("scan_this")), h("img", { class: "qr", src: picture, alt: say("qr_alt") }),
      h("p", { class: "hint" }, say("valid_until", { time: dateTime(code.expires_at_ms) }))]);
  } catch (error) {
    if (!(error instanceof Away || error instanceof Refused)) throw error;
    toast(say("no_connection"), { kind: "bad" });
  }
}

function copyable(name, value) {
  const input = h("input", { type: "text", readonly: true, value, class: "code", onfocus: (event) => event.target.select() });
  return h("div", { class: "copy" }, field(name, input), button(say("copy"), async () => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      input.select();
      document.execCommand("copy");
    }
    toast(say("copied"), { kind: "good" });
  }));
}

async function ntfy(page) {
  try {
    const set = await request("POST", "devices", { leg: "ntfy", label: `ntfy, ${label()}` });
    await sheet(say("ntfy_title"), [h("ol", { class: "steps" }, h("li", {}, say("ntfy_1")), h("li", {}, say("ntfy_2")), h("li", {}, say("ntfy_3")), h("li", {}, say("ntfy_4"))),
      copyable(say("ntfy_server"), set.server), copyable(say("ntfy_topic"), set.topic), copyable(say("ntfy_token"), set.token),
      h("p", { class: "warn" }, icon("warn"), say("shown_once"))]);
    await load(page);
    draw(page);
  } catch (error) {
    if (!(error instanceof Away || error instanceof Refused)) throw error;
    toast(say(error instanceof Away ? "no_connection" : "push_failed"), { kind: "bad" });
  }
}

async function load(page) {
  const mine = ++page.asked;
  const devices = (await request("GET", "devices")).filter((device) => device.state !== "removed");
  if (mine > page.answered) Object.assign(page, { devices, answered: mine }); // else what was asked later knows better
  page.own = await store.get("kept", "device");
  page.notice = await store.get("notices", TEST_TAG);
}

let open_ = null;

function draw(page) {
  if (open_ !== page) return;
  show(page.view, h("h1", { tabindex: "-1" }, say("phones")),
    h("section", {}, h("h2", {}, say("this_phone")), thisPhone(page),
      page.install !== null && !standalone() && button(say("install"), () => installNow(page), { name: "plus" }),
      apple() && can() && !standalone() && appleSteps()),
    h("section", {}, h("h2", {}, say("my_phones")),
      page.devices.length === 0 ? h("p", { class: "empty" }, icon("phone"), say(page.away ? "no_connection" : "no_phones"))
        : h("ul", { class: "devices" }, page.devices.map((device) => phoneRow(page, device)))),
    h("section", {}, h("h2", {}, say("more_phones")), h("div", { class: "acts" },
      button(say("next_phone"), nextPhone, { name: "plus", kind: "act" }),
      page.me.ntfy_url && button(say("ntfy_add"), () => ntfy(page), { name: "bell", kind: "act" })),
    h("p", { class: "hint" }, say("dnd_hint"))));
}

// install: the browser's offer to install (beforeinstallprompt), or null.
export async function open(view, me, install) {
  const page = { view, me, install, asked: 0, answered: 0, devices: [], own: undefined, notice: null, away: false };
  open_ = page;
  draw(page);
  await load(page).catch((error) => {
    if (!(error instanceof Away)) throw error;
    page.away = true;
  });
  if (open_ !== page) return;
  draw(page);
  view.querySelector("h1")?.focus({ preventScroll: true });
}

export async function changed() {
  const page = open_;
  if (page === null) return;
  page.notice = await store.get("notices", TEST_TAG);
  if (testing !== null) await look(page);
  else draw(page);
}

export function shut() {
  open_ = null;
  clearInterval(testing?.timer);
  testing = null;
}

outbox.listen((message) => {
  if (message.tag === TEST_TAG) changed().catch(() => {});
});
