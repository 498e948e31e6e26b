// Node as a peer that calls: undici's pool, and Node's own `crypto`.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Pool } from "undici";
import { Seen, Signing } from "./signing.mjs";

const [privateKey, publicKey, bodyFile, path, merchant, keyId, url, ca] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const signing = new Signing(privateKey, publicKey, path, merchant, keyId);
const seen = new Seen();
const pool = new Pool(url, { connections: 256, connect: { ca: readFileSync(ca) }, keepAliveTimeout: 60_000 });

async function call() {
  const answer = await pool.request({
    path,
    method: "POST",
    headers: {
      authorization: signing.header(body),
      "x-merch-id": merchant,
      "content-type": "application/json",
      accept: "application/json",
    },
    body,
  });
  const got = Buffer.from(await answer.body.arrayBuffer());
  const nonce = signing.nonceOfGenuine(answer.headers.authorization ?? "", got);
  if (nonce === undefined || !seen.isFirst(nonce)) throw new Error("the answer isn't genuine");
  return JSON.parse(got);
}

async function load(inFlight, count) {
  const latencies = [];
  const some = async () => {
    for (let done = 0; done < Math.floor(count / inFlight); done++) {
      const start = process.hrtime.bigint();
      await call();
      latencies.push(Number(process.hrtime.bigint() - start) / 1e3);
    }
  };
  const start = process.hrtime.bigint();
  await Promise.all(Array.from({ length: inFlight }, some));
  const elapsed = Number(process.hrtime.bigint() - start) / 1e9;
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.round((latencies.length - 1) * share)].toFixed(1);
  return `${elapsed.toFixed(9)} ${at(0.5)} ${at(0.99)}`;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [command, inFlight, count] = line.trim().split(/\s+/);
  if (command === "probe") {
    console.log(await call().then(() => "genuine", () => "refused"));
  } else if (command === "load") {
    console.log(await load(Number(inFlight), Number(count)));
  } else {
    console.log("unknown");
  }
}
process.exit(0);
