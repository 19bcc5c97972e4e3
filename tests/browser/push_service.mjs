// push_service.mjs - what the two fake push services have in common: subscriptions, the POST of the application server, a record of all.
//
// A subclass says how a sealed message reaches its browser: deliver(subscription, message) returns whether it could.  What could not is kept,
// one for each topic (RFC 8030 §5.4), until the browser connects and the subclass calls flush().
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { checkPush, Refused } from './push_request.mjs';

async function readAll(stream) {
  const pieces = [];
  for await (const piece of stream)
    pieces.push(piece);
  return Buffer.concat(pieces);
}

export class PushService {
  constructor() {
    this.subscriptions = new Map(); // token in the endpoint -> {token, key, gone, waiting, ..}
    this.messages = [];             // all that were accepted: {id, token, body, ttl, urgency, topic, at, version: HTTP's, code}
    this.refusals = [];             // why others were not
    this.answers = [];              // statuses still to be answered instead of 201, first to last
    this.server = http.createServer((request, response) => this.serve(request, response));
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.origin = `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  // key: the application server's, as the browser was given it.
  subscribe(key, fields) {
    const token = randomBytes(24).toString('base64url');
    const subscription = { token, key, gone: false, waiting: [], ...fields };
    this.subscriptions.set(token, subscription);
    return subscription;
  }

  // The same sealed message once more, as push services do when they are not sure.
  repeat(message) {
    return this.#hand({ ...message, id: `${message.id}-again-${randomBytes(4).toString('hex')}` });
  }

  flush(subscription) {
    for (const message of subscription.waiting.splice(0))
      this.#hand(message);
  }

  #hand(message) {
    const subscription = this.subscriptions.get(message.token);
    this.messages.push(message);
    if (!this.deliver(subscription, message)) {
      subscription.waiting = subscription.waiting.filter((other) => !message.topic || other.topic !== message.topic);
      subscription.waiting.push(message);
    }
    return message;
  }

  // What the token's audience has to be.
  originOf(_request) {
    return this.origin;
  }

  #take(token, request, body) {
    const subscription = this.subscriptions.get(token);
    if (!subscription || subscription.gone)
      throw new Refused(subscription ? 410 : 404, 'no such subscription');
    if (this.answers.length > 0)
      throw new Refused(this.answers.shift(), 'as told');
    const seen = checkPush(request.headers, body, this.originOf(request), subscription.key);
    return this.#hand({ id: randomBytes(12).toString('hex'), token, body, at: Date.now(), version: request.httpVersion, ...seen });
  }

  async serve(request, response) {
    const body = await readAll(request);
    const token = /^\/(?:fcm\/send|wpush\/v2)\/([\w-]+)$/.exec(request.url)?.[1];
    try {
      if (!token)
        return this.other(request, body, response);
      const message = this.#take(token, request, body);
      response.writeHead(201, { Location: `${this.origin}/m/${message.id}`, TTL: message.ttl }).end();
    } catch (error) {
      this.refusals.push(`${error.status ?? 500}: ${error.message}`);
      response.writeHead(error.status ?? 500).end();
    }
  }

  other(_request, _body, response) {
    response.writeHead(404).end();
  }
}
