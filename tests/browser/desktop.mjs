// desktop.mjs - the screen on which browsers show notifications (desktop.py), from the side of the test.
import { fileURLToPath } from 'node:url';
import { Lines } from './lines.mjs';
import { until } from './waiting.mjs';

const PROGRAM = fileURLToPath(new URL('./desktop.py', import.meta.url));

export class Desktop {
  // folder: its bus lives there.
  static async open(folder) {
    const desktop = new Desktop();
    desktop.events = []; // all that happened, in order
    desktop.lines = new Lines('/usr/bin/python3', [PROGRAM, folder], (event) => {
      desktop.address ??= event.address;
      if (event.what)
        desktop.events.push({ at: Date.now(), ...event });
    });
    await until(() => desktop.address, 'the desktop has a bus');
    return desktop;
  }

  // What is to be seen now, the newest state of each notification.
  visible() {
    const shown = new Map();
    for (const event of this.events)
      event.what === 'show' ? shown.set(event.id, event) : shown.delete(event.id);
    return [...shown.values()];
  }

  // Taps the button with this label, or the notification itself.
  tap(notification, label) {
    const action = label === undefined ? 'default' : notification.actions.find(([, name]) => name === label)?.[0];
    if (action === undefined)
      throw new Error(`no button ${label} among ${JSON.stringify(notification.actions)}`);
    this.lines.say({ what: 'tap', id: notification.id, action });
  }

  dismiss(notification) {
    this.lines.say({ what: 'dismiss', id: notification.id });
  }

  close() {
    return this.lines.close();
  }
}
