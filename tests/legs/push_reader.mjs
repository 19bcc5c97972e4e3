// push_reader.mjs - a push service and its phones that share no code with ours: http_ece decrypts, jws verifies the tokens.
//
//     push_reader.mjs PHONES PUBLIC-KEY OUT
//
// PUBLIC-KEY: of the application server, base64url.  Prints {"url", "phones": [{"p256dh", "auth"}]} when it listens.  For each push
// one line of JSON in OUT: {"phone", "plain" (base64), "ttl", "urgency", "topic", "bytes"} or {"phone", "error"}.
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import ece from "http_ece";
import jws from "jws";

const [count, serverKey, out] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const phones = Array.from({ length: count }, () => {
  const key = crypto.createECDH("prime256v1");
  key.generateKeys();
  return { key, auth: crypto.randomBytes(16) };
});
const base64url = (bytes) => bytes.toString("base64url");
const publicPem = (point) => {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(base64url);
  return crypto.createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" }).export({ type: "spki", format: "pem" });
};
const decrypt = (phone, body) =>
  ece.decrypt(body, { version: "aes128gcm", privateKey: phone.key, authSecret: base64url(phone.auth) });

function insist(holds, what) {
  if (!holds) throw new Error(what);
}

// RFC 8292: the token is of this server's key, for this origin, and not for longer than a day.
function verify(authorization, origin) {
  const found = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), k=([\w-]+)$/.exec(authorization);
  insist(found, "no vapid header");
  insist(found[2] === serverKey, "another key");
  insist(jws.verify(found[1], "ES256", publicPem(Buffer.from(found[2], "base64url"))), "wrong signature");
  const changed = found[1].replace(/\.[\w-]+\./, "." + base64url(Buffer.from('{"aud":"https://elsewhere.example"}')) + ".");
  insist(!jws.verify(changed, "ES256", publicPem(Buffer.from(found[2], "base64url"))), "any token verifies");
  const { header, payload } = jws.decode(found[1]);
  const claims = typeof payload === "string" ? JSON.parse(payload) : payload;
  const now = Date.now() / 1000;
  insist(header.typ === "JWT" && header.alg === "ES256", "header");
  insist(claims.aud === origin, `aud ${claims.aud}`);
  insist(claims.exp > now && claims.exp <= now + 24 * 3600, "exp");
  insist(claims.sub === "mailto:tests@example.org", "sub");
}

function read(phone, body, headers) {
  verify(headers.authorization, `http://127.0.0.1:${server.address().port}`);
  insist(headers["content-encoding"] === "aes128gcm", "content-encoding");
  insist(body.length <= 4096, "too long");
  const plain = decrypt(phone, body);
  const changed = Buffer.from(body);
  changed[changed.length - 1 - (changed.length % 16)] ^= 1;
  let open = true;
  try {
    decrypt(phone, changed);
  } catch {
    open = false;
  }
  insist(!open, "a changed push decrypts");
  return { plain: plain.toString("base64"), ttl: headers.ttl, urgency: headers.urgency, topic: headers.topic, bytes: body.length };
}

const file = fs.openSync(out, "a");
const server = http.createServer((request, response) => {
  const parts = [];
  const phone = Number(request.url.slice("/push/".length));
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    let line;
    try {
      line = read(phones[phone], Buffer.concat(parts), request.headers);
    } catch (error) {
      line = { error: error.message };
    }
    fs.writeSync(file, JSON.stringify({ phone, ...line }) + "\n");
    response.writeHead(line.error ? 400 : 201).end();
  });
});
server.listen(0, "127.0.0.1", () => {
  const list = phones.map(({ key, auth }) => ({ p256dh: base64url(key.getPublicKey()), auth: base64url(auth) }));
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}`, phones: list }));
});
