// phone.mjs - an officer's phone: a browser, what its notifications look like, its push service, and the app.
import fs from 'node:fs';
import { openBrowser } from './browsers.mjs';
import { Desktop } from './desktop.mjs';
import { Screen } from './screen.mjs';
import { until } from './waiting.mjs';

export class Phone {
  // name: chromium or firefox.  push: its push service, listening.  origin: where the portal is.
  static async open(name, folder, push, origin) {
    const phone = new Phone();
    Object.assign(phone, { name, push, origin });
    fs.mkdirSync(folder, { recursive: true });
    phone.desktop = await Desktop.open(folder);
    phone.browser = await openBrowser(name, folder, phone.desktop, push, origin);
    phone.errors = []; // what the page could not cope with
    await phone.openPage();
    return phone;
  }

  async openPage() {
    this.page = await this.browser.newPage();
    await this.page.setViewport({ width: 360, height: 740 });
    this.page.on('pageerror', ({ message }) => {
      if (!message.includes('/api/v1/events')) // Firefox calls a stream that broke off an error of the page
        this.errors.push(message);
    });
    this.screen = new Screen(this.page);
  }

  async open(path = '/') {
    await this.page.goto(this.origin + path);
    await until(() => this.page.evaluate(() => document.body.dataset.ready === 'yes'), 'the app is ready');
  }

  async logIn(person, password) {
    await this.screen.fill('Nama pengguna', person);
    await this.screen.fill('Kata sandi', password);
    await this.screen.tap('Masuk', 'button');
    await this.screen.sees('Tiket', 'Pengaturan');
  }

  // The newest notification whose title or body has these words.
  notification(words, timeoutMs = 20000) {
    return until(() => this.desktop.visible().findLast(({ title, body }) => `${title} ${body}`.includes(words)),
      () => `a notification with "${words}"; there are ${JSON.stringify(this.desktop.visible())}; push service: ${this.push.refusals}`, timeoutMs);
  }

  // What the service worker keeps as notifications: [{title, body, tag}].
  notifications() {
    return this.page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications())
      .map(({ title, body, tag }) => ({ title, body, tag })));
  }

  // Waits until what the push service last took was opened by the browser.
  async opened(message) {
    await until(() => message.code !== undefined || this.name === 'chromium', 'the browser says what became of a push');
  }

  async close() {
    await this.browser.close();
    await this.desktop.close();
  }
}
