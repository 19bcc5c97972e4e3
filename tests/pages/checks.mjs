// checks.mjs - the pages in a real browser, against the stub: what a person can do with them, and what must never happen.
//
//     node tests/pages/checks.mjs [chrome|firefox] [NAME ..]
//     node tests/pages/checks.mjs control        pages that are broken on purpose: each has to be noticed
//
// One line for each check, and "N passed, N failed".  Firefox has no way to give its service worker a push from here: tests/browser
// does that with a real one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PAGES, launch, until } from "./browser.mjs";
import { Stub } from "./stub.mjs";

const isControl = process.argv[2] === "control";
const kind = isControl ? "chrome" : process.argv[2] ?? "chrome";
const only = process.argv.slice(3);
const CODE = "JT-7K2M-04QF-9";
const OTHER = { id: 99, name: "lain", full_name: "Lain", agency: "DISHUB", agency_name: "Dinas Perhubungan", role: "officer", language: "id" };
const TARGET_LEAST = 48; // CSS pixels

function same(is, wanted, what) {
  if (JSON.stringify(is) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
}

// A stub, a browser of its own profile, a page; complaints collects what the console said.
async function world() {
  const stub = new Stub();
  const origin = await stub.listen();
  const browser = await launch(kind);
  const page = await browser.newPage();
  const complaints = [];
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => { if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin) complaints.push(`asked ${request.url()}`); });
  await page.setViewport({ width: 360, height: 740 });
  return { stub, origin, browser, page, complaints, async end() { await browser.close(); await stub.close(); } };
}

async function submit(page) {
  await page.type("input[name=username]", "sri");
  await page.type("input[name=password]", "kentongan");
  await page.click("button[type=submit]");
}

// From the settings.
async function logOut(page) {
  await press(page, "main .button", "Keluar");
  await page.waitForSelector("dialog .danger");
  await press(page, "dialog .button", "Keluar");
  await page.waitForSelector("input[name=username]");
}

async function logIn({ page, origin }, { hash = "#/masuk", worker = true } = {}) {
  await page.goto(`${origin}/${hash}`);
  await page.waitForSelector("input[name=username]");
  await submit(page);
  await page.waitForSelector(".card");
  if (worker) await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
}

const go = async (page, hash, selector) => {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForSelector(selector, { visible: true });
};
const press = (page, selector, words) => page.evaluate((where, text) => {
  const found = [...document.querySelectorAll(where)].find((one) => one.textContent.includes(text));
  if (!found) throw new Error(`no ${where} with ${text}`);
  found.click();
}, selector, words);
const open = (page, code = CODE) => go(page, `#/tiket/${code}`, ".timeline");
const rows = (page, name) => page.evaluate((store) => import("/store.js").then((module) => module.all(store)), name);

// Names of what is kept; how far the server's clock is from this one's belongs to nobody.
const kept = (page) => page.evaluate(() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("kentongan");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const keys = opening.result.transaction("kept").objectStore("kept").getAllKeys();
    keys.onsuccess = () => { opening.result.close(); resolve(keys.result.filter((name) => name !== "offset")); };
    keys.onerror = () => reject(keys.error);
  };
}));
const nothingKept = async (page) => {
  same(await kept(page), [], "kept");
  for (const name of ["tickets", "outbox", "errands", "notices"]) same(await rows(page, name), [], name);
};

// Opens the list, whose answers are held back.  Resolves, once it is asked for, to what lets them come.
async function askForList({ stub, page }) {
  let asked = 0;
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  stub.hold = (path) => { if (!path.startsWith("tickets")) return null; asked += 1; return released; };
  await page.evaluate(() => { location.hash = "#/"; });
  await until(() => asked > 0, "asked");
  return release;
}

async function acting(page, words, text) {
  await press(page, ".acts .button, .primary-bar .button", words);
  await page.waitForSelector("dialog textarea");
  await page.type("dialog textarea", text);
  await page.evaluate(() => document.querySelector("dialog button[type=submit]").click());
  await page.waitForSelector("dialog", { hidden: true });
}

// What must work -----------------------------------------------------------------------------------------------------------

