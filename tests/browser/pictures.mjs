// pictures.mjs - screenshots of the app at the size of a phone and of a desk, in light and in dark, for people to look at.
import fs from 'node:fs';

const SIZES = { phone: { width: 360, height: 740, deviceScaleFactor: 2 }, desk: { width: 1280, height: 800 } };

// Takes four in Chromium; Firefox shows one, as its driver cannot ask for dark.
export async function take(phone, folder, name) {
  fs.mkdirSync(folder, { recursive: true });
  const { page } = phone;
  const schemes = phone.name === 'chromium' ? ['light', 'dark'] : ['light'];
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewport(viewport);
    for (const scheme of schemes) {
      if (phone.name === 'chromium')
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.evaluate(() => new Promise((done) => {
        document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity).forEach((one) => one.finish());
        requestAnimationFrame(() => requestAnimationFrame(done));
      }));
      await page.screenshot({ path: `${folder}/${phone.name}-${name}-${size}-${scheme}.png` });
    }
  }
  await page.setViewport(SIZES.phone);
}
