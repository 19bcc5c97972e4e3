// shots.mjs - pictures of each screen: at phone and desktop size, light and dark, in both languages.
//
//     node tests/pages/shots.mjs FOLDER [chrome|firefox]

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, until } from "./browser.mjs";
import { Stub } from "./stub.mjs";

const folder = process.argv[2];
const kind = process.argv[3] ?? "chrome";
const SIZES = { phone: { width: 360, height: 740 }, small: { width: 320, height: 568 }, desktop: { width: 1280, height: 800 } };

mkdirSync(folder, { recursive: true });
const stub = new Stub();
const origin = await stub.listen();
stub.devices.push({ id: 1, endpoint: "a", leg: "webpush", label: "Chrome, Android", added_at_ms: Date.now() - 9e8, verified_at_ms: Date.now() - 8e8, seen_at_ms: Date.now() - 6e4, state: "up" },
  { id: 2, endpoint: "b", leg: "ntfy", label: "ntfy, Samsung A05", added_at_ms: Date.now() - 9e8, verified_at_ms: null, seen_at_ms: Date.now() - 9e6, state: "up" });

async function shoot(page, name, { full = false } = {}) {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect.getTiming().iterations === 1).map((one) => one.finished)));
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: full });
}

async function go(page, hash, selector) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForSelector(selector, { visible: true });
}

async function run(size, scheme, language) {
  const browser = await launch(kind);
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const name = (screen) => `${screen}-${size}-${scheme}-${language}`;
  await page.setViewport({ ...SIZES[size], deviceScaleFactor: 1 });
  if (kind === "chrome") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(`${origin}/#/masuk`);
  await page.waitForSelector("input[name=username]");
  await page.evaluate((chosen, theme) => { localStorage.setItem("language", chosen); localStorage.setItem("theme", theme); }, language, kind === "chrome" ? "auto" : scheme);
  await page.reload();
  await page.waitForSelector("input[name=username]");
  await shoot(page, name("masuk"));
  await page.type("input[name=username]", "sri");
  await page.type("input[name=password]", "kentongan");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".card");
  await until(() => page.$(".section, .card .left"), "times");
  await shoot(page, name("tiket-saya"));
  await go(page, "#/tiket/JT-7K2M-04QF-9", ".sketch .land");
  await shoot(page, name("tiket"));
  await page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });
  await shoot(page, name("tiket-semua"), { full: true });
  await page.evaluate(() => [...document.querySelectorAll(".acts .button")].find((one) => /Selesai|Done/.test(one.textContent)).click());
  await page.waitForSelector("dialog .button.strong");
  await shoot(page, name("selesai"));
  await page.keyboard.press("Escape");
  await page.evaluate(() => [...document.querySelectorAll(".acts .button")].find((one) => /Bukan wewenang|Not ours/.test(one.textContent)).click());
  await page.waitForSelector(".picks button");
  await shoot(page, name("bukan-wewenang"));
  await page.keyboard.press("Escape");
  await go(page, "#/tiket/JT-3D9V-K1T0-4", ".clock.late");
  await shoot(page, name("terlambat"));
  await go(page, "#/ponsel", ".devices li");
  await shoot(page, name("ponsel"), { full: true });
  await go(page, "#/pengaturan", ".switches");
  await shoot(page, name("pengaturan"));
  await page.goto(`${origin}/lacak#JT-90ZC-E8KD-6`);
  await page.waitForSelector(".track-steps");
  await shoot(page, name("lacak"), { full: true });
  await browser.close();
}

for (const [size, scheme, language] of [["phone", "light", "id"], ["phone", "dark", "id"], ["phone", "light", "en"], ["desktop", "light", "id"], ["desktop", "dark", "en"], ["small", "dark", "id"]]) {
  await run(size, scheme, language);
}
await stub.close();
