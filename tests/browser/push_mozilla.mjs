// push_mozilla.mjs - Mozilla's push service, as far as Firefox needs it: JSON over a WebSocket at the address in dom.push.serverURL.
//
// Firefox says for each message what became of it; code 100 means that it was opened and handed to the service worker.
import { randomUUID } from 'node:crypto';
import { WebSocketServer } from 'ws';
import { PushService } from './push_service.mjs';

export const CODE_DELIVERED = 100;

export class MozillaPush extends PushService {
  async listen() {
    await super.listen();
    this.socket = null;
    this.sockets = new WebSocketServer({ server: this.server, handleProtocols: (offered) => [...offered][0] });
    this.sockets.on('connection', (socket) => {
      socket.on('message', (text) => this.#hear(socket, JSON.parse(text)));
      socket.on('close', () => { this.socket = this.socket === socket ? null : this.socket; });
    });
    this.serverUrl = this.origin.replace('http', 'ws') + '/';
  }

  close() {
    this.sockets.clients.forEach((client) => client.terminate());
    super.close();
  }

  #hear(socket, message) {
    const say = (answer) => socket.send(JSON.stringify(answer));
    switch (message.messageType) {
    case 'hello':
      this.socket = socket;
      say({ messageType: 'hello', status: 200, uaid: message.uaid || randomUUID().replaceAll('-', ''), use_webpush: true, broadcasts: {} });
      this.subscriptions.forEach((subscription) => this.flush(subscription));
      break;
    case 'register': {
      const { token } = this.subscribe(message.key, { channel: message.channelID });
      say({ messageType: 'register', status: 200, channelID: message.channelID, pushEndpoint: `${this.origin}/wpush/v2/${token}` });
      break;
    }
    case 'unregister':
      this.subscriptions.forEach((subscription) => { subscription.gone ||= subscription.channel === message.channelID; });
      say({ messageType: 'unregister', status: 200, channelID: message.channelID });
      break;
    case 'ack':
      for (const update of message.updates)
        this.messages.filter(({ id }) => id === update.version).forEach((found) => { found.code = update.code; });
      break;
    case undefined: // a ping
      say({});
      break;
    }
  }

  deliver({ channel }, { id, body }) {
    this.socket?.send(JSON.stringify({
      messageType: 'notification', channelID: channel, version: id, data: body.toString('base64url'), headers: { encoding: 'aes128gcm' },
    }));
    return this.socket !== null;
  }
}
