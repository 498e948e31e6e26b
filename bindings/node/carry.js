'use strict';
// Before `npm pack`: puts the shared library and the licences into this folder, so that whoever installs the package needs
// neither Rust nor a compiler. The library is taken from PAYKKA_SIGN_LIBRARY, or from where
// `cargo build --release -p paykka-sign-ffi` puts it.

const fs = require('node:fs');
const path = require('node:path');

const LIBRARY = 'libpaykka_sign_ffi.so';
const root = path.join(__dirname, '..', '..');
const from = process.env.PAYKKA_SIGN_LIBRARY || path.join(root, 'target', 'release', LIBRARY);
if (!fs.existsSync(from)) {
  const build = 'cargo build --release -p paykka-sign-ffi';
  console.error(`${from} isn't there: run \`${build}\`, or name the library in PAYKKA_SIGN_LIBRARY`);
  process.exit(1);
}
const folder = path.join(__dirname, 'lib', 'linux-x64');
fs.mkdirSync(folder, { recursive: true });
fs.copyFileSync(from, path.join(folder, LIBRARY));
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) {
  fs.copyFileSync(path.join(root, name), path.join(__dirname, name));
}