const checks = {
  async "each screen without a complaint in the console"(w) {
    await logIn(w);
    for (const [hash, selector] of [["#/", ".card"], [`#/tiket/${CODE}`, ".sketch .land"], ["#/ponsel", ".empty"], ["#/pengaturan", ".switches"]]) await go(w.page, hash, selector);
    await w.page.goto(`${w.origin}/lacak#${CODE}`);
    await w.page.waitForSelector(".track-steps");
    // The first question of who is there is answered 401 before the log-in.
    same(w.complaints.filter((text) => !text.includes("401")), [], "complaints");
  },

  async "whatever can be tapped is large enough"(w) {
    await logIn(w, { worker: false });
    for (const width of [320, 360, 1280]) {
      await w.page.setViewport({ width, height: 740 });
      for (const [hash, selector] of [["#/", ".card"], [`#/tiket/${CODE}`, ".timeline"], ["#/ponsel", "main .button"], ["#/pengaturan", ".switches"]]) {
        await go(w.page, hash, selector);
        const small = await w.page.evaluate((least) => [...document.querySelectorAll("a, button, input:not(.hidden), select, textarea, summary")]
          .filter((one) => one.checkVisibility() && !one.classList.contains("skip") && getComputedStyle(one).display !== "inline")
          .map((one) => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 0 && (box.height < least - 0.5 || box.width < least - 0.5))
          .map(([one, box]) => `${one.tagName} ${one.textContent.slice(0, 20)} ${Math.round(box.width)}x${Math.round(box.height)}`), TARGET_LEAST);
        same(small, [], `${hash} at ${width}`);
        const over = await w.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) throw new Error(`${hash} at ${width}: ${over} px wider than the screen`);
      }
    }
  },

  async "every field, button and picture has a name"(w) {
    await logIn(w, { worker: false });
    for (const [hash, selector] of [["#/", ".card"], [`#/tiket/${CODE}`, ".sketch .land"], ["#/ponsel", "main .button"], ["#/pengaturan", ".switches"]]) {
      await go(w.page, hash, selector);
      const nameless = await w.page.evaluate(() => [...document.querySelectorAll("a, button, input, select, textarea, [role=img], img")]
        .filter((one) => one.checkVisibility() && !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length || one.hasAttribute("alt"))).map((one) => one.outerHTML.slice(0, 80)));
      same(nameless, [], hash);
    }
  },

  async "hostile words stay words"(w) {
    const look = async (where) => {
      const made = await w.page.evaluate(() => [window.broken ?? null, document.querySelectorAll("body [onerror], body [onload], body script, img[src=x]").length]);
      same(made, [null, 0], where);
    };
    await logIn(w);
    await look("list");
    await open(w.page, "JT-HACK-XSS0-0");
    await w.page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
    await w.page.waitForSelector(".plain .words");
    await look("ticket");
    same(await w.page.$$eval("main section p.words a", (links) => links.map((one) => one.href)), ["https://gateway.example/lampiran/1.jpg"], "what came with the report");
    await w.page.goto(`${w.origin}/lacak#JT-HACK-XSS0-0`);
    await w.page.waitForSelector(".track-steps");
    await look("tracking");
    const hostile = encodeURIComponent("<img src=x onerror=window.broken=1>");
    await w.page.goto(`${w.origin}/lacak#${hostile}`);
    await w.page.waitForSelector("form");
    await look("tracking, code");
    await w.page.goto(`${w.origin}/#/tiket/${hostile}`);
    await w.page.waitForSelector("main .empty");
    await look("ticket, code");
  },

  async "both languages and both themes"(w) {
    await logIn(w, { worker: false });
    await go(w.page, "#/pengaturan", ".switches");
    await press(w.page, ".switches button", "English");
    await w.page.waitForFunction(() => document.documentElement.lang === "en");
    same(await w.page.$eval("main h1", (one) => one.textContent), "Settings", "heading");
    const ground = () => w.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await press(w.page, ".switches button", "Dark");
    same(await ground(), "rgb(15, 21, 19)", "dark ground");
    await press(w.page, ".switches button", "Light");
    same(await ground(), "rgb(243, 245, 242)", "light ground");
    await w.page.reload();
    await w.page.waitForFunction(() => document.querySelector("main h1")?.textContent === "Settings");
  },

  async "acts without a connection leave once, in order, when it is back"(w) {
    await logIn(w);
    await open(w.page);
    await w.page.evaluate(() => caches.keys());
    const port = await w.stub.gone();
    await press(w.page, ".primary-bar .button", "TERIMA");
    await w.page.waitForSelector(".unsent");
    await acting(w.page, "Verifikasi", "Sedang kami periksa bersama kecamatan.");
    await acting(w.page, "Cek lapangan", "Tim berangkat ke lokasi sekarang.");
    await until(async () => (await rows(w.page, "outbox")).length === 3, "three acts on disk");
    await w.page.waitForFunction(() => document.querySelector("#waiting").textContent === "3 menunggu dikirim");
    // The app is closed and opened again meanwhile: it stands without a server.
    await w.page.reload();
    await w.page.waitForSelector(".unsent");
    same(await w.page.$eval(".ticket-head .stage", (one) => one.textContent), "Cek lapangan", "stage shown");
    await w.stub.listen(port);
    await w.page.evaluate(() => dispatchEvent(new Event("online")));
    await until(async () => (await rows(w.page, "outbox")).length === 0, "outbox empty");
    same([...w.stub.acts.values()].map((one) => one.act), ["acknowledge", "verifying", "field_check"], "acts");
  },

  async "an act whose answer was lost is stored once"(w) {
    await logIn(w);
    await open(w.page);
    w.stub.away = "after";
    await press(w.page, ".primary-bar .button", "TERIMA");
    await until(() => w.stub.acts.size === 1, "the act arrived");
    await until(async () => (await rows(w.page, "outbox"))[0]?.tries > 0, "no answer");
    w.stub.away = "";
    await w.page.evaluate(() => dispatchEvent(new Event("online")));
    await until(async () => (await rows(w.page, "outbox")).length === 0, "outbox empty");
    same(w.stub.acts.size, 1, "acts");
    const sent = w.stub.posts.filter(([, path]) => path.endsWith("/acts"));
    if (sent.length < 2) throw new Error("it was not sent again");
    same(new Set(sent.map(([, , body]) => body.key)).size, 1, "keys");
  },

  async "429 and 503 are tried again by themselves"(w) {
    await logIn(w);
    await open(w.page);
    for (const status of [503, 429]) {
      w.stub.away = status;
      await press(w.page, ".acts .button", "Catatan");
      await w.page.waitForSelector("dialog textarea");
      await w.page.type("dialog textarea", `Catatan ${status}.`);
      await w.page.evaluate(() => document.querySelector("dialog button[type=submit]").click());
      await until(async () => (await rows(w.page, "outbox"))[0]?.tries > 0, "tried");
      w.stub.away = "";
      await until(async () => (await rows(w.page, "outbox")).length === 0, "sent by the timer");
    }
    same(w.stub.acts.size, 2, "acts");
  },

  async "a refusal is shown until it is put away, and holds nothing up"(w) {
    await logIn(w);
    await open(w.page);
    w.stub.refuse = (path, body) => (body?.act === "verifying" ? 404 : null);
    await acting(w.page, "Verifikasi", "Ditolak untuk percobaan.");
    await acting(w.page, "Catatan", "Ini tetap terkirim.");
    await w.page.waitForSelector(".unsent.refused");
    await until(() => w.stub.acts.size === 1, "the next act arrived");
    await w.page.reload();
    await w.page.waitForSelector(".unsent.refused .quote");
    same(await w.page.$eval(".unsent.refused .quote", (one) => one.textContent), "Ditolak untuk percobaan.", "its words are kept");
    await press(w.page, ".unsent .button", "Singkirkan");
    await w.page.waitForSelector(".unsent", { hidden: true });
    same(await rows(w.page, "outbox"), [], "outbox");
  },

  async "what was refused on a ticket that is gone can still be read"(w) {
    await logIn(w);
    await open(w.page);
    w.stub.tickets = w.stub.tickets.filter((one) => one.code !== CODE);
    await acting(w.page, "Catatan", "Kata-kata yang tidak boleh hilang.");
    await w.page.waitForSelector(".unsent.refused .quote");
    await w.page.waitForSelector("main .empty");
    await go(w.page, "#/ponsel", "[data-page=other] main h1");
    await w.page.waitForSelector("#waiting .bad");
    await w.page.click("#waiting .bad");
    await w.page.waitForSelector("[data-page=ticket] .unsent.refused .quote");
    await press(w.page, ".unsent .button", "Singkirkan");
    await w.page.waitForSelector(".unsent", { hidden: true });
    await w.page.waitForSelector("#waiting .bad", { hidden: true });
  },

  async "when the session is over, acts wait for the log-in"(w) {
    await logIn(w);
    await open(w.page);
    w.stub.sessions.clear();
    await press(w.page, ".primary-bar .button", "TERIMA");
    await w.page.waitForSelector("input[name=username]");
    same((await rows(w.page, "outbox")).length, 1, "outbox");
    await submit(w.page);
    await until(() => w.stub.acts.size === 1, "sent after the log-in");
    await until(async () => (await rows(w.page, "outbox")).length === 0, "outbox empty");
  },

  async "a log-in is not undone by what was asked before it"(w) {
    let asked = 0;
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    w.stub.hold = (path) => (path === "me" && ++asked === 1 ? released : null);
    await logIn(w);
    same(asked, 1, "who is there was asked");
    const answered = w.page.waitForResponse((response) => response.url().endsWith("/api/v1/me"));
    release();
    same((await answered).status(), 401, "who was there");
    w.stub.publish([CODE]);
    await w.page.waitForResponse((response) => response.url().includes("/api/v1/tickets?"));
    await open(w.page);
    same(await w.page.$$eval("input[name=username]", (all) => all.length), 0, "log-in");
  },

  async "what is eager to leave does so, also if something else is just leaving"(w) {
    await logIn(w);
    await open(w.page);
    w.stub.away = "cut";
    await press(w.page, ".primary-bar .button", "TERIMA");
    await until(async () => (await rows(w.page, "outbox"))[0]?.tries > 0, "tried");
    await w.page.evaluate(() => import("/store.js").then(async (store) => {
      const [row] = await store.all("outbox");
      await store.put("outbox", { ...row, next_ms: Date.now() + 300000 });
    }));
    w.stub.away = "";
    await w.page.evaluate(() => import("/outbox.js").then((outbox) => Promise.all([outbox.flush(), outbox.flush({ eager: true }), outbox.flush()])));
    await until(() => w.stub.acts.size === 1, "sent");
  },

  async "a CSRF token of an earlier log-in is renewed"(w) {
    await logIn(w);
    await open(w.page);
    w.stub.csrf = "csrf-2";
    await press(w.page, ".primary-bar .button", "TERIMA");
    await until(() => w.stub.acts.size === 1, "sent with the new token");
  },

  async "a photo becomes a small JPEG without what the camera wrote"(w) {
    await logIn(w);
    await open(w.page);
    await press(w.page, ".acts .button", "Selesai");
    await w.page.waitForSelector("dialog #photo");
    const bytes = await w.page.evaluate(async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 3000, height: 2000 });
      const context = canvas.getContext("2d");
      const noise = context.createImageData(3000, 2000);
      for (let i = 0, value = 1; i < noise.data.length; i++) {
        value = (value * 1103515245 + 12345) & 0x7fffffff;
        noise.data[i] = i % 4 === 3 ? 255 : value >> 16;
      }
      context.putImageData(noise, 0, 0);
      const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.9); });
      const jpeg = new Uint8Array(await blob.arrayBuffer());
      // An APP1 segment, as cameras write it, after the JFIF one that browsers want first.
      const words = new TextEncoder().encode("Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0GPS-7.0579,110.4467");
      const exif = new Uint8Array([0xff, 0xe1, 0, words.length + 2, ...words]);
      const file = new File([jpeg.slice(0, 20), exif, jpeg.slice(20)], "IMG.jpg", { type: "image/jpeg" });
      const transfer = new DataTransfer();
      transfer.items.add(file);
      const input = document.querySelector("#photo");
      input.files = transfer.files;
      input.dispatchEvent(new Event("change"));
      return file.size;
    });
    await w.page.waitForSelector(".preview img");
    await w.page.type("dialog textarea", "Jalan sudah bersih dan dibuka kembali.");
    await w.page.evaluate(() => document.querySelector("dialog button[type=submit]").click());
    await until(() => w.stub.acts.size === 1, "the act arrived");
    const { photo } = [...w.stub.acts.values()][0].body;
    const data = Buffer.from(photo.data, "base64");
    same(photo.media_type, "image/jpeg", "type");
    same(data.subarray(0, 2).toString("hex"), "ffd8", "JPEG");
    if (data.length > 300 * 1024 || data.length >= bytes) throw new Error(`${data.length} bytes`);
    same(data.includes("Exif") || data.includes("GPS"), false, "Exif");
  },

  async "an act from which nothing followed says so, and what would do nothing is not offered"(w) {
    const ticket = w.stub.tickets.find((one) => one.code === CODE);
    ticket.whole.acts.push({ id: 900, at_ms: Date.now(), act: "in_progress", actor: "sri", actor_kind: "officer", agency: ticket.agency, value: "", text: "", photos: [], done: "nothing: it is closed; it has to be opened again first" });
    await logIn(w);
    await open(w.page);
    same(await w.page.$$eval(".timeline .wrong", (all) => all.length), 1, "said");
    const offered = async (words) => (await w.page.$$eval(".acts .button, .primary-bar .button", (all) => all.map((one) => one.textContent))).filter((text) => words.includes(text));
    same(await offered(["Verifikasi", "Catatan"]), ["Verifikasi", "Catatan"], "on an open one");
    ticket.agency = "SHELF";
    w.stub.publish([CODE]);
    await until(async () => (await offered(["Verifikasi"])).length === 0, "on the shelf");
    same(await offered(["Catatan", "Perbaiki"]), ["Catatan", "Perbaiki"], "what can be done there");
  },

  async "corrections and giving a ticket away"(w) {
    await logIn(w);
    await open(w.page);
    await press(w.page, ".acts .button", "Bukan wewenang");
    await w.page.waitForSelector(".picks button");
    await press(w.page, ".picks button", "Dishub");
    await w.page.type("dialog textarea", "Ini rambu, urusan perhubungan.");
    await w.page.evaluate(() => document.querySelector("dialog button[type=submit]").click());
    await press(w.page, ".acts .button", "Perbaiki");
    await w.page.waitForSelector("dialog .act");
    await press(w.page, "dialog .act", "Pisahkan");
    await w.page.waitForSelector("dialog select");
    const report = await w.page.$eval("dialog select option:nth-child(2)", (one) => one.value);
    await w.page.select("dialog select", report);
    await w.page.evaluate(() => document.querySelector("dialog button[type=submit]").click());
    await until(() => w.stub.acts.size === 2, "both arrived");
    const [away, split] = [...w.stub.acts.values()].map((one) => one.body);
    same([away.act, away.value], ["not_ours", "DISHUB"], "given away");
    same([split.what, split.report], ["split", report], "split");
  },

  async "a log-out leaves nothing behind"(w) {
    await logIn(w);
    await open(w.page);
    await go(w.page, "#/pengaturan", ".switches");
    await logOut(w.page);
    await nothingKept(w.page);
    same(w.stub.sessions.size, 0, "sessions");
    same(await w.page.$$eval(".card", (all) => all.length), 0, "cards");
  },

  async "a log-out leaves nothing behind of what comes while it deletes"(w) {
    await logIn(w);
    await go(w.page, "#/pengaturan", ".switches");
    const release = await askForList(w);
    await go(w.page, "#/pengaturan", ".switches");
    // The deletion goes on for as long as this transaction has something to read.
    await w.page.evaluate(() => {
      const { clear } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.clear = function clearSlowly() {
        const linger = () => { if (!window.answered) this.count().onsuccess = linger; };
        window.deleting = this.name === "notices";
        if (window.deleting) linger();
        return clear.call(this);
      };
    });
    await press(w.page, "main .button", "Keluar");
    await w.page.waitForSelector("dialog .danger");
    await press(w.page, "dialog .button", "Keluar");
    await w.page.waitForFunction(() => window.deleting);
    const answered = w.page.waitForResponse((response) => response.url().includes("/api/v1/tickets"));
    release();
    await answered;
    await rows(w.page, "outbox"); // which is read before it is kept
    await rows(w.page, "kept");
    await w.page.evaluate(() => { window.answered = true; });
    await w.page.waitForSelector("input[name=username]");
    await nothingKept(w.page);
  },

  async "a log-out without a connection is one"(w) {
    await logIn(w);
    await go(w.page, "#/pengaturan", ".switches");
    w.stub.away = "cut";
    await logOut(w.page);
    same(w.stub.sessions.size, 1, "sessions that the server still has");
    w.stub.away = null;
    await w.page.reload();
    await until(() => w.stub.sessions.size === 0, "the server heard of it");
    await w.page.waitForSelector("input[name=username]");
    await until(async () => (await kept(w.page)).length === 0, "nothing is kept");
    same(await w.page.$$eval(".card", (all) => all.length), 0, "cards");
    await logIn(w, { worker: false });
  },

  async "a log-out is one, also where the phone is on the list no more"(w) {
    await logIn(w);
    await w.page.evaluate(() => import("/store.js").then((store) => store.put("kept", 4711, "device")));
    w.stub.refuse = (path) => (path === "devices/4711" ? 404 : null);
    await go(w.page, "#/pengaturan", ".switches");
    await press(w.page, "main .button", "Keluar");
    await w.page.waitForSelector("dialog #quiet");
    await w.page.click("dialog #quiet");
    await press(w.page, "dialog .button", "Keluar");
    await w.page.waitForSelector("input[name=username]");
    same(w.stub.sessions.size, 0, "sessions");
  },

  async "TERIMA that waits for the server leaves after a log-out, too"(w) {
    await logIn(w);
    w.stub.away = "cut";
    await w.page.evaluate((tag) => import("/outbox.js").then((outbox) => outbox.acknowledge({ token: "token-waits", tag })), CODE);
    await go(w.page, "#/pengaturan", ".switches");
    await logOut(w.page);
    w.stub.away = "";
    await w.page.evaluate(() => dispatchEvent(new Event("online")));
    await until(() => w.stub.tokens.has("token-waits"), "acknowledged");
  },

  async "TERIMA leaves once, and is told so, also where two are at it at the same time"(w) {
    let asked = 0;
    let release;
    const released = new Promise((resolve) => { release = resolve; });
    w.stub.hold = (path) => (path === "push/acknowledge" && ++asked === 1 ? released : null);
    await logIn(w);
    await w.page.evaluate((tag) => import("/outbox.js").then(async (outbox) => {
      await outbox.errand("acknowledge", "token-once", tag);
      window.sent = outbox.errands();
    }), CODE);
    await until(() => asked === 1, "sent");
    await w.page.evaluate((tag) => import("/outbox.js").then(async (outbox) => {
      window.answer = outbox.acknowledge({ token: "token-once", tag });
      await outbox.errands();
    }), CODE);
    release();
    same(await w.page.evaluate(() => window.answer), "ok", "the tap");
    same(posted(w, "acknowledge"), ["token-once"], "sent");
    same(await rows(w.page, "errands"), [], "what waits");
  },

  async "nothing leaves in the name of another who logged in here"(w) {
    await logIn(w);
    await open(w.page);
    // Another window: the cookie is somebody else's now.
    w.stub.person = OTHER;
    w.stub.csrf = "of-another";
    await acting(w.page, "Catatan", "Ini catatan saya sendiri");
    await w.page.waitForSelector("input[name=username]");
    same(w.stub.acts.size, 0, "acts");
    same((await rows(w.page, "outbox")).length, 1, "what waits");
  },

  async "who logs in or out in another window does so in this one, too"(w) {
    await logIn(w);
    await open(w.page);
    const other = await w.browser.newPage();
    await other.goto(`${w.origin}/#/pengaturan`);
    await other.waitForSelector(".switches");
    await logOut(other);
    await w.page.waitForSelector("input[name=username]");
    w.stub.person = OTHER;
    w.stub.csrf = "of-another";
    await logIn({ page: other, origin: w.origin }, { worker: false });
    await w.page.bringToFront();
    await w.page.waitForFunction(() => document.querySelector(".who")?.textContent === "Dinas Perhubungan");
    await w.page.waitForSelector(".acts .button");
    await acting(w.page, "Catatan", "Ini catatan saya sendiri");
    await until(() => w.stub.acts.size === 1, "sent");
  },

  async "a page that was left while its answer was on its way draws nothing, and fails nowhere"(w) {
    await logIn(w);
    w.stub.devices.push({ id: 100, endpoint: "x", leg: "webpush", label: "Chrome", added_at_ms: Date.now(), verified_at_ms: null, seen_at_ms: null, state: "up" },
      { id: 101, endpoint: "y", leg: "webpush", label: "Firefox", added_at_ms: Date.now(), verified_at_ms: null, seen_at_ms: null, state: "up" });
    for (const [hash, selector, act] of [
      ["#/ponsel", ".devices", () => press(w.page, ".devices .button", "Kirim uji")], [`#/tiket/${CODE}`, ".timeline", () => w.stub.publish([CODE])],
      ["#/", ".tabs", () => press(w.page, ".tabs button", "Selesai")],
    ]) {
      await go(w.page, hash, selector);
      let asked = 0;
      let release;
      const released = new Promise((resolve) => { release = resolve; });
      w.stub.hold = (path, method) => { if (path === "events" || method !== "GET") return null; asked += 1; return released; };
      await act();
      await until(() => asked > 0, `${hash}: asked`);
      await go(w.page, "#/pengaturan", ".switches");
      w.stub.hold = null;
      const answered = w.page.waitForFunction((n) => performance.getEntriesByType("resource").length > n, {}, await w.page.evaluate(() => performance.getEntriesByType("resource").length));
      release();
      await answered;
      await w.page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
      same(await w.page.$$eval(".switches", (all) => all.length), 1, `${hash}: the page that is open`);
    }
    same(w.complaints.filter((text) => !text.includes("401")), [], "complaints");
  },

  async "an answer that was overtaken by a later one is not shown"(w) {
    await logIn(w);
    const device = (id, label) => w.stub.devices.push({ id, endpoint: label, leg: "ntfy", label, added_at_ms: Date.now(), verified_at_ms: null, seen_at_ms: null, state: "up" });
    device(100, "ntfy");
    for (const [hash, path, selector, first, change] of [
      [`#/tiket/${CODE}`, `tickets/${CODE}`, ".timeline", () => w.stub.publish([CODE]), () => { w.stub.tickets[0].topic_name = "Lain sama sekali"; w.stub.publish([CODE]); }],
      // A phone that is tested is looked after every three seconds.
      ["#/ponsel", "devices", ".devices", () => press(w.page, ".devices .button", "Kirim uji"), () => device(101, "Lain sama sekali")],
    ]) {
      let asked = 0;
      let release;
      const released = new Promise((resolve) => { release = resolve; });
      await go(w.page, hash, selector);
      w.stub.hold = (where) => (where === path && ++asked === 1 ? released : null);
      await first();
      await until(() => asked === 1, `${hash}: asked`);
      change();
      const shown = () => w.page.$eval("main", (one) => one.textContent.includes("Lain sama sekali"));
      await until(shown, `${hash}: what was asked later`);
      const answered = w.page.waitForResponse((response) => response.url().endsWith(`/api/v1/${path}`));
      release();
      await answered;
      for (const name of ["tickets", "outbox", "notices"]) await rows(w.page, name); // it is drawn after these are read
      same(await shown(), true, `${hash}: what was asked before`);
    }
  },

  async "what was asked for one person comes too late for the next one"(w) {
    await logIn(w);
    await go(w.page, "#/pengaturan", ".switches");
    const release = await askForList(w);
    await w.page.evaluate(() => { location.hash = "#/pengaturan"; });
    await logOut(w.page);
    w.stub.hold = null;
    w.stub.person = OTHER;
    w.stub.tickets = w.stub.tickets.filter((ticket) => ticket.code === CODE);
    await submit(w.page);
    await w.page.waitForFunction(() => document.querySelector(".who")?.textContent === "Dinas Perhubungan");
    same(await w.page.$$eval(".card", (all) => all.length), 0, "cards of who was here before");
    release();
    await w.page.waitForFunction(() => document.querySelectorAll(".card").length === 1);
    const list = await w.page.evaluate(() => import("/store.js").then((store) => store.get("kept", "list:open")));
    same(list.tickets.map((ticket) => ticket.code), [CODE], "kept");
  },

  async "a list stays as long as it was made"(w) {
    w.stub.tickets = Array.from({ length: 120 }, (_, i) => ({ ...w.stub.tickets[0], code: `JT-0000-${String(i).padStart(4, "0")}-0` }));
    await logIn(w);
    const cards = () => w.page.$$eval(".card", (all) => all.length);
    same(await cards(), 50, "a page");
    await press(w.page, "#aside .button", "Muat lagi");
    await w.page.waitForFunction(() => document.querySelectorAll(".card").length === 100);
    w.stub.tickets[99].topic_name = "Lain sama sekali";
    w.stub.publish([w.stub.tickets[99].code]);
    await w.page.waitForFunction(() => [...document.querySelectorAll(".card strong")].some((one) => one.textContent === "Lain sama sekali"));
    same(await cards(), 100, "after an event");
  },

  async "a session that is over is noticed by any button"(w) {
    let asked = 0;
    w.stub.hold = (path) => { asked += path.startsWith("tickets"); return null; };
    await logIn(w);
    await until(() => asked >= 2, "the list, and once more after the stream's hello");
    w.stub.sessions.clear();
    await press(w.page, ".tabs button", "Selesai");
    await w.page.waitForSelector("input[name=username]");
  },

  async "the code of a report that hangs on another ticket opens that ticket"(w) {
    w.stub.joined.set("JT-0THE-R000-0", CODE);
    await logIn(w);
    await open(w.page, "JT-0THE-R000-0");
    await w.page.waitForFunction((code) => location.hash === `#/tiket/${code}`, {}, CODE);
    await w.page.waitForSelector(".primary-bar .accept");
    await press(w.page, ".primary-bar .button", "TERIMA");
    await until(() => w.stub.acts.size === 1, "sent");
    await w.page.waitForFunction(() => document.querySelector(".primary-bar .accept") === null);
  },

  async "TERIMA is not offered again because the phone's clock is wrong"(w) {
    await w.page.evaluateOnNewDocument(() => { const right = Date.now; Date.now = () => right() - 7 * 3600e3; });
    await logIn(w);
    await open(w.page);
    w.stub.away = "cut";
    await press(w.page, ".primary-bar .button", "TERIMA");
    await w.page.waitForSelector(".unsent");
    same(await w.page.$$eval(".primary-bar .accept", (all) => all.length), 0, "TERIMA");
  },

  async "an enrolment's code logs in once, after a tap"(w) {
    await w.page.goto(`${w.origin}/#/masuk?k=SEKALI`);
    await w.page.waitForSelector(".lone .primary");
    same(w.stub.posts.filter(([, path]) => path === "session").length, 0, "nothing was sent by opening the link");
    await w.page.click(".lone .primary");
    await w.page.waitForSelector(".card");
    same(w.page.url().includes("SEKALI"), false, "the code is gone from the address");
  },

  async "what changed on the server shows by itself"(w) {
    await logIn(w);
    await until(() => w.stub.streams.size > 0, "listening");
    w.stub.tickets[3].topic_name = "Drainase, baru";
    w.stub.publish([w.stub.tickets[3].code]);
    await w.page.waitForFunction(() => document.body.textContent.includes("Drainase, baru"));
  },

  async "what changed while the server was away shows when it is back"(w) {
    await logIn(w);
    await until(() => w.stub.streams.size > 0, "listening");
    w.stub.away = 503;
    for (const stream of w.stub.streams) stream.end();
    await until(() => w.stub.refusedStreams > 0, "asked for a stream");
    w.stub.tickets[3].topic_name = "Drainase, baru";
    w.stub.away = "";
    await w.page.waitForFunction(() => document.body.textContent.includes("Drainase, baru"));
  },

  async "a new version that is found before the page listens is offered, too"(w) {
    await logIn(w);
    const worker = readFileSync(join(PAGES, "sw.js"), "utf8");
    w.stub.changed.set("sw.js", `${worker}\n// another version`.replace(/const VERSION = "[^"]*"/, 'const VERSION = "next"'));
    await w.page.evaluateOnNewDocument(() => {
      const { register } = ServiceWorkerContainer.prototype;
      ServiceWorkerContainer.prototype.register = async function registerLate(...words) {
        const registration = await register.apply(this, words);
        await new Promise((resolve) => { registration.addEventListener("updatefound", resolve, { once: true }); registration.update(); });
        return registration;
      };
    });
    await w.page.reload();
    await w.page.waitForSelector("#update .button");
  },

  async "a new version waits until the person wants it"(w) {
    await logIn(w);
    const worker = readFileSync(join(PAGES, "sw.js"), "utf8");
    await w.page.reload();
    await w.page.waitForSelector(".card");
    w.stub.changed.set("sw.js", `${worker}\n// another version`.replace(/const VERSION = "[^"]*"/, 'const VERSION = "next"'));
    await w.page.evaluate(() => navigator.serviceWorker.getRegistration().then((one) => one.update()));
    await w.page.waitForSelector("#update .button");
    same(await w.page.evaluate(() => caches.keys().then((all) => all.length)), 2, "both caches");
    await Promise.all([w.page.waitForNavigation(), w.page.click("#update .button")]);
    await w.page.waitForSelector(".card");
    await until(async () => JSON.stringify(await w.page.evaluate(() => caches.keys())) === '["shell-next"]', "the old cache is gone");
  },
};

// Pushes: Chromium's protocol hands the service worker what a push service would. --------------------------------------------------

async function pushWorld(w) {
  await w.browser.defaultBrowserContext().overridePermissions(w.origin, ["notifications"]);
  await logIn(w);
  const session = await w.page.createCDPSession();
  const found = new Promise((resolve) => { session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => { if (registrations.length > 0) resolve(registrations[0].registrationId); }); });
  await session.send("ServiceWorker.enable");
  const registrationId = await found;
  // A push to a registration without an active worker is lost.
  await w.page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
  const push = (payload) => session.send("ServiceWorker.deliverPushMessage", { origin: w.origin, registrationId, data: typeof payload === "string" ? payload : JSON.stringify(payload) });
  const notifications = () => w.page.evaluate(() => navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.map((one) => (
    { tag: one.tag, title: one.title, body: one.body, silent: one.silent, renotify: one.renotify, stays: one.requireInteraction, actions: one.actions.map((action) => action.action) }))));
  // A tap, as the browser would tell of it.
  const tap = async (action, tag) => {
    const target = await w.browser.waitForTarget((one) => one.type() === "service_worker" && one.url().startsWith(w.origin));
    const worker = await target.worker();
    return worker.evaluate(async (which, where) => {
      const [notification] = (await self.registration.getNotifications()).filter((one) => one.tag === where);
      const event = new NotificationEvent("notificationclick", { notification, action: which });
      const waits = [];
      Object.defineProperty(event, "waitUntil", { value: (promise) => waits.push(promise.catch(() => {})) });
      self.dispatchEvent(event);
      await Promise.all(waits);
    }, action, tag);
  };
  return { push, notifications, tap };
}

