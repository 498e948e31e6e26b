'use strict';
// The C interface as koffi sees it: which functions there are, with which arguments. Nothing here decides anything.

const path = require('node:path');
const koffi = require('koffi');

const OK = 1000;
const BUFFER_TOO_SMALL = 1004;
const ABI_VERSION = 1;

const KEY_ID_SIZE = 129;
const NONCE_SIZE = 65;
const ERROR_TEXT_SIZE = 512;

// Types without names: koffi keeps names for the whole process, and this file may be loaded twice in one.
const HANDLE = koffi.pointer(koffi.opaque());
const HANDLE_OUT = koffi.out(koffi.pointer(HANDLE));
const VERIFIED = koffi.struct({
  timestamp_millis: 'uint64_t',
  key_id: koffi.array('char', KEY_ID_SIZE, 'String'),
  nonce: koffi.array('char', NONCE_SIZE, 'String'),
});

// Bytes with their length: koffi hands a Buffer over as a pointer to its memory, and null as NULL.
const IN = ['uint8_t *', 'size_t'];
const OUT = ['uint8_t *', 'size_t', koffi.out(koffi.pointer('size_t'))];
const ERROR = 'uint8_t *';
const MESSAGE = [...IN, ...IN, ...IN]; // path, merchant, body

const FALLIBLE = {
  paykka_signing_key_new: [...IN, ...IN, HANDLE_OUT],
  paykka_signing_key_new_encrypted: [...IN, ...IN, ...IN, HANDLE_OUT],
  paykka_signing_key_public_key: [HANDLE, ...OUT],
  paykka_key_ring_new: ['bool', HANDLE_OUT],
  paykka_key_ring_add: [HANDLE, ...IN, ...IN],
  paykka_key_ring_add_only: [HANDLE, ...IN],
  paykka_key_ring_remove: [HANDLE, ...IN],
  paykka_nonce_generate: OUT,
  paykka_sign: [HANDLE, ...MESSAGE, 'uint64_t', ...IN, ...OUT],
  paykka_string_to_sign: [...MESSAGE, 'uint64_t', ...IN, ...OUT],
  paykka_verify: [HANDLE, ...IN, ...MESSAGE, 'uint64_t', 'uint64_t', koffi.out(koffi.pointer(VERIFIED))],
  paykka_diagnose: [HANDLE, ...IN, ...MESSAGE, 'uint64_t', 'uint64_t', HANDLE, ...OUT],
};

function load() {
  const file = process.env.PAYKKA_SIGN_LIBRARY || path.join(__dirname, 'lib', 'linux-x64', 'libpaykka_sign_ffi.so');
  let library;
  try {
    library = koffi.load(file);
  } catch (error) {
    const fix = 'install the packed package, which carries it, or name another in PAYKKA_SIGN_LIBRARY';
    throw new Error(`${file} can't be loaded: ${fix}`, { cause: error });
  }
  const found = library.func('paykka_abi_version', 'uint32_t', [])();
  if (found !== ABI_VERSION) {
    throw new Error(`${file} has interface ${found}, and ${ABI_VERSION} is wanted; install the two together`);
  }
  const functions = {
    paykka_version: library.func('paykka_version', 'const char *', []),
    paykka_signing_key_free: library.func('paykka_signing_key_free', 'void', [HANDLE]),
    paykka_key_ring_free: library.func('paykka_key_ring_free', 'void', [HANDLE]),
  };
  for (const [name, parameters] of Object.entries(FALLIBLE)) {
    functions[name] = library.func(name, 'uint32_t', [...parameters, ERROR]);
  }
  return functions;
}

module.exports = { OK, BUFFER_TOO_SMALL, ERROR_TEXT_SIZE, library: load() };
