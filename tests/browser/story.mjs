// story.mjs - what an officer lives through with one phone, from the first visit to the reporter's answer.
//
// Each part is told by what a person sees and taps, and by what PostgreSQL has afterwards.
import { check } from './checks.mjs';
import { installProblems } from './measures.mjs';
import { take } from './pictures.mjs';
import { stays, until } from './waiting.mjs';

const CALM_MS = 2500; // so long nothing more may happen

let published = 0;

// One report, as a citizen sends it; waits for its ticket.  Returns {code, id, agency}.
export async function report(cluster, text, fields = {}) {
  const message = `${process.pid}-${++published}`;
  const code = await cluster.publish(message, text, { place: { region_code: '33.74' }, reporter: { name: 'Warga Rahasia', phone: '081234567890' }, ...fields });
  const [id, agency] = await until(async () => (await cluster.query(
    'SELECT t.id, t.agency FROM reports r JOIN ticket_reports l ON l.report_id = r.id JOIN tickets t ON t.id = l.ticket_id WHERE r.tracking_code = %s',
    [code]))[0], `a ticket for ${code}`);
  return { code, id, agency };
}

const rings = (cluster, ticket) => cluster.query('SELECT ended, ended_by, step FROM rings WHERE ticket_id = %s ORDER BY notice_id', [ticket.id]);
const acts = (cluster, ticket, act) => cluster.value('SELECT count(*) FROM acts WHERE ticket_id = %s AND act = %s', [ticket.id, act]);
const accepted = (cluster, ticket) => cluster.value(
  `SELECT count(DISTINCT d.device_id) FROM deliveries d JOIN notices n ON n.id = d.notice_id WHERE n.ticket_id = %s AND d.device_id <> 0 AND d.outcome = 'accepted'`, [ticket.id]);
const proofs = async (cluster, ticket) => (await cluster.query(
  'SELECT DISTINCT p.what FROM notice_proofs p JOIN notices n ON n.id = p.notice_id WHERE n.ticket_id = %s', [ticket.id])).flat();

export async function installs({ phone }) {
  await phone.open();
  const app = await phone.page.evaluate(async () => {
    const manifest = await (await fetch(document.querySelector('link[rel=manifest]').href)).json();
    const worker = await navigator.serviceWorker.ready;
    return { name: manifest.name, display: manifest.display, start: manifest.start_url, icons: manifest.icons.length, worker: worker.active !== null };
  });
  check(`${phone.name}: a manifest with icons, and a service worker`, app.display === 'standalone' && app.icons > 0 && app.worker, app);
  if (phone.name === 'chromium') {
    const { problems } = await installProblems(phone.page);
    check('chromium: calls the app installable', problems.length === 0, problems);
  }
}

const phonesOf = (cluster, person) => cluster.query(
  'SELECT d.id, d.verified_at IS NOT NULL FROM devices d JOIN persons p ON p.id = d.person_id WHERE p.name = %s AND d.removed_at IS NULL ORDER BY d.id',
  [person]);

// A test push has to be shown, and answered with TERIMA, before the phone counts as one that rings.
export async function enrols({ phone, cluster, person, password, pictures }) {
  const before = (await phonesOf(cluster, person)).length;
  await phone.screen.sees('Untuk petugas');
  await take(phone, pictures, 'login');
  await phone.logIn(person, password);
  await phone.screen.tap('Ponsel', 'nav a');
  await phone.screen.tap('Aktifkan dering di sini');
  await phone.screen.sees('Pemberitahuan uji sedang dikirim');
  const test = await phone.notification('Uji');
  check(`${phone.name}: the test push is shown`, true, [test.title, test.body]);
  check(`${phone.name}: it is not verified before the answer`, (await phonesOf(cluster, person)).at(-1)[1] === false);
  await take(phone, pictures, 'phones');
  await phone.screen.tap('TERIMA', 'button');
  await phone.screen.sees('Ponsel ini berdering dan sudah teruji');
  const phones = await phonesOf(cluster, person);
  check(`${phone.name}: one phone more, verified`, phones.length === before + 1 && phones.at(-1)[1] === true, phones);
  return true;
}

// Who logs in on a phone that rang for somebody else gets a subscription of his own.
export async function changes_hands({ phone, cluster, person, before, password, pictures }) {
  await phone.screen.go('#/pengaturan');
  await take(phone, pictures, 'settings');
  await phone.screen.tap('Keluar', 'button');
  await phone.screen.tap('Keluar', 'dialog[open] button');
  await enrols({ phone, cluster, person, password, pictures });
  const [of, key] = await cluster.query(`SELECT count(*), count(DISTINCT endpoint) FROM devices WHERE removed_at IS NULL`).then((rows) => rows[0]);
  check(`${phone.name}: no address rings for two`, of === key, { phones: of, addresses: key, before: await phonesOf(cluster, before) });
}

