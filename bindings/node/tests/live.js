'use strict';
// A signed call to a platform on loopback, and the verdict on its signed answer; the arguments are those of
// bindings/c/tests/live.c.

const fs = require('node:fs');

const { KeyRing, SigningKey } = require('paykka-sign');

const PATH = '/api/v2/merch/account/balance';
const BODY = Buffer.from('{"currency":"USD"}');

async function main([port, merchant, keyId, privateKey, platformId, platformKey]) {
  const key = new SigningKey(keyId, fs.readFileSync(privateKey));
  const ring = new KeyRing({ forLoopback: true });
  ring.add(platformId, fs.readFileSync(platformKey));
  const headers = {
    Authorization: key.sign(PATH, BODY, { merchant }),
    'X-Merch-Id': merchant,
    'Content-Type': 'application/json',
  };
  const answer = await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', headers, body: BODY });
  const body = Buffer.from(await answer.arrayBuffer());
  const verified = ring.verify(answer.headers.get('Authorization') ?? '', PATH, body, { merchant });
  console.log(`${PATH} verified by ${verified.keyId}`);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
