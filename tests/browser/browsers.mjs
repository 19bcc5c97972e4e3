// browsers.mjs - Debian's Chromium and Firefox, each with a profile of its own, its push service and its screen for notifications.
//
// Neither can reach anything but this machine: they resolve no names.
import puppeteer from 'puppeteer-core';

const CHROMIUM = {
  browser: 'chrome',
  executablePath: '/usr/bin/chromium',
  ignoreDefaultArgs: ['--disable-background-networking', '--disable-notifications'],
  args: ['--no-sandbox', '--ignore-certificate-errors', '--disable-component-update', '--disable-domain-reliability', '--lang=id',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
};
const FIREFOX = {
  browser: 'firefox',
  executablePath: '/usr/bin/firefox-esr',
  extraPrefsFirefox: {
    'dom.push.testing.allowInsecureServerURL': true,
    'dom.push.connection.enabled': true,
    'permissions.default.desktop-notification': 1,
    'network.dns.disabled': true,
    // Its tab strip, which nobody sees, may hold the icon's cache entry for 20 s, and a notification with that icon would wait for it.
    'browser.chrome.site_icons': false,
    'dom.serviceWorkers.enabled': true,
    'intl.accept_languages': 'id',
  },
};

function launch(options, folder, environment, more) {
  return puppeteer.launch({
    ...options,
    headless: true,
    args: [...(options.args ?? []), ...(more.args ?? [])],
    extraPrefsFirefox: { ...options.extraPrefsFirefox, ...more.prefs },
    userDataDir: `${folder}/profile`,
    env: { ...process.env, HOME: folder, ...environment },
  });
}

// name: chromium or firefox.  push: its push service.  desktop: where its notifications go.  origin: may show some.  Returns puppeteer's.
export async function openBrowser(name, folder, desktop, push, origin) {
  const environment = { DBUS_SESSION_BUS_ADDRESS: desktop.address };
  if (name === 'firefox')
    return launch(FIREFOX, folder, environment, { prefs: { 'dom.push.serverURL': push.serverUrl } });
  const browser = await launch(CHROMIUM, folder, environment, { args: push.switches });
  await browser.defaultBrowserContext().overridePermissions(origin, ['notifications']);
  return browser;
}
