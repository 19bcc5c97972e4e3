// push_request.mjs - what a push service asks of an application server's POST: RFC 8030's headers, RFC 8291's encoding, RFC 8292's token.
//
// The signature is checked by @noble/curves, which shares nothing with OpenSSL.  The body stays sealed: only the browser can open it.
import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';

const BODY_MOST = 4096;
const DAY_S = 24 * 3600;
const POINT_SIZE = 65;

export class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

function need(condition, status, reason) {
  if (!condition)
    throw new Refused(status, reason);
}

const decode = (text) => Buffer.from(text, 'base64url');

// Checks "vapid t=.., k=.." for a subscription at `origin` that was made with the application server key `key`.
function checkVapid(header, origin, key) {
  const fields = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/.exec(header ?? '');
  need(fields, 401, 'no VAPID header');
  const [, head, claims, signature, point] = fields;
  need(decode(point).length === POINT_SIZE && decode(point).equals(decode(key)), 403, 'not the key that the browser subscribed with');
  const { typ, alg } = JSON.parse(decode(head));
  need(typ === 'JWT' && alg === 'ES256', 401, 'wrong JWT header');
  const digest = createHash('sha256').update(`${head}.${claims}`).digest();
  const raw = decode(signature);
  need(raw.length === 64 && p256.verify(raw, digest, decode(point), { prehash: false, lowS: false }), 401, 'wrong signature');
  const { aud, exp, sub } = JSON.parse(decode(claims));
  const now = Date.now() / 1000;
  need(aud === origin, 403, `audience ${aud} instead of ${origin}`);
  need(now < exp && exp <= now + DAY_S, 403, 'expires too late or too early');
  need(/^(mailto:.+@.+|https:.+)$/.test(sub), 403, 'wrong subject');
}

// Throws Refused, or returns {ttl, urgency, topic}.  headers: as Node has them, in lower case.
export function checkPush(headers, body, origin, key) {
  checkVapid(headers.authorization, origin, key);
  need(/^\d+$/.test(headers.ttl ?? '') && Number(headers.ttl) <= 28 * DAY_S, 400, 'wrong TTL');
  need(headers['content-encoding'] === 'aes128gcm', 400, 'wrong encoding');
  need(['very-low', 'low', 'normal', 'high'].includes(headers.urgency), 400, 'wrong urgency');
  need(/^[A-Za-z0-9]{1,32}$/.test(headers.topic ?? 'none'), 400, 'wrong topic');
  need(body.length <= BODY_MOST, 413, 'too long');
  need(body.length > 86 + 16 && body[20] === POINT_SIZE, 400, 'wrong header of the body');
  return { ttl: Number(headers.ttl), urgency: headers.urgency, topic: headers.topic };
}
