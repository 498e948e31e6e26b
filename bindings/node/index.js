'use strict';
// Signing and verifying for the PayKKa OpenAPI.
//
// What isn't right is thrown: nothing returns false, so that no verdict can be overlooked. Texts for the wire are strings,
// bodies and key files are bytes (Buffer or Uint8Array); where a text is asked for, bytes of UTF-8 do, too.

const { OK, BUFFER_TOO_SMALL, ERROR_TEXT_SIZE, library } = require('./native.js');

// Why a call failed. A later library may have others, so treat an unknown number as a failure like any.
const Result = Object.freeze({
  NULL_POINTER: 1001,
  INVALID_LENGTH: 1002,
  INVALID_UTF8: 1003,
  BUFFER_TOO_SMALL: 1004,
  PANIC: 1005,
  KEY: 1100,
  FIELD: 1101,
  HEADER: 1102,
  UNKNOWN_KEY: 1103,
  SIGNATURE: 1104,
  EARLY: 1105,
  LATE: 1106,
  BACKEND: 1107,
});

const REFUSALS = new Set([
  Result.HEADER, Result.FIELD, Result.UNKNOWN_KEY, Result.SIGNATURE, Result.EARLY, Result.LATE,
]);

class PaykkaError extends Error {
  constructor(result, text) {
    super(text);
    this.name = new.target.name;
    this.result = result;
    const known = Object.entries(Result).find(([, number]) => number === result);
    this.code = `PAYKKA_${known ? known[0] : result}`;
  }
}

class RefusedError extends PaykkaError {}

class SigningKey {
  constructor(keyId, privateKey, passphrase) {
    const key = [...bytes('keyId', keyId), ...bytes('privateKey', privateKey)];
    const made = [null];
    if (passphrase === undefined || passphrase === null) {
      call(library.paykka_signing_key_new, [...key, made]);
    } else {
      call(library.paykka_signing_key_new_encrypted, [...key, ...bytes('passphrase', passphrase), made]);
    }
    own(this, SigningKey, made[0], library.paykka_signing_key_free);
  }

  sign(path, body, options = {}) {
    const { merchant, timestampMillis = Date.now(), nonce = generateNonce() } = chosen(options, SIGN_OPTIONS);
    const parts = [...message(path, merchant, body), millis('timestampMillis', timestampMillis), ...bytes('nonce', nonce)];
    return filled(4096, library.paykka_sign, [pointer(this, SigningKey), ...parts]).toString('latin1');
  }

  publicKey() {
    return filled(1024, library.paykka_signing_key_public_key, [pointer(this, SigningKey)]).toString('latin1');
  }

  close() {
    end(this);
  }
}

class KeyRing {
  constructor(options = {}) {
    const { forLoopback = false } = chosen(options, ['forLoopback']);
    if (typeof forLoopback !== 'boolean') {
      throw new TypeError('forLoopback must be true or false');
    }
    const made = [null];
    call(library.paykka_key_ring_new, [forLoopback, made]);
    own(this, KeyRing, made[0], library.paykka_key_ring_free);
  }

  add(keyId, publicKey) {
    const key = [...bytes('keyId', keyId), ...bytes('publicKey', publicKey)];
    call(library.paykka_key_ring_add, [pointer(this, KeyRing), ...key]);
  }

  addOnly(publicKey) {
    const key = bytes('publicKey', publicKey);
    call(library.paykka_key_ring_add_only, [pointer(this, KeyRing), ...key]);
  }

  remove(keyId) {
    const id = bytes('keyId', keyId);
    call(library.paykka_key_ring_remove, [pointer(this, KeyRing), ...id]);
  }

  verify(authorization, path, body, options = {}) {
    const { merchant, ...times } = chosen(options, VERIFY_OPTIONS);
    const parts = [...bytes('authorization', authorization), ...message(path, merchant, body), ...window(times)];
    const found = {};
    call(library.paykka_verify, [pointer(this, KeyRing), ...parts, found], REFUSALS);
    return Object.freeze({
      keyId: found.key_id,
      nonce: found.nonce,
      timestampMillis: Number(found.timestamp_millis),
    });
  }

  diagnose(authorization, path, body, options = {}) {
    const { merchant, ownKey, ...times } = chosen(options, DIAGNOSE_OPTIONS);
    const parts = [...bytes('authorization', authorization), ...message(path, merchant, body), ...window(times)];
    const lent = ownKey === undefined || ownKey === null ? null : pointer(ownKey, SigningKey);
    return JSON.parse(filled(65536, library.paykka_diagnose, [pointer(this, KeyRing), ...parts, lent]).toString());
  }

  close() {
    end(this);
  }
}

