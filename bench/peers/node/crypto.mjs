// Node as a peer that signs and verifies.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Signing } from "./signing.mjs";

const [privateKey, publicKey, bodyFile, ...rest] = process.argv.slice(2);
const body = readFileSync(bodyFile);
const signing = new Signing(privateKey, publicKey, ...rest);
const bare = signing.bare(body);
const isGenuine = (header) => signing.nonceOfGenuine(header, body) !== undefined;

function seconds(count, once) {
  const start = process.hrtime.bigint();
  for (let done = 0; done < count; done++) once();
  return (Number(process.hrtime.bigint() - start) / 1e9).toFixed(9);
}

function answer([command, count, header]) {
  switch (command) {
    case "header":
      return signing.header(body);
    case "judge":
      return isGenuine(count) ? "genuine" : "refused";
    case "sign":
      return seconds(Number(count), () => signing.header(body));
    case "verify":
      return seconds(Number(count), () => {
        if (!isGenuine(header)) throw new Error("not genuine");
      });
    case "bare-sign":
      return seconds(Number(count), bare.sign);
    case "bare-verify":
      return seconds(Number(count), bare.verify);
    default:
      return "unknown";
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(answer(line.trim().split(/\s+/)));
