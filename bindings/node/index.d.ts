/** Text, or its bytes in UTF-8. */
export type Text = string | Uint8Array;

/** Why a call failed. A later library may have others; treat an unknown number as a failure like any. */
export const Result: {
  readonly NULL_POINTER: 1001;
  readonly INVALID_LENGTH: 1002;
  readonly INVALID_UTF8: 1003;
  readonly BUFFER_TOO_SMALL: 1004;
  readonly PANIC: 1005;
  readonly KEY: 1100;
  readonly FIELD: 1101;
  readonly HEADER: 1102;
  readonly UNKNOWN_KEY: 1103;
  readonly SIGNATURE: 1104;
  readonly EARLY: 1105;
  readonly LATE: 1106;
  readonly BACKEND: 1107;
};

/** A call failed. The message names the thing and the fix, and never holds a key, a body or a whole header. */
export class PaykkaError extends Error {
  constructor(result: number, text: string);
  /** The reason for programs: a number of `Result`, or one that this version doesn't know. */
  result: number;
  /** The same in words, as Node's own errors have it, such as `PAYKKA_SIGNATURE`. */
  code: string;
}

/** By `KeyRing.verify`: the message is malformed, out of bounds, of an unknown key, forged, early or late. Don't use it. */
export class RefusedError extends PaykkaError {}

/** What a genuine message's header says beside the signature. */
export interface Verified {
  readonly keyId: string;
  readonly nonce: string;
  readonly timestampMillis: number;
}

export interface SignOptions {
  /** The `X-Merch-Id` that is sent; left out where it isn't. */
  merchant?: Text | null;
  /** Milliseconds since 1970-01-01 UTC; now unless it is given. */
  timestampMillis?: number;
  /** 6 to 32 visible ASCII characters; a fresh one unless it is given. */
  nonce?: Text;
}

export interface VerifyOptions {
  /** For an answer the `X-Merch-Id` of its request, for a notification its own; left out where there is none. */
  merchant?: Text | null;
  /** Milliseconds since 1970-01-01 UTC; now unless it is given. */
  nowMillis?: number;
  /** How far the signed time may lie before or after now, in milliseconds; 300000 unless it is given. */
  toleranceMillis?: number;
}

export interface DiagnoseOptions extends VerifyOptions {
  /** The key that signs on this side, to see keys that were swapped. */
  ownKey?: SigningKey | null;
}

export interface Diagnosis {
  valid: boolean;
  explained: boolean;
  findings: { code: string; explanation: string; fix: string; proven: boolean }[];
  tried: number;
  exhausted: boolean;
}

/** A private key with the id under which the other side knows it. */
export class SigningKey {
  /** `privateKey` is the content of a file: PKCS#8 or PKCS#1, as PEM, DER or bare Base64; under a passphrase with one. */
  constructor(keyId: Text, privateKey: Text, passphrase?: Text | null);
  /** The value of `Authorization`. `body` is what is sent, byte for byte; empty where there is none. */
  sign(path: Text, body: Uint8Array, options?: SignOptions): string;
  /** The public half as SPKI PEM, to hand over. */
  publicKey(): string;
  /** Ends the key; using it afterwards throws `NULL_POINTER`. Ending it again does nothing. */
  close(): void;
}

/** The other side's public keys by their ids. */
export class KeyRing {
  /** `forLoopback` takes keys whose private half is published, for tests on one machine alone. */
  constructor(options?: { forLoopback?: boolean });
  /** Accepts a key: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64. After a failure the ring is as it was. */
  add(keyId: Text, publicKey: Text): void;
  /** Accepts the ring's one key, whatever id a message names. */
  addOnly(publicKey: Text): void;
  /** Takes a key out. */
  remove(keyId: Text): void;
  /**
   * Returns for a genuine message in time alone; throws `RefusedError` otherwise. For an answer, path and merchant are
   * those of its request; `body` is what was received, before any decoding.
   */
  verify(authorization: Text, path: Text, body: Uint8Array, options?: VerifyOptions): Verified;
  /**
   * Why a message is refused. It takes up to some seconds, during which the event loop stands still: for a person at a
   * desk. What it explains is still to be refused.
   */
  diagnose(authorization: Text, path: Text, body: Uint8Array, options?: DiagnoseOptions): Diagnosis;
  /** Ends the ring; using it afterwards throws `NULL_POINTER`. Ending it again does nothing. */
  close(): void;
}

/** The exact bytes that are signed, for a signer elsewhere. Nonces of up to 64 characters are taken. */
export function stringToSign(
  path: Text,
  body: Uint8Array,
  options: { merchant?: Text | null; timestampMillis: number; nonce: Text },
): Uint8Array;

/** A fresh nonce of the operating system's randomness. */
export function generateNonce(): string;

/** The library's version. */
export function version(): string;
