// Prints the Authorization header as Node programs write it, one form a line: the expression, a tab, the header.
//
//   node header.mjs SIGN_TYPE TIMESTAMP NONCE KEY_ID SIGNATURE

import { escape } from "node:querystring";

const names = ["sign_type", "timestamp", "nonce", "key_id", "signature"];
const fields = Object.fromEntries(names.map((name, i) => [name, process.argv[i + 2]]));
const forms = {
  "encodeURIComponent(JSON.stringify(fields))": encodeURIComponent(JSON.stringify(fields)),
  "encodeURIComponent(JSON.stringify(fields, null, 2))": encodeURIComponent(JSON.stringify(fields, null, 2)),
  "querystring.escape(JSON.stringify(fields))": escape(JSON.stringify(fields)),
  "new URLSearchParams({ a: JSON.stringify(fields) }).toString().slice(2)":
    new URLSearchParams({ a: JSON.stringify(fields) }).toString().slice(2),
  "new URLSearchParams({ a: JSON.stringify(fields, null, 2) }).toString().slice(2)":
    new URLSearchParams({ a: JSON.stringify(fields, null, 2) }).toString().slice(2),
};
for (const [how, header] of Object.entries(forms)) process.stdout.write(`${how}\t${header}\n`);
