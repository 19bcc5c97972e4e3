// whole_way.mjs - Debian's Chromium and Firefox against a whole cluster: install, log in, enrol, ring, accept, answer.
//
// Pushes are encrypted by the notifier, travel through fake push services, and are opened by the browsers.  Notifications appear on a
// desktop of ours, on which the story taps; nothing inside a browser is simulated.  What it does not show: Google's and Mozilla's
// networks, a sleeping phone, iOS.
import fs from 'node:fs';
import os from 'node:os';
import { check, conclude, note, part } from './checks.mjs';
import { Cluster } from './cluster.mjs';
import { interactive, silence } from './measures.mjs';
import { Phone } from './phone.mjs';
import { GooglePush } from './push_google.mjs';
import { MozillaPush } from './push_mozilla.mjs';
import { Radio } from './radio.mjs';
import * as story from './story.mjs';

const WEIGHT_MOST = 150 * 1000;
const THREE_G = { slowdown: 6, bitsPerS: 1.6e6, delayMs: 150 };
const PASSWORD = 'kentongan ditabuh keras 7';
const PICTURES = new URL('../../build/test-artefacts/browser', import.meta.url).pathname;
const TEXTS = ['Jalan berlubang dalam di depan pasar Bulu Kota Semarang, sudah ada dua motor jatuh',
  'Lampu penerangan jalan dekat balai desa Kota Semarang padam sejak malam Selasa, motor sering jatuh',
  'Sampah menumpuk di belakang masjid besar Kota Semarang, baunya sampai ke rumah warga, motor sulit lewat'];

async function weigh({ phone, radio }) {
  const before = radio.bytesDown;
  await phone.open();
  const bytes = await silence(radio) - before;
  check(`first load: ${bytes} bytes over the wire, service worker's copies included`, bytes < WEIGHT_MOST);
}

async function clock({ phone }) {
  const again = await interactive(phone.page, `${phone.origin}/`, THREE_G);
  note(`logged in, from the service worker: ${JSON.stringify(again)} ms`);
  const fresh = await phone.browser.createBrowserContext();
  const page = await fresh.newPage();
  await page.setViewport({ width: 360, height: 740 });
  const first = await interactive(page, `${phone.origin}/`, THREE_G);
  await fresh.close();
  check(`first load, processor ${THREE_G.slowdown} times slower, ${THREE_G.bitsPerS / 1e6} Mbit/s, ${THREE_G.delayMs} ms: interactive`, first.interactive < 5000, first);
}

async function one(phone, world, person) {
  const me = { ...world, phone, person, password: PASSWORD };
  await part(`${phone.name}: first visit`, () => weigh(me));
  await part(`${phone.name}: install`, () => story.installs(me));
  if (!await part(`${phone.name}: log in and enrol`, () => story.enrols(me)))
    return; // the rest hangs on it
  const accepted = await part(`${phone.name}: it rings`, () => story.rings_and_is_accepted({ ...me, text: world.next() }));
  if (accepted)
    await part(`${phone.name}: answer`, () => story.answers(me, accepted));
  const ringing = await part(`${phone.name}: twice`, () => story.is_not_doubled({ ...me, text: world.next() }));
  if (ringing)
    await part(`${phone.name}: a bad connection`, () => story.works_offline(me, ringing));
  if (phone.name === 'chromium')
    await part('chromium: a slow phone', () => clock(me));
}

async function tell(cluster, world, folder) {
  const agency = (await story.report(cluster, world.next())).agency;
  for (const name of ['sri', 'budi'])
    await cluster.add_person(name, agency, PASSWORD);
  const { chromium: google, firefox: mozilla } = world.pushes;
  const chromium = await Phone.open('chromium', `${folder}/chromium`, google, world.radio.origin);
  const firefox = await Phone.open('firefox', `${folder}/firefox`, mozilla, world.radio.origin);
  try {
    await one(chromium, world, 'sri');
    await one(firefox, world, 'budi');
    await part('firefox: another officer takes it over', () => story.changes_hands({ ...world, phone: firefox, person: 'sri', before: 'budi', password: PASSWORD }));
    await part('two phones, one person', () => story.is_one_person({ ...world, phones: [chromium, firefox], person: 'sri', text: world.next() }));
    await part('gone', () => story.is_gone({ ...world, phones: [chromium, firefox], person: 'sri', text: world.next() }));
    for (const phone of [chromium, firefox])
      check(`${phone.name}: no error in the page`, phone.errors.length === 0, phone.errors);
  } finally {
    await chromium.close();
    await firefox.close();
  }
}

// Kept beside the screenshots.  No log names a person, repeats what one wrote, or gives away an address that rings a phone.
async function readLogs(cluster, pushes) {
  const logs = await cluster.logs();
  fs.mkdirSync(PICTURES, { recursive: true });
  fs.writeFileSync(`${PICTURES}/services.log`, logs);
  const secrets = Object.values(pushes).flatMap(({ subscriptions }) => [...subscriptions.keys()]);
  const found = [...secrets, 'Warga Rahasia', '81234567890', 'motor', PASSWORD].filter((word) => logs.includes(word));
  check(`no secret in ${logs.length} bytes of log`, secrets.length > 0 && found.length === 0, found);
  const errors = logs.split('\n').filter((line) => /^\S* ?error /.test(line));
  check('no error in it', errors.length === 0, errors.slice(0, 5));
}

async function main() {
  const folder = fs.mkdtempSync(`${os.tmpdir()}/kentongan-browser-`);
  const pushes = { chromium: new GooglePush(folder), firefox: new MozillaPush() };
  const radio = await Radio.open(); // leads nowhere yet
  let cluster = null;
  let told = 0;
  try {
    for (const push of Object.values(pushes))
      await push.listen();
    cluster = await Cluster.open(radio.origin, pushes.chromium.reroute, folder);
    radio.to = cluster.up.port;
    const next = () => `${TEXTS[told % TEXTS.length]}, kejadian nomor ${++told} di RT ${told} RW ${told + 3}`;
    await tell(cluster, { cluster, radio, pushes, pictures: PICTURES, next }, folder);
  } catch (error) {
    check('the story came to its end', false, error.stack);
  } finally {
    if (cluster)
      await part('what the services logged', () => readLogs(cluster, pushes));
    await cluster?.close();
    radio.close();
    Object.values(pushes).forEach((push) => push.close());
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  process.exit(conclude());
}

await main();
