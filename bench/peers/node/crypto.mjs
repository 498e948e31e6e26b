// Node as a peer that signs and verifies: by its own `crypto`, or through the C interface where the first word is `interface`.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

async function byHand(privateKey, publicKey, body, path, merchant, keyId) {
  const { Signing } = await import("./signing.mjs");
  const signing = new Signing(privateKey, publicKey, path, merchant, keyId);
  return {
    header: () => signing.header(body),
    isGenuine: (header) => signing.nonceOfGenuine(header, body) !== undefined,
    bare: signing.bare(body),
  };
}

async function throughInterface(privateKey, publicKey, body, path, merchant, keyId) {
  const { KeyRing, RefusedError, SigningKey } = await import("paykka-sign");
  const key = new SigningKey(keyId, readFileSync(privateKey));
  const ring = new KeyRing();
  ring.add(keyId, readFileSync(publicKey));
  const isGenuine = (header) => {
    try {
      ring.verify(header, path, body, { merchant });
      return true;
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
  };
  return { header: () => key.sign(path, body, { merchant }), isGenuine };
}

const words = process.argv.slice(2);
const make = words[0] === "interface" ? throughInterface : byHand;
const [privateKey, publicKey, bodyFile, ...rest] = make === byHand ? words : words.slice(1);
const { header: sign, isGenuine, bare } = await make(privateKey, publicKey, readFileSync(bodyFile), ...rest);

function seconds(count, once) {
  const start = process.hrtime.bigint();
  for (let done = 0; done < count; done++) once();
  return (Number(process.hrtime.bigint() - start) / 1e9).toFixed(9);
}

function answer([command, count, header]) {
  switch (command) {
    case "header":
      return sign();
    case "judge":
      return isGenuine(count) ? "genuine" : "refused";
    case "sign":
      return seconds(Number(count), sign);
    case "verify":
      return seconds(Number(count), () => {
        if (!isGenuine(header)) throw new Error("not genuine");
      });
    case "bare-sign":
      return bare ? seconds(Number(count), bare.sign) : "unknown";
    case "bare-verify":
      return bare ? seconds(Number(count), bare.verify) : "unknown";
    default:
      return "unknown";
  }
}

for await (const line of createInterface({ input: process.stdin })) console.log(answer(line.trim().split(/\s+/)));
