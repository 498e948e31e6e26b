'use strict';
// What the wrapper adds: exceptions, types, ends, and workers.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const v8 = require('node:v8');
const vm = require('node:vm');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

const paykka = require('paykka-sign');
const { KeyRing, PaykkaError, RefusedError, Result, SigningKey, stringToSign } = paykka;

const PATH = '/api/v2/merch/account/balance';
const BODY = Buffer.from('{"a":1}');
const M1 = { merchant: 'M1' };
const NOTHING = Buffer.alloc(0);

const file = (name) => fs.readFileSync(path.join(process.env.PAYKKA_KEYS, name));
const newKey = (keyId = 'K001') => new SigningKey(keyId, file('merchant-2048.private.pem'));

function newRing(keyId = 'K001') {
  const ring = new KeyRing({ forLoopback: true });
  ring.add(keyId, file('merchant-2048.public.pem'));
  return ring;
}

function throws(kind, result, call) {
  let caught;
  assert.throws(call, (error) => (caught = error) instanceof Error);
  assert.equal(caught.constructor, kind, caught.stack);
  assert.equal(caught.result, result, caught.stack);
  assert.ok(caught.message && !caught.message.includes('\0'));
  return caught;
}

if (!isMainThread) {
  const [key, ring] = [newKey(), newRing()];
  const nonces = [];
  for (let round = 0; round < 20; round += 1) {
    nonces.push(ring.verify(key.sign(PATH, BODY, M1), PATH, BODY, M1).nonce);
  }
  key.close();
  ring.close();
  parentPort.postMessage(nonces);
  return;
}

test('what is signed now verifies now', () => {
  const before = Date.now();
  const verified = newRing().verify(newKey().sign(PATH, BODY, M1), PATH, BODY, M1);
  assert.equal(verified.keyId, 'K001');
  assert.match(verified.nonce, /^[0-9a-f]{32}$/);
  assert.ok(verified.timestampMillis >= before && verified.timestampMillis <= Date.now());
});

test('a refusal is thrown', () => {
  const header = newKey().sign(PATH, BODY, M1);
  throws(RefusedError, Result.SIGNATURE, () => newRing().verify(header, PATH, Buffer.from('{}'), M1));
  throws(RefusedError, Result.SIGNATURE, () => newRing().verify(header, PATH, BODY));
  throws(RefusedError, Result.UNKNOWN_KEY, () => newRing('K002').verify(header, PATH, BODY, M1));
  throws(RefusedError, Result.EARLY, () => newRing().verify(header, PATH, BODY, { ...M1, nowMillis: 1 }));
  throws(RefusedError, Result.HEADER, () => newRing().verify('x', PATH, BODY, M1));
  throws(RefusedError, Result.HEADER, () => newRing().verify('', PATH, BODY, M1));
  const error = throws(PaykkaError, Result.KEY, () => new KeyRing().verify(header, PATH, BODY, M1));
  assert.deepEqual([error.name, error.code], ['PaykkaError', 'PAYKKA_KEY']);
});

test('keys are read and refused', () => {
  const encrypted = file('merchant-2048.encrypted.pem');
  throws(PaykkaError, Result.KEY, () => new SigningKey('K001', encrypted));
  throws(PaykkaError, Result.KEY, () => new SigningKey('K001', encrypted, ''));
  const error = throws(PaykkaError, Result.KEY, () => new SigningKey('K001', encrypted, 'hunter2'));
  assert.ok(!error.stack.includes('hunter2'));
  const fixed = { timestampMillis: 1, nonce: 'abcdef' };
  const unlocked = new SigningKey('K001', encrypted, 'passphrase');
  assert.equal(unlocked.sign(PATH, NOTHING, fixed), newKey().sign(PATH, NOTHING, fixed));
  throws(PaykkaError, Result.KEY, () => new SigningKey('K001', file('merchant-2048.public.pem')));
  throws(PaykkaError, Result.KEY, () => new SigningKey('K001', ''));
  throws(PaykkaError, Result.KEY, () => newRing().add('K002', file('merchant-2048.private.pem')));
  throws(PaykkaError, Result.KEY, () => new KeyRing().add('K001', file('merchant-2048.public.pem')));
  throws(PaykkaError, Result.FIELD, () => new SigningKey('K 1', file('merchant-2048.private.pem')));
});

test('rings change', () => {
  const ring = newRing();
  throws(PaykkaError, Result.KEY, () => ring.add('K001', file('platform-2048.public.pem')));
  ring.remove('K001');
  throws(PaykkaError, Result.UNKNOWN_KEY, () => ring.remove('K001'));
  ring.addOnly(newKey().publicKey());
  ring.verify(newKey('any').sign(PATH, NOTHING), PATH, NOTHING);
});

test('an absent merchant is not an empty one', () => {
  for (const empty of ['', NOTHING, new Uint8Array()]) {
    throws(PaykkaError, Result.FIELD, () => newKey().sign(PATH, NOTHING, { merchant: empty }));
  }
  for (const absent of [undefined, null]) {
    const string = stringToSign('/p', Buffer.from('{}'), { merchant: absent, timestampMillis: 1, nonce: 'n' });
    assert.equal(string.toString(), '/p\n1\nn\n\n{}');
  }
});