let nextToken = 0;
const notice = (id, step, more = {}) => ({ id, ticket: CODE, kind: "ticket_opened", topic: "Tanah longsor", place: "Kec. Ungaran Barat", since: "2026-11-22T11:00:00Z", a: `token-${id}-${++nextToken}`, step, sev: "darurat", u: `/#/tiket/${CODE}`, ...more });
const payload = (...notices) => ({ v: 1, title: `DARURAT: ${notices[0].ticket || "Uji"}`, body: "Tanah longsor, Kec. Ungaran Barat.", notices });
const posted = (w, what) => w.stub.posts.filter(([, path]) => path === `push/${what}`).map(([, , body]) => body.token);

const pushes = {
  async "a push shows, says that it was received, and rings once for each step"(w) {
    const { push, notifications } = await pushWorld(w);
    const first = notice(42, 0);
    await push(payload(first));
    await until(async () => (await notifications()).length === 1, "shown");
    same(await notifications(), [{ tag: CODE, title: `DARURAT: ${CODE}`, body: "Tanah longsor, Kec. Ungaran Barat.", silent: false, renotify: true, stays: true, actions: ["ack", "open"] }], "first");
    await until(() => posted(w, "received").length === 1, "received");
    await push(payload(first));
    await until(async () => (await notifications())[0]?.silent === true, "the same again is silent");
    same((await notifications()).length, 1, "notifications");
    await push(payload({ ...first, step: 1 }));
    await until(async () => (await notifications())[0]?.silent === false, "the next step rings");
    same((await notifications()).length, 1, "one a ticket");
    await push(payload({ ...first, step: 0 }));
    await until(async () => (await notifications())[0]?.silent === true, "an older step does not");
    const rowsNow = await rows(w.page, "notices");
    same([rowsNow[0].id, rowsNow[0].step], [42, 1], "the later one is kept");
  },

  async "twice the same push at once rings once"(w) {
    const { push, notifications } = await pushWorld(w);
    const one = notice(43, 2);
    await Promise.all([push(payload(one)), push(payload(one)), push(payload(one))]);
    await until(() => posted(w, "received").length >= 1, "received");
    same((await notifications()).length, 1, "notifications");
    same((await rows(w.page, "shown")).length, 1, "shown");
  },

  async "several notices in one push: one notification a ticket"(w) {
    const { push, notifications } = await pushWorld(w);
    await push(payload(notice(50, 0), notice(51, 0, { ticket: "JT-QX81-7HB2-C", sev: "biasa", u: "/#/tiket/JT-QX81-7HB2-C" })));
    await until(async () => (await notifications()).length === 2, "two");
    same((await notifications()).find((one) => one.tag === "JT-QX81-7HB2-C").stays, false, "biasa does not stay");
    await until(() => posted(w, "received").length === 2, "both received");
  },

  async "TERIMA on the notification acknowledges once, and says when"(w) {
    const { push, notifications, tap } = await pushWorld(w);
    const one = notice(60, 0);
    await push(payload(one));
    await until(async () => (await notifications()).length === 1, "shown");
    await tap("ack", CODE);
    same(posted(w, "acknowledge"), [one.a], "acknowledged");
    const [now] = await notifications();
    if (!/^Diterima \d\d\.\d\d WIB$/.test(now.title) || now.silent !== true || now.actions.length !== 0) throw new Error(JSON.stringify(now));
    await tap("ack", CODE);
    same(posted(w, "acknowledge").length, 1, "a second tap");
    await push(payload({ ...one, step: 1 }));
    await until(async () => (await notifications())[0]?.title?.startsWith("Sudah diterima"), "a step that was on its way does not ring");
  },

  async "TERIMA without a connection waits and leaves with the next push"(w) {
    const { push, notifications, tap } = await pushWorld(w);
    const one = notice(61, 0);
    await push(payload(one));
    await until(() => posted(w, "received").length === 1, "received");
    await w.page.goto("about:blank");
    w.stub.away = "cut";
    await tap("ack", CODE);
    w.stub.away = "";
    await push(payload(notice(62, 0, { ticket: "JT-QX81-7HB2-C" })));
    await until(() => posted(w, "acknowledge").length === 1, "sent");
    same(posted(w, "acknowledge"), [one.a], "its token");
    await w.page.goto(`${w.origin}/`);
    await until(async () => (await notifications()).some((shown) => /^Diterima /.test(shown.title)), "shown as accepted");
  },

  async "409 is done, 410 is said"(w) {
    const { push, notifications, tap } = await pushWorld(w);
    const used = notice(63, 0, { a: "token-used" });
    w.stub.tokens.set("token-used", Date.now() - 60000);
    await push(payload(used));
    await until(async () => (await notifications()).length === 1, "shown");
    await tap("ack", CODE);
    same((await notifications())[0].title.startsWith("Sudah diterima"), true, "409");
    await push(payload(notice(64, 0, { a: "old-1" })));
    await until(async () => (await notifications())[0]?.title?.startsWith("DARURAT"), "another notice rings");
    await tap("ack", CODE);
    same((await notifications())[0].title.startsWith("Tidak berlaku lagi"), true, "410");
  },

  async "another's acknowledgement takes the place of the ringing, silently"(w) {
    const { push, notifications } = await pushWorld(w);
    await push(payload(notice(65, 0)));
    await until(async () => (await notifications()).length === 1, "shown");
    await push({ v: 1, title: "Sudah diterima oleh Budi", body: CODE, notices: [notice(65, 0, { kind: "acknowledged" })] });
    await until(async () => (await notifications())[0]?.title === "Sudah diterima oleh Budi", "replaced");
    same([(await notifications())[0].silent, (await notifications()).length], [true, 1], "silent, one");
    same((await rows(w.page, "notices"))[0].state, "acknowledged", "no TERIMA any more");
  },

  async "an unreadable push still shows something"(w) {
    const { push, notifications } = await pushWorld(w);
    await push("not JSON");
    await until(async () => (await notifications()).length === 1, "shown");
    await push({ v: 1, title: "x", notices: [] });
    same((await notifications()).length, 1, "one");
  },

  async "TERIMA on a notification that a log-out left behind says that it is void"(w) {
    const { push, notifications, tap } = await pushWorld(w);
    await push(payload(notice(67, 0)));
    await until(async () => (await notifications()).length === 1, "shown");
    await go(w.page, "#/pengaturan", ".switches");
    await logOut(w.page);
    await tap("ack", CODE);
    same((await notifications())[0].title.startsWith("Tidak berlaku lagi"), true, "said");
    same(posted(w, "acknowledge"), [], "acknowledged");
  },

  async "the page has TERIMA from the notice's token, also without a session"(w) {
    const { push } = await pushWorld(w);
    const one = notice(66, 0);
    await push(payload(one));
    await until(() => posted(w, "received").length === 1, "received");
    await open(w.page);
    await until(() => posted(w, "seen").length === 1, "seen");
    w.stub.sessions.clear();
    await w.page.reload();
    await w.page.waitForSelector(".lone .accept");
    same(w.stub.tokens.size, 0, "opening it acknowledged nothing");
    await w.page.click(".lone .accept");
    await until(() => w.stub.tokens.has(one.a), "acknowledged");
  },

  async "the test of a phone: TERIMA makes it verified"(w) {
    const { push, tap } = await pushWorld(w);
    w.stub.devices.push({ id: 100, endpoint: "x", leg: "webpush", label: "Chrome", added_at_ms: Date.now(), verified_at_ms: null, seen_at_ms: null, state: "up" });
    await w.page.evaluate(() => import("/store.js").then((store) => store.put("kept", 100, "device")));
    await go(w.page, "#/ponsel", ".warn");
    await press(w.page, "main .button", "Kirim uji");
    await until(() => w.stub.posts.some(([, path]) => path === "devices/100/test"), "asked");
    await push(payload(notice(70, 0, { ticket: "", kind: "test", sev: "segera", u: "/#/ponsel", a: "uji-1" })));
    await w.page.waitForSelector("main .accept");
    await tap("ack", "uji");
    await w.page.waitForSelector("main p.good");
  },
};

