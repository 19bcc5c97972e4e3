// screen.mjs - a page as a person meets it: words that are seen, buttons with words on them, fields with labels.
import { until } from './waiting.mjs';

const TAPPABLE = 'button, a[href], summary, label[for], input[type=submit]';
const WAIT_MS = 15000;

// In the page: the first visible element of selector whose words are `words`, or begin with them.
const find = (selector, words) => {
  const clean = (text) => (text ?? '').replace(/\s+/g, ' ').trim().toLowerCase();
  const wanted = clean(words);
  const seen = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled);
  // What lies in an open dialog is in front of all else.
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  const front = dialog ? seen.filter((element) => dialog.contains(element)) : seen;
  const named = (element) => clean(element.innerText) || clean(element.getAttribute('aria-label'));
  return front.find((element) => named(element) === wanted) ?? front.find((element) => named(element).startsWith(wanted)) ?? null;
};

export class Screen {
  constructor(page) {
    this.page = page;
  }

  async words() {
    return (await this.page.evaluate(() => document.body.innerText)).replace(/\s+/g, ' ');
  }

  // Waits until all of these words are on the page, in any case.
  async sees(...all) {
    let words = '';
    await until(async () => {
      words = (await this.words()).toLowerCase();
      return all.every((one) => words.includes(one.toLowerCase()));
    }, () => `"${all.join('", "')}" in: ${words.slice(0, 1500)}`, WAIT_MS);
  }

  async has(words) {
    return (await this.words()).toLowerCase().includes(words.toLowerCase());
  }

  async #element(selector, words) {
    const handle = await until(async () => (await this.page.evaluateHandle(find, selector, words)).asElement(),
      async () => `"${words}" can be tapped in: ${(await this.words()).slice(0, 1500)}`, WAIT_MS);
    return handle;
  }

  // A page that is being drawn anew may take the button away under the finger: then it is tapped again, as a person would; unless the same
  // button stood there again in time.
  async tap(words, selector = TAPPABLE) {
    await until(async () => {
      const element = await this.#element(selector, words);
      const heard = await element.evaluateHandle((node, all) => {
        const tap = { reached: false };
        const text = (of) => of?.innerText || of?.getAttribute('aria-label');
        const wanted = text(node);
        document.addEventListener('click', (event) => { tap.reached = text(event.target.closest(all)) === wanted; }, { capture: true, once: true });
        node.scrollIntoView({ block: 'center', behavior: 'instant' });
        return tap;
      }, selector);
      await element.click().catch(() => {});
      return heard.evaluate((tap) => tap.reached).catch(() => true); // the tap led to another page
    }, `"${words}" takes a tap`, WAIT_MS);
  }

  async offers(words) {
    return (await this.page.evaluateHandle(find, TAPPABLE, words)).asElement() !== null;
  }

  // Types into the field with this label.
  async fill(label, text) {
    const words = await this.#element('label', label);
    const control = (await words.evaluateHandle((node) => node.control ?? node.querySelector('input, textarea, select'))).asElement();
    await control.evaluate((node) => { node.value = ''; });
    await control.type(text);
  }

  async go(hash) {
    await this.page.evaluate((to) => { location.hash = to; }, hash);
  }
}
