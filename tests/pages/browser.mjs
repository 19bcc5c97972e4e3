// browser.mjs - starts Debian's Chromium or Firefox for the checks of the pages.
//
// puppeteer-core is the one in tests/browser/node_modules (npm ci there), or in the folder that KENTONGAN_PUPPETEER names.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const PAGES = join(here, "../../services/portal/pages");

const require = createRequire(join(process.env.KENTONGAN_PUPPETEER ?? join(here, "../browser"), "package.json"));
const puppeteer = require("puppeteer-core");

const PATHS = { chrome: process.env.KENTONGAN_CHROMIUM ?? "/usr/bin/chromium", firefox: process.env.KENTONGAN_FIREFOX ?? "/usr/bin/firefox-esr" };

export function launch(browser = "chrome") {
  return puppeteer.launch({
    browser, executablePath: PATHS[browser], headless: true,
    args: browser === "chrome" ? ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"] : [],
  });
}

// Waits until look() gives something true.
export async function until(look, what, ms = 20000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not in ${ms} ms: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}