// A push that our C code encrypted wakes the service worker; a tap on the notification's button ends the ring.
export async function rings_and_is_accepted({ phone, cluster, person, pictures, text }) {
  const ticket = await report(cluster, text);
  const shown = await phone.notification(ticket.code);
  const message = phone.push.messages.at(-1);
  check(`${phone.name}: shows the ticket`, true, [shown.title, shown.body, shown.actions.map(([, label]) => label).join(' | ')]);
  check(`${phone.name}: pushed over HTTP/${message.version} with TTL ${message.ttl}, urgency ${message.urgency}, topic ${message.topic}`,
    message.ttl > 0 && message.urgency === 'high' && phone.push.refusals.length === 0, phone.push.refusals);
  if (phone.name === 'firefox')
    check('firefox: says that it opened and delivered it', await until(() => message.code === 100, () => `code ${message.code}`));
  check(`${phone.name}: neither a citizen's words nor name nor number on the lock screen`, !/Rahasia|08123|motor/.test(JSON.stringify(phone.desktop.events)));
  check(`${phone.name}: the service worker says that it arrived`, await until(async () => (await proofs(cluster, ticket)).includes('received'), 'received'));
  check(`${phone.name}: it rings until then`, (await rings(cluster, ticket)).every(([ended]) => ended === ''));
  await phone.screen.tap('Tiket', 'nav a');
  await phone.screen.sees(ticket.code, 'Berdering');
  await take(phone, pictures, 'ringing');

  phone.desktop.tap(shown, 'Terima');
  await until(async () => (await rings(cluster, ticket)).every(([ended]) => ended !== ''), 'the ring ended');
  check(`${phone.name}: tapped Terima on the notification, and the ring ended as acknowledged`,
    (await rings(cluster, ticket)).every(([ended, by]) => ended === 'acknowledged' && by === person), await rings(cluster, ticket));
  check(`${phone.name}: one act`, await acts(cluster, ticket, 'acknowledge') === 1);
  check(`${phone.name}: what was a ringing notification says so`, true,
    (await until(() => phone.desktop.visible().find(({ title, body }) => /Diterima/.test(`${title} ${body}`)), 'Diterima ..'))?.body);
  return ticket;
}

// Verifikasi in the app stops the clock of the first response, here and in PostgreSQL; the reporter is told.
export async function answers({ phone, cluster, pictures }, ticket) {
  const stop = () => cluster.value(`SELECT stop FROM deadlines WHERE ticket_id = %s AND clock = 'first_response'`, [ticket.id]);
  await phone.screen.go(`#/tiket/${ticket.code}`);
  await phone.screen.sees(ticket.code, 'Sisa waktu');
  const ticking = () => phone.page.evaluate(() => [...document.querySelectorAll('main .tick')].map((element) => element.textContent).join(' '));
  const before = await until(ticking, 'a countdown'); // the list that was left has "sisa waktu" and the code, too
  await until(async () => await ticking() !== before, () => `the countdown moves: ${before}`, 70000);
  check(`${phone.name}: the countdown moves`, true, `${before} -> ${await ticking()}`);
  check(`${phone.name}: an acknowledgement alone stops no clock`, await stop() === null || await stop() === '', await stop());
  await take(phone, pictures, 'ticket');
  await phone.screen.tap(await phone.screen.offers('Lanjut: Verifikasi') ? 'Lanjut: Verifikasi' : 'Verifikasi', 'button');
  await take(phone, pictures, 'sheet');
  await phone.screen.fill('Keterangan', 'Kami sudah mencatat lokasi dan memeriksanya besok pagi.');
  await phone.screen.tap('Verifikasi', 'dialog[open] button[type=submit]');
  await until(async () => await stop() === 'met', async () => `the clock stopped: ${await stop()}`);
  check(`${phone.name}: Verifikasi stopped the clock of the first response`, true, await stop());
  await until(async () => !await phone.screen.has('Sisa waktu: Tanggapan pertama'), 'its countdown is gone from the page');
  await phone.screen.tap('Tenggat', 'summary');
  await phone.screen.sees('terpenuhi');
  check(`${phone.name}: its countdown is gone from the page, which says when it was met`, true);
  const replies = await until(async () => {
    const found = await cluster.query(`SELECT event, settled FROM replies WHERE ticket_id = %s ORDER BY id`, [ticket.id]);
    return found.length >= 2 && found;
  }, 'replies to the reporter');
  check(`${phone.name}: the reporter was told`, replies.length >= 2, replies);
  await take(phone, pictures, 'answered');
}