// Broken pages: the check that has to fail, the file, and what is broken in it.
const controls = [
  ["an act whose answer was lost is stored once", "outbox.js", "/${row.path}`, row.body)", "/${row.path}`, { ...row.body, key: uuid() })"],
  ["acts without a connection leave once", "outbox.js", "(one) => one.problem === null && !held.has(one.ticket)", "(one, i, rest) => rest.at(-1) === one && one.problem === null && !held.has(one.ticket)"],
  ["a refusal is shown until", "outbox.js", "(found) => found && { ...found, problem }", "() => undefined); await store.remove(\"outbox\", row.seq"],
  ["hostile words stay words", "ticket.js", "/^https?:\\/\\//i.test(one.uri)", "true"],
  ["hostile words stay words", "dom.js", "element.append(child);", "child instanceof Node ? element.append(child) : element.insertAdjacentHTML('beforeend', child);"],
  ["a photo becomes a small JPEG", "acts.js", "await shrink(input.files[0])", "input.files[0]"],
  ["rings once for each step", "sw.js", "return ring(kept, !isNew || isLater(kept, row));", "return ring(kept, false);"],
  ["one notification a ticket", "sw.js", "const tag = notice.ticket || TEST_TAG;", "const tag = TEST_TAG;"],
  ["also without a session", "ticket.js", "async function seen(code) {", "async function seen(code) { outbox.acknowledge(await store.get('notices', code));"],
  ["whatever can be tapped is large enough", "app.css", "min-height: 48px; padding: 8px 18px", "min-height: 40px; padding: 4px 18px"],
  ["a log-out without a connection is one", "entry.js", "if (csrf === undefined) return false;", "return false;"],
  ["nothing leaves in the name of another", "net.js", "kept.person.id !== me.person.id", "false"],
  ["a log-out leaves nothing behind", "store.js", "name === \"shown\" ||", "name === \"shown\" || name === \"tickets\" ||"],
];

