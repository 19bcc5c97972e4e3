// measure.mjs - what a first visit costs: bytes and requests, and the time until the log-in can be used on a slow phone.
//
//     node tests/pages/measure.mjs [ORIGIN]      default: the stub, with gzip as the portal has it
//
// Chromium, CPU four times slower, network as slow 3G (400 ms, 400 kbit/s).  Once for the log-in page of a phone that was never here,
// once for the list of one that was.

import { launch, until } from "./browser.mjs";
import { Stub } from "./stub.mjs";

const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 400 * 1024 / 8, uploadThroughput: 400 * 1024 / 8 };
const stub = new Stub();
const origin = process.argv[2] ?? await stub.listen();
const browser = await launch("chrome");
const page = await browser.newPage();
const session = await page.createCDPSession();
let bytes = 0;
let decoded = 0;
let requests = 0;
let counting = true;

session.on("Network.dataReceived", (event) => { if (counting) { bytes += event.encodedDataLength; decoded += event.dataLength; } });
session.on("Network.requestWillBeSent", () => { if (counting) requests += 1; });
await session.send("Network.enable");
await session.send("Network.emulateNetworkConditions", SLOW_3G);
await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true });

// Usable: the field is there and the main thread answers within 50 ms.
async function usable(selector) {
  const from = Date.now();
  await page.waitForSelector(selector, { visible: true, timeout: 60000 });
  await page.evaluate(() => new Promise((resolve) => {
    const look = () => { const at = performance.now(); setTimeout(() => (performance.now() - at < 50 ? resolve() : look()), 0); };
    look();
  }));
  return Date.now() - from;
}

page.goto(`${origin}/`).catch(() => {});
const first = await usable("input[name=username]");
counting = false;
const paint = await page.evaluate(() => Math.round(performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0));
process.stdout.write(`first visit: ${requests} requests, ${decoded} bytes (${bytes} on the wire), first paint ${paint} ms, usable after ${first} ms\n`);

if (process.argv[2] === undefined) {
  await session.send("Network.emulateNetworkConditions", { ...SLOW_3G, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await page.type("input[name=username]", "sri");
  await page.type("input[name=password]", "kentongan");
  await page.click("button[type=submit]");
  await page.waitForSelector(".card");
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await until(() => page.evaluate(() => import("/store.js").then((store) => store.get("kept", "list:open")).then(Boolean)), "the list is kept");
  await page.goto("about:blank");
  await session.send("Network.emulateNetworkConditions", SLOW_3G);
  page.goto(`${origin}/`).catch(() => {});
  process.stdout.write(`next start: list usable after ${await usable(".card")} ms\n`);
}
await browser.close();
await stub.close();
