// push_google.mjs - Google's push service, as far as Chromium needs it: check-in, registration, and MCS, its stream of messages over TLS.
//
// Chromium is sent here by --gcm-checkin-url, --gcm-registration-url and --gcm-mcs-endpoint, but hands out endpoints on a host of
// Google's whatever it was told.  That host is here, too, on a port of its own, for whoever has reroute.c preloaded.
import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http2 from 'node:http2';
import tls from 'node:tls';
import { field, readVarint, varint } from './protobuf.mjs';
import { PushService } from './push_service.mjs';

const MCS_VERSION = 41;
const TAG = { heartbeatPing: 0, heartbeatAck: 1, loginRequest: 2, loginResponse: 3, close: 4, iq: 7, data: 8 };
const ANDROID_ID = 4242424242424242n;
const HOST = '.google.com';

// A key and a certificate for this run alone.
function makeCertificate(keyFile, certificateFile) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj',
    '/CN=push', '-addext', `subjectAltName=IP:127.0.0.1,DNS:*${HOST}`, '-keyout', keyFile, '-out', certificateFile], { stdio: 'ignore' });
  return { key: fs.readFileSync(keyFile), cert: fs.readFileSync(certificateFile) };
}

const listening = (server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));

export class GooglePush extends PushService {
  // folder: for the certificate.
  constructor(folder) {
    super();
    this.folder = folder;
    this.stream = null;
  }

  async listen() {
    await super.listen();
    const issuer = `${this.folder}/push.pem`;
    const certificate = makeCertificate(`${this.folder}/push.key`, issuer);
    this.mcs = tls.createServer(certificate, (socket) => this.#open(socket));
    this.endpoint = http2.createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => this.serve(request, response));
    this.sessions = new Set();
    this.endpoint.on('session', (session) => this.sessions.add(session));
    this.switches = [`--gcm-checkin-url=${this.origin}/checkin`, `--gcm-registration-url=${this.origin}/register`,
      `--gcm-mcs-endpoint=https://127.0.0.1:${await listening(this.mcs)}/`];
    this.reroute = { REROUTE_HOST: HOST, REROUTE_PORT: String(await listening(this.endpoint)), REROUTE_ISSUER: issuer };
  }

  close() {
    this.stream?.destroy();
    this.sessions.forEach((session) => session.destroy());
    this.mcs.close();
    this.endpoint.close();
    super.close();
  }

  // The host is Google's choice, so any of theirs is right; the token's audience has to be the same.
  originOf(request) {
    const host = request.headers[':authority'];
    return host?.endsWith(HOST) ? `https://${host}` : 'none';
  }

  // Check-in and registration.
  other(request, body, response) {
    if (request.url === '/checkin') {
      const reply = [field.varint(1, 1), field.varint(3, Date.now()), field.fixed64(7, ANDROID_ID), field.fixed64(8, 17n)];
      return response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end(Buffer.concat(reply));
    }
    if (request.url !== '/register')
      return super.other(request, body, response);
    const form = new URLSearchParams(body.toString());
    if (form.get('delete') === 'true') {
      this.subscriptions.forEach((subscription) => { subscription.gone ||= subscription.subtype === form.get('X-subtype'); });
      return response.end(`token=${form.get('X-subtype')}`);
    }
    const [sender, subtype, app] = ['sender', 'X-subtype', 'app'].map((name) => form.get(name));
    response.end(`token=${this.subscribe(sender, { sender, subtype, app }).token}`);
  }

  #open(socket) {
    let waiting = Buffer.alloc(0);
    let greeted = false;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => { this.stream = this.stream === socket ? null : this.stream; });
    socket.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      if (!greeted && waiting.length > 0) {
        greeted = true;
        waiting = waiting.subarray(1); // its version
        socket.write(Buffer.from([MCS_VERSION]));
      }
      for (;;) {
        const length = waiting.length > 1 ? readVarint(waiting, 1) : null;
        if (length === null || waiting.length < length[1] + length[0])
          return;
        this.#hear(socket, waiting[0]);
        waiting = waiting.subarray(length[1] + length[0]);
      }
    });
  }

  #say(socket, tag, ...fields) {
    const message = Buffer.concat(fields);
    socket.write(Buffer.concat([Buffer.from([tag]), varint(message.length), message]));
  }

  #hear(socket, tag) {
    if (tag === TAG.heartbeatPing)
      this.#say(socket, TAG.heartbeatAck);
    if (tag !== TAG.loginRequest)
      return;
    this.#say(socket, TAG.loginResponse, field.bytes(1, 'login'), field.varint(8, Date.now()));
    this.stream = socket;
    this.subscriptions.forEach((subscription) => this.flush(subscription));
  }

  deliver({ sender, subtype, app }, { id, body, ttl }) {
    if (this.stream === null)
      return false;
    const pair = (key, value) => field.bytes(7, Buffer.concat([field.bytes(1, key), field.bytes(2, value)]));
    this.#say(this.stream, TAG.data, field.bytes(2, randomBytes(6).toString('hex')), field.bytes(3, sender), field.bytes(5, app),
      pair('content-encoding', 'aes128gcm'), pair('subtype', subtype), field.bytes(9, id), field.varint(17, ttl), field.bytes(21, body));
    return true;
  }
}