// NULL, or why it failed.
async function attempt(check, broken) {
  const w = await world();
  try {
    if (broken) {
      const [file, from, to] = broken;
      const text = readFileSync(join(PAGES, file), "utf8");
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      w.stub.changed.set(file, text.replace(from, to));
    }
    await check(w);
    return null;
  } catch (error) {
    if (String(error).includes(" has no ")) throw error;
    return `${error.stack?.split("\n").slice(0, 3).join("\n     ")}\n     ${w.complaints.join("\n     ")}`;
  } finally {
    await w.end();
  }
}

const all = Object.entries(kind === "chrome" ? { ...checks, ...pushes } : checks);
let passed = 0;
let failed = 0;
if (isControl) {
  for (const [part, ...broken] of controls) {
    const [title, check] = all.find(([name]) => name.includes(part));
    const noticed = (await attempt(check, broken)) !== null;
    if (noticed) passed += 1; else failed += 1;
    process.stdout.write(`${noticed ? "ok   noticed" : "FAIL not noticed"} in ${broken[0]}: ${title}\n`);
  }
} else {
  for (const [title, check] of all.filter(([name]) => only.length === 0 || only.some((part) => name.includes(part)))) {
    const problem = await attempt(check, null);
    if (problem === null) passed += 1; else failed += 1;
    process.stdout.write(`${problem === null ? "ok  " : "FAIL"} ${title}\n${problem === null ? "" : `     ${problem}\n`}`);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