// Whatever comes twice is to be seen once and heard once; the next step of the ring is heard again, in the same place.
export async function is_not_doubled({ phone, cluster, text }) {
  const ticket = await report(cluster, text);
  await phone.notification(ticket.code);
  const visible = () => phone.desktop.visible().filter(({ title, body }) => `${title} ${body}`.includes(ticket.code));
  const loud = () => phone.desktop.events.filter(({ what, silent, title, body }) => what === 'show' && !silent && `${title} ${body}`.includes(ticket.code));
  check(`${phone.name}: heard once`, loud().length === 1);
  await phone.opened(phone.push.repeat(phone.push.messages.at(-1)));
  await stays(() => loud().length === 1, () => `heard twice: ${JSON.stringify(loud())}`, CALM_MS);
  check(`${phone.name}: the same push a second time is not heard, and one is to be seen`, visible().length === 1, visible());
  const kept = (await phone.notifications()).filter(({ tag }) => tag === ticket.code);
  check(`${phone.name}: one notification for the service worker, too`, kept.length === 1, kept);

  await cluster.query('UPDATE rings SET next_at = now() WHERE ticket_id = %s AND next_at IS NOT NULL', [ticket.id]);
  await until(() => loud().length > 1, () => `the next step is heard: ${JSON.stringify(phone.desktop.events.slice(-3))}`);
  await stays(() => loud().length === 2, () => `heard three times: ${JSON.stringify(loud())}`, CALM_MS);
  check(`${phone.name}: the ring's next step is heard again, in the same place`, visible().length === 1, visible());
  return ticket;
}

// Without a network a tap is noted and kept; with it, it is done once, even if the first answer was lost on the way.
export async function works_offline({ phone, cluster, radio, pictures }, ticket) {
  const done = ['acknowledge', 'field_check'];
  await phone.screen.go(`#/tiket/${ticket.code}`);
  await phone.screen.sees(ticket.code);
  radio.switch(false);
  try {
    await phone.screen.tap('TERIMA', 'main button');
    await phone.screen.sees('1 menunggu dikirim');
    await phone.screen.tap('Cek lapangan', 'main button');
    await phone.screen.tap('Cek lapangan', 'dialog[open] button[type=submit]');
    await phone.screen.sees('2 menunggu dikirim');
    await take(phone, pictures, 'offline');
    await phone.page.reload();
    await phone.screen.sees(ticket.code, '2 menunggu dikirim');
    check(`${phone.name}: without a network the app opens, and knows what waits`, true);
    for (const act of done)
      check(`${phone.name}: ${act} did not arrive yet`, await acts(cluster, ticket, act) === 0);
    for (const act of done) {
      radio.deaf = true;
      radio.switch(true);
      await until(async () => await acts(cluster, ticket, act) > 0, `${act} is stored, and its answer lost`, 90000);
      radio.switch(false);
      radio.deaf = false;
    }
  } finally {
    radio.deaf = false;
    radio.switch(true);
  }
  await until(async () => !await phone.screen.has('menunggu dikirim'), async () => `nothing waits: ${(await phone.screen.words()).slice(0, 300)}`, 90000);
  for (const act of done)
    check(`${phone.name}: sent again after a lost answer, ${act} is there once`, await acts(cluster, ticket, act) === 1);
}

// Of a person with two phones, one answers: the other stops as well, quietly.
export async function is_one_person({ phones, cluster, person, text }) {
  const ticket = await report(cluster, text);
  const [shown] = await Promise.all(phones.map((phone) => phone.notification(ticket.code)));
  // A phone is told when the push service is known to have taken what it shows.
  await until(async () => await accepted(cluster, ticket) === phones.length, async () => `both deliveries are stored: ${await accepted(cluster, ticket)}`);
  const other = phones[1].desktop;
  const loud = () => other.events.filter(({ what, silent, title, body }) => what === 'show' && !silent && `${title} ${body}`.includes(ticket.code)).length;
  const before = loud();
  phones[0].desktop.tap(shown, 'Terima');
  await until(async () => (await rings(cluster, ticket)).every(([ended]) => ended === 'acknowledged'), 'the ring ended');
  const calm = await until(() => {
    const ours = other.visible().filter(({ title, body }) => `${title} ${body}`.includes(ticket.code));
    return ours.length > 0 && ours.every(({ title, body }) => /diterima/i.test(`${title} ${body}`)) && { ours };
  }, () => `the other phone is told: ${JSON.stringify(other.visible())}`);
  check(`accepted in ${phones[0].name}, ${phones[1].name} says so without a sound`, loud() === before, calm.ours.map(({ title, body }) => [title, body]));
  check('one person, one act', await acts(cluster, ticket, 'acknowledge') === 1, await cluster.query('SELECT act, actor FROM acts WHERE ticket_id = %s', [ticket.id]));
  check(`by ${person}`, (await rings(cluster, ticket)).every(([, by]) => by === person));
}

// 410 of the push service: the phone is forgotten.
export async function is_gone({ phones, cluster, person, text }) {
  check('two phones before', (await phonesOf(cluster, person)).length === 2);
  for (const { push } of phones)
    push.subscriptions.forEach((subscription) => { subscription.gone = true; });
  await report(cluster, text);
  await until(async () => (await phonesOf(cluster, person)).length === 0, async () => `both are removed: ${JSON.stringify(await phonesOf(cluster, person))}`);
  check('410 removed both', true);
}
