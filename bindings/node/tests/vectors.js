'use strict';
// All of vectors/: what is signed comes out byte for byte, and every verdict is the expected one. Prints how many there were.

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const { KeyRing, RefusedError, Result, SigningKey, stringToSign } = require('paykka-sign');

const VECTORS = process.env.PAYKKA_VECTORS;
const file = (name) => fs.readFileSync(path.join(VECTORS, name));
const read = (name) => JSON.parse(file(name));
const decoded = (text) => Buffer.from(text, 'base64');

const signing = read('signing.json');
const ring = new KeyRing({ forLoopback: true });
const keys = new Map();
for (const { key_id, private_key, public_key } of signing.keys) {
  const key = new SigningKey(key_id, file(private_key));
  assert.equal(key.publicKey(), file(public_key).toString());
  ring.add(key_id, file(public_key));
  keys.set(key_id, key);
}

let signed = 0;
let judged = 0;
for (const one of signing.cases) {
  const timestampMillis = Number(one.timestamp);
  const options = { merchant: one.merchant, timestampMillis, nonce: one.nonce };
  const string = stringToSign(one.path, body(one), options);
  assert.equal(crypto.createHash('sha256').update(string).digest('hex'), one.string_to_sign_sha256, one.name);
  if (one.string_to_sign_base64 !== undefined) {
    assert.deepEqual(string, decoded(one.string_to_sign_base64), one.name);
  }
  assert.equal(keys.get(one.key_id).sign(one.path, body(one), options), one.authorization, one.name);
  signed += 1;
  judge(one.name, one.authorization, one, timestampMillis, 0, null);
}
for (const one of read('refused.json').cases) {
  judge(one.name, one.authorization, one, one.now_millis, one.tolerance_millis, one.code);
}
for (const { how, authorization, timestamp, case: name } of read('foreign_headers.json').headers) {
  judge(how, authorization, signing.cases.find((one) => one.name === name), Number(timestamp), 0, null);
}
console.log(`${signed} signed, ${judged} judged`);

function judge(name, authorization, message, nowMillis, toleranceMillis, code) {
  const { merchant } = message;
  const verify = () => ring.verify(authorization, message.path, body(message), { merchant, nowMillis, toleranceMillis });
  if (code === null) {
    assert.ok(keys.has(verify().keyId), name);
  } else {
    const result = Result[code.toUpperCase().replace('-', '_')];
    assert.throws(verify, (error) => error instanceof RefusedError && error.result === result, name);
  }
  judged += 1;
}

function body({ body_base64: whole, body_fill: fill }) {
  return fill === undefined ? decoded(whole) : Buffer.alloc(fill.len, decoded(fill.base64));
}
