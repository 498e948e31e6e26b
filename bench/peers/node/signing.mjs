// Signing and verifying as somebody would write it in Node with its own `crypto`.
import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const SIGN_TYPE = "SHA256_WITH_RSA";
const TOLERANCE_MILLIS = 300_000;

export class Signing {
  constructor(privateKey, publicKey, path, merchant, keyId) {
    this.privateKey = createPrivateKey(readFileSync(privateKey));
    this.publicKey = createPublicKey(readFileSync(publicKey));
    Object.assign(this, { path, merchant, keyId });
  }

  header(body) {
    const timestamp = String(Date.now());
    const nonce = randomBytes(16).toString("hex");
    const signature = sign("sha256", this.string(timestamp, nonce, body), this.privateKey).toString("base64");
    return encodeURIComponent(
      JSON.stringify({ sign_type: SIGN_TYPE, timestamp, nonce, key_id: this.keyId, signature }),
    );
  }

  /** Undefined for a message that isn't genuine or not of now. */
  nonceOfGenuine(header, body) {
    let fields;
    try {
      fields = JSON.parse(decodeURIComponent(header));
    } catch {
      return undefined;
    }
    const { sign_type, timestamp, nonce, key_id, signature } = fields;
    if (sign_type !== SIGN_TYPE || key_id !== this.keyId || typeof signature !== "string") return undefined;
    const string = this.string(timestamp, nonce, body);
    if (!verify("sha256", string, this.publicKey, Buffer.from(signature, "base64"))) return undefined;
    return Math.abs(Date.now() - Number(timestamp)) <= TOLERANCE_MILLIS ? nonce : undefined;
  }

  /** The library's own two operations on the same bytes. */
  bare(body) {
    const string = this.string("1701732359000", "a1B2c3D4e5F6", body);
    const signature = sign("sha256", string, this.privateKey);
    return {
      sign: () => sign("sha256", string, this.privateKey),
      verify: () => verify("sha256", string, this.publicKey, signature),
    };
  }

  string(timestamp, nonce, body) {
    return Buffer.concat([Buffer.from(`${this.path}\n${timestamp}\n${nonce}\n${this.merchant}\n`), body]);
  }
}

/** What came in before within the tolerance. */
export class Seen {
  times = new Map();
  limit = 100_000;

  isFirst(nonce) {
    if (this.times.has(nonce)) return false;
    this.times.set(nonce, Date.now());
    if (this.times.size > this.limit) {
      const oldest = Date.now() - 2 * TOLERANCE_MILLIS;
      for (const [nonce, at] of this.times) if (at < oldest) this.times.delete(nonce);
      this.limit = Math.max(100_000, 2 * this.times.size);
    }
    return true;
  }
}