function stringToSign(path, body, options) {
  const { merchant, timestampMillis, nonce } = chosen(options, SIGN_OPTIONS);
  const covered = message(path, merchant, body);
  const parts = [...covered, millis('timestampMillis', timestampMillis), ...bytes('nonce', nonce)];
  return filled(covered.at(-1) + 2200, library.paykka_string_to_sign, parts);
}

function generateNonce() {
  return filled(32, library.paykka_nonce_generate, []).toString('latin1');
}

function version() {
  return library.paykka_version();
}

const SIGN_OPTIONS = ['merchant', 'timestampMillis', 'nonce'];
const VERIFY_OPTIONS = ['merchant', 'nowMillis', 'toleranceMillis'];
const DIAGNOSE_OPTIONS = [...VERIFY_OPTIONS, 'ownKey'];

// `using` where Node has it.
if (Symbol.dispose) {
  for (const kind of [SigningKey, KeyRing]) {
    Object.defineProperty(kind.prototype, Symbol.dispose, { value: kind.prototype.close, configurable: true, writable: true });
  }
}

// Pointers by the objects that own them. Calls are synchronous and their other arguments are read before a pointer is
// lent, so nothing can end one during a call.
const HANDLES = new WeakMap();

// Ends what nobody can reach any more, where close() was forgotten.
const FORGOTTEN = new FinalizationRegistry(({ free, pointer }) => free(pointer));

function own(owner, kind, pointer, free) {
  const handle = { kind, pointer, free };
  HANDLES.set(owner, handle);
  FORGOTTEN.register(owner, handle, owner);
}

function pointer(owner, kind) {
  const handle = HANDLES.get(owner);
  // The library takes whatever it is given for what it asked for.
  if (handle?.kind !== kind) {
    throw new TypeError(`a ${kind.name} is wanted`);
  }
  if (handle.pointer === null) {
    throw new PaykkaError(Result.NULL_POINTER, `the ${kind.name} was closed; make another one, or close it after its last use`);
  }
  return handle.pointer;
}

function end(owner) {
  const handle = HANDLES.get(owner);
  if (handle !== undefined && handle.pointer !== null) {
    FORGOTTEN.unregister(owner);
    handle.free(handle.pointer);
    handle.pointer = null;
  }
}

function call(native, parameters, refusals = new Set(), expected = [OK]) {
  const why = Buffer.alloc(ERROR_TEXT_SIZE);
  const result = native(...parameters, why);
  if (!expected.includes(result)) {
    const Kind = refusals.has(result) ? RefusedError : PaykkaError;
    throw new Kind(result, why.toString('utf8', 0, why.indexOf(0)));
  }
  return result;
}

// Calls with a buffer that nearly always fits, and once more where it doesn't.
function filled(room, native, parameters) {
  const written = [0];
  let out = Buffer.alloc(room);
  const both = [OK, BUFFER_TOO_SMALL];
  if (call(native, [...parameters, out, out.length, written], new Set(), both) !== OK) {
    out = Buffer.alloc(Number(written[0]));
    call(native, [...parameters, out, out.length, written]);
  }
  return out.subarray(0, Number(written[0]));
}

// A misspelt option must not count as one that was left out.
function chosen(options, known) {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options must be an object with any of ${known.join(', ')}`);
  }
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`there is no option ${JSON.stringify(name)}; there are ${known.join(', ')}`);
    }
  }
  return options;
}

function message(path, merchant, body) {
  if (!(body instanceof Uint8Array)) {
    throw new TypeError('body must be a Buffer or a Uint8Array with the bytes that are sent, such as Buffer.from(text)');
  }
  const optional = merchant === undefined || merchant === null ? [null, 0] : bytes('merchant', merchant);
  return [...bytes('path', path), ...optional, ...bytes('body', body)];
}

// Absent is null; a Buffer of nothing has no memory of its own and would be taken for that.
const NOTHING = Buffer.alloc(1);

function bytes(name, value) {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  if (!(content instanceof Uint8Array)) {
    throw new TypeError(`${name} must be a string, a Buffer or a Uint8Array`);
  }
  return content.length === 0 ? [NOTHING, 0] : [content, content.length];
}

function window({ nowMillis = Date.now(), toleranceMillis = 300_000 }) {
  return [millis('nowMillis', nowMillis), millis('toleranceMillis', toleranceMillis)];
}

function millis(name, value) {
  if (typeof value !== 'number') {
    throw new TypeError(`${name} must be a number of milliseconds`);
  }
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name} must be a whole number of milliseconds, 0 to ${Number.MAX_SAFE_INTEGER}`);
  }
  return value;
}

module.exports = { KeyRing, PaykkaError, RefusedError, Result, SigningKey, generateNonce, stringToSign, version };
