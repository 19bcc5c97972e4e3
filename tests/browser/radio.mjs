// radio.mjs - the air between a phone and the portal: a TCP relay that can be switched off, and that counts what comes down.
//
// Switched off, it drops what is connected and answers nobody: the browser sees a network that is bad, not one that is absent.  Deaf, it
// carries requests and loses every answer.
import net from 'node:net';

export class Radio {
  // Its `to` has to be set to the portal's port on 127.0.0.1 before the first visit.
  static async open() {
    const radio = new Radio();
    Object.assign(radio, { to: 0, on: true, deaf: false, bytesDown: 0, pairs: new Set() });
    radio.server = net.createServer((phone) => radio.#join(phone));
    await new Promise((done) => radio.server.listen(0, '127.0.0.1', done));
    radio.origin = `http://127.0.0.1:${radio.server.address().port}`;
    return radio;
  }

  #join(phone) {
    if (!this.on)
      return phone.destroy();
    const portal = net.connect(this.to, '127.0.0.1');
    const pair = { end: () => { phone.destroy(); portal.destroy(); this.pairs.delete(pair); } };
    this.pairs.add(pair);
    portal.on('data', (bytes) => {
      if (this.deaf)
        return;
      this.bytesDown += bytes.length;
      phone.write(bytes);
    });
    for (const socket of [phone, portal])
      socket.on('error', pair.end).on('close', pair.end);
    phone.pipe(portal);
  }

  switch(on) {
    this.on = on;
    if (!on)
      [...this.pairs].forEach((pair) => pair.end());
  }

  close() {
    this.switch(false);
    this.server.close();
  }
}
