// measures.mjs - what the first visit costs on a cheap phone: bytes over the wire, and time until the page answers.
//
// Chromium's tools slow the processor and the network down; a real phone is not measured.
import { until } from './waiting.mjs';

const QUIET_MS = 2000; // no long task for so long: interactive

// Browsers' tools call a page installable when this is empty.
export async function installProblems(page) {
  const tools = await page.createCDPSession();
  const { installabilityErrors } = await tools.send('Page.getInstallabilityErrors');
  const { errors, data } = await tools.send('Page.getAppManifest');
  await tools.detach();
  return { problems: [...installabilityErrors.map(({ errorId }) => errorId), ...errors.map(({ message }) => message)], manifest: JSON.parse(data ?? 'null') };
}

// Waits until nothing has come down the radio for quietMs.
export async function silence(radio, quietMs = 1500) {
  let [bytes, since] = [radio.bytesDown, Date.now()];
  await until(() => {
    if (radio.bytesDown !== bytes)
      [bytes, since] = [radio.bytesDown, Date.now()];
    return Date.now() - since > quietMs;
  }, 'the network is silent', 30000);
  return bytes;
}

const watch = () => {
  window.times = { ready: 0, paint: 0, tasks: [] };
  new PerformanceObserver((list) => list.getEntries().forEach(({ startTime, duration }) => window.times.tasks.push([startTime, duration])))
    .observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach(({ name, startTime }) => {
    if (name === 'first-contentful-paint')
      window.times.paint = startTime;
  })).observe({ type: 'paint', buffered: true });
  new MutationObserver(() => {
    if (!window.times.ready && document.body?.dataset.ready === 'yes')
      window.times.ready = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true });
};

// Opens url on a processor `slowdown` times as slow and a network of these bits a second and milliseconds; all in ms since navigation.
export async function interactive(page, url, { slowdown, bitsPerS, delayMs }) {
  const tools = await page.createCDPSession();
  await tools.send('Page.enable');
  await tools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await tools.send('Network.emulateNetworkConditions', { offline: false, latency: delayMs, downloadThroughput: bitsPerS / 8, uploadThroughput: bitsPerS / 16 });
  const { identifier } = await tools.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${watch})()` });
  await page.goto(url, { timeout: 60000 });
  await until(() => page.evaluate((quiet) => window.times.ready > 0
    && performance.now() > Math.max(window.times.ready, ...window.times.tasks.map(([at, took]) => at + took)) + quiet, QUIET_MS), 'interactive', 60000);
  const { ready, paint, tasks } = await page.evaluate(() => window.times);
  await tools.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
  await tools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await tools.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await tools.detach();
  const last = Math.max(0, ...tasks.map(([at, took]) => at + took));
  return { paint: Math.round(paint), interactive: Math.round(Math.max(ready, last)), longest: Math.round(Math.max(0, ...tasks.map(([, took]) => took))) };
}