test('wrong types and misspelt options are named', () => {
  for (const [words, call] of [
    ['body must be a Buffer', () => newKey().sign(PATH, 'text')],
    ['body must be a Buffer', () => newKey().sign(PATH)],
    ['path must be a string', () => newKey().sign(7, BODY)],
    ['no option "merchnat"', () => newKey().sign(PATH, BODY, { merchnat: 'M1' })],
    ['no option "nowMilis"', () => newRing().verify('x', PATH, BODY, { nowMilis: 1 })],
    ['options must be an object', () => newKey().sign(PATH, BODY, 'M1')],
    ['forLoopback must be', () => new KeyRing({ forLoopback: 'no' })],
    ['timestampMillis must be a number', () => newKey().sign(PATH, BODY, { timestampMillis: 1n })],
    ['timestampMillis must be a number', () => stringToSign(PATH, BODY, {})],
  ]) {
    assert.throws(call, (error) => error instanceof TypeError && error.message.includes(words), words);
  }
  for (const timestampMillis of [-1, 1.5, NaN, 2 ** 53]) {
    assert.throws(() => newKey().sign(PATH, BODY, { timestampMillis }), RangeError);
  }
});

test('a ring is never taken for a key', () => {
  for (const wrong of [newRing(), {}, 1, 5n]) {
    assert.throws(() => newRing().diagnose('x', PATH, BODY, { ownKey: wrong }), /a SigningKey is wanted/);
  }
  assert.throws(() => KeyRing.prototype.verify.call(newKey(), 'x', PATH, BODY), /a KeyRing is wanted/);
});

test('bodies are bytes of any kind, and of a part', () => {
  const part = new Uint8Array([9, 0, 255, 10]).subarray(1);
  for (const content of [NOTHING, Buffer.from([0, 255, 10]), part, Buffer.alloc(200_000, 'long')]) {
    newRing().verify(newKey().sign(PATH, content), PATH, Buffer.from(content));
    const string = stringToSign('/p', content, { timestampMillis: 1, nonce: 'n' });
    const head = content.length === 0 ? '/p\n1\nn\n' : '/p\n1\nn\n\n';
    assert.deepEqual(string, Buffer.concat([Buffer.from(head), content]));
  }
});

test('a diagnosis names the cause', () => {
  const header = newKey().sign(PATH, Buffer.from('{"a": 1}'));
  const found = newRing().diagnose(header, PATH, BODY, { ownKey: newKey('K002') });
  assert.deepEqual([found.valid, found.explained], [false, true]);
  assert.equal(found.findings[0].code, 'body-reformatted');
});

test('what was closed throws, and closing twice does nothing', () => {
  const [key, ring] = [newKey(), newRing()];
  const header = key.sign(PATH, BODY);
  key.close();
  key.close();
  throws(PaykkaError, Result.NULL_POINTER, () => key.sign(PATH, BODY));
  throws(PaykkaError, Result.NULL_POINTER, () => key.publicKey());
  throws(PaykkaError, Result.NULL_POINTER, () => ring.diagnose(header, PATH, BODY, { ownKey: key }));
  ring.verify(header, PATH, BODY);
  ring.close();
  ring.close();
  throws(PaykkaError, Result.NULL_POINTER, () => ring.verify(header, PATH, BODY));
  throws(PaykkaError, Result.NULL_POINTER, () => ring.add('K002', file('platform-2048.public.pem')));
  if (Symbol.dispose) {
    const disposed = newRing();
    disposed[Symbol.dispose]();
    throws(PaykkaError, Result.NULL_POINTER, () => disposed.remove('K001'));
  }
});

test('what is forgotten can be collected', async () => {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc');
  const forgotten = [new WeakRef(newKey()), new WeakRef(newRing())];
  // A reference that was just made lasts until the current task ends.
  await new Promise(setImmediate);
  collect();
  assert.deepEqual(forgotten.map((reference) => reference.deref()), [undefined, undefined]);
  await new Promise(setImmediate);
  newRing().verify(newKey().sign(PATH, BODY), PATH, BODY);
});

test('results are the headers', () => {
  const header = fs.readFileSync(process.env.PAYKKA_HEADER, 'utf8');
  const found = [...header.matchAll(/^ {2}PAYKKA_RESULT_(\w+) = (\d+),$/gm)].map(([, name, number]) => [name, Number(number)]);
  assert.deepEqual({ OK: 1000, ...Result }, Object.fromEntries(found));
  assert.equal(new PaykkaError(1999, 'new').code, 'PAYKKA_1999');
});

test('import, require and the types name the same things', async () => {
  const imported = await import('paykka-sign');
  const names = Object.keys(paykka).sort();
  assert.deepEqual(Object.keys(imported).filter((name) => paykka[name] === imported[name]).sort(), names);
  const types = fs.readFileSync(path.join(path.dirname(require.resolve('paykka-sign')), 'index.d.ts'), 'utf8');
  const typed = [...types.matchAll(/^export (?:const|class|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual(typed.sort(), names);
  for (const [, name, number] of types.matchAll(/^ {2}readonly ([A-Z0-9_]+): (\d+);$/gm)) {
    assert.equal(Result[name], Number(number), name);
  }
  assert.equal(paykka.version(), require('paykka-sign/package.json').version);
});

test('four workers sign and verify at the same time', async () => {
  const worker = () => new Promise((resolve, reject) => {
    new Worker(__filename).once('message', resolve).once('error', reject);
  });
  const nonces = (await Promise.all(Array.from({ length: 4 }, worker))).flat();
  assert.deepEqual([nonces.length, new Set(nonces).size], [80, 80]);
});
