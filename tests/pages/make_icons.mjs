// make_icons.mjs - draws icon.svg and badge.svg of the pages as PNG, in the sizes that phones want.
//
//     node tests/pages/make_icons.mjs

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PAGES, launch } from "./browser.mjs";

const browser = await launch();
const page = await browser.newPage();
for (const [from, to, size] of [["icon.svg", "icon-192.png", 192], ["icon.svg", "icon-512.png", 512], ["badge.svg", "badge-96.png", 96]]) {
  const drawing = readFileSync(join(PAGES, from)).toString("base64");
  await page.setViewport({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}img{display:block;width:${size}px;height:${size}px}</style><img src="data:image/svg+xml;base64,${drawing}">`);
  await page.waitForFunction(() => document.images[0].complete);
  writeFileSync(join(PAGES, to), await page.screenshot({ omitBackground: true, optimizeForSpeed: false }));
}
await browser.close();
