/*
 * paykka_sign.h: signing and verifying for the PayKKa OpenAPI (the C interface of paykka-sign).
 *
 * Needs C99 or C++11. Link with libpaykka_sign_ffi, static or shared.
 *
 * Conventions, which hold for every function here:
 *
 * Results.   What can fail returns a PaykkaResult. PAYKKA_RESULT_OK is 1000 and no result is 0, so a result is not a
 *            truth value: always write `== PAYKKA_RESULT_OK`. `if (paykka_verify(...))` accepts everything and
 *            `if (!paykka_verify(...))` nothing, which shows in the first test. Numbers are stable and never reused;
 *            later versions may add some, so treat an unknown number as a failure. GCC and Clang warn where a result
 *            is dropped, as does every compiler of C++17 or C23.
 * Errors.    Such functions end with a `PaykkaError *error`, which receives the reason in words: on the caller's stack, per
 *            call, nothing to free. NULL where it isn't wanted.
 * Handles.   `_new` makes a handle, `_free` ends it, exactly once and after its last use. `_free(NULL)` does nothing.
 *            Any number of threads may use one at the same time. A key never changes once made; a key ring changes by
 *            `_add` and `_remove`, which other threads see at once and whole.
 * Out.       Out-parameters stand last, before the error. A handle's is NULL after a failure, so that it may be freed in
 *            any case.
 * Input.     Text and bytes come as a pointer and a length in bytes, without a NUL at the end; the library doesn't
 *            change them and copies what it keeps. What is NULL where it may not be gives PAYKKA_RESULT_NULL_POINTER,
 *            as does NULL with a length other than 0. A length above PTRDIFF_MAX gives PAYKKA_RESULT_INVALID_LENGTH.
 * Output.    The caller owns every buffer, and asks how long it must be by giving NULL with length 0: the result is
 *            PAYKKA_RESULT_BUFFER_TOO_SMALL and `*written` the size. The library returns no memory to free, but for
 *            handles. The texts that it returns as `const char *` are constants that end with a NUL.
 * Pointers.  Each must be aligned, live during the call, and hold as many bytes as the length beside it says. What is
 *            written must not overlap with anything else that is given. The library can't check this.
 * State.     There is none beyond the handles: no initialisation, no clock, no callbacks, no last error. Times are
 *            arguments, in milliseconds since 1970-01-01 UTC.
 * Panics.    None gets out. A defect inside the library gives PAYKKA_RESULT_PANIC, after a message on standard error.
 *            Only running out of memory ends the process.
 */


#ifndef PAYKKA_SIGN_H
#define PAYKKA_SIGN_H

/* Generated from the Rust sources by `cargo xtask header`. Don't edit it by hand. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#if defined(__GNUC__)
#define PAYKKA_MUST_USE __attribute__((warn_unused_result))
#elif (defined(__cplusplus) && __cplusplus >= 201703L) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define PAYKKA_MUST_USE [[nodiscard]]
#else
#define PAYKKA_MUST_USE
#endif

/**
 * Room for the text of a `PaykkaError` in bytes, its NUL included.
 */
#define PAYKKA_ERROR_TEXT_SIZE 512

/**
 * Length of what `paykka_nonce_generate` writes, in bytes.
 */
#define PAYKKA_NONCE_LEN 32

/**
 * Room for a key id in bytes, its NUL included.
 */
#define PAYKKA_KEY_ID_SIZE 129

/**
 * Room for a nonce in bytes, its NUL included: others write up to 64.
 */
#define PAYKKA_NONCE_SIZE 65

/**
 * The number of the interface that this header describes. Functions and results may be added under the same number;
 * whatever would break a program that was compiled before raises it, and the shared library's SONAME with it.
 */
#define PAYKKA_ABI_VERSION 1

/**
 * What became of a call.
 *
 * Never 0: compare with `PAYKKA_RESULT_OK`, don't use it as a truth value. Treat a number that isn't listed here as
 * a failure; later versions may add some.
 */
enum PaykkaResult
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * It succeeded. From `paykka_verify`: the message is genuine and in time.
   */
  PAYKKA_RESULT_OK = 1000,
  /**
   * An argument is NULL that may not be, or NULL beside a length other than 0. What to do: correct the call.
   */
  PAYKKA_RESULT_NULL_POINTER = 1001,
  /**
   * A length is above `PTRDIFF_MAX`. What to do: look for a negative number that was converted to `size_t`.
   */
  PAYKKA_RESULT_INVALID_LENGTH = 1002,
  /**
   * A text isn't UTF-8. What to do: give the text in UTF-8; check that the length counts bytes.
   */
  PAYKKA_RESULT_INVALID_UTF8 = 1003,
  /**
   * The buffer is NULL or too small; nothing was written into it. What to do: call again with a buffer of the
   * size that the call stored.
   */
  PAYKKA_RESULT_BUFFER_TOO_SMALL = 1004,
  /**
   * A defect in this library was caught. What to do: treat the call as failed and report the defect; the handles
   * stay usable.
   */
  PAYKKA_RESULT_PANIC = 1005,
  /**
   * A key can't be used: wrong form, wrong algorithm, wrong size, damaged, encrypted, or one that a ring may not hold.
   * What to do: the text of `PaykkaError` names what was found and which form is wanted.
   */
  PAYKKA_RESULT_KEY = 1100,
  /**
   * A path, merchant number, nonce, key id or time is outside its bounds. What to do: when signing, correct it;
   * when verifying, refuse the message, since such fields let one signature stand for two messages.
   */
  PAYKKA_RESULT_FIELD = 1101,
  /**
   * The `Authorization` value isn't in the documented form. What to do: refuse the message.
   */
  PAYKKA_RESULT_HEADER = 1102,
  /**
   * The `Authorization` value names a key id that the ring doesn't hold; no other key was tried. From
   * `paykka_key_ring_remove`: no key stands under this id. What to do: install
   * the key that belongs to this id, or correct the id under which it was installed.
   */
  PAYKKA_RESULT_UNKNOWN_KEY = 1103,
  /**
   * The signature doesn't belong to these bytes under this key. What to do: don't use the message. If it should be
   * genuine, look for a body that was serialised anew, a path that a proxy rewrote, another merchant number, or
   * the wrong one of two keys.
   */
  PAYKKA_RESULT_SIGNATURE = 1104,
  /**
   * The signature is genuine, but made later than the window allows. What to do: check this machine's clock.
   */
  PAYKKA_RESULT_EARLY = 1105,
  /**
   * The signature is genuine, but older than the window allows. What to do: check this machine's clock; if it is
   * right, the message is an old one or a replay.
   */
  PAYKKA_RESULT_LATE = 1106,
  /**
   * There was no randomness, for a signature or for a nonce. What to do: try again; if it stays, the machine's
   * source of randomness is broken.
   */
  PAYKKA_RESULT_BACKEND = 1107,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum PaykkaResult PaykkaResult;
#else
typedef uint32_t PaykkaResult;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The public keys that are accepted, by id. Any number of threads may use and change one at the same time; a message that
 * is being verified during a change is judged by the keys of before or of after it, never by a mixture.
 */
typedef struct PaykkaKeyRing PaykkaKeyRing;

/**
 * A private key with the id under which the other side knows it. Immutable; any number of threads may use one.
 */
typedef struct PaykkaSigningKey PaykkaSigningKey;

/**
 * Why one call failed, in English, for logs. The caller owns it, on the stack for instance; there is nothing to free.
 *
 * Every function that takes one takes NULL, too, from callers who don't want the text. It is written anew by each
 * call: empty after `PAYKKA_RESULT_OK`. It names the thing and the fix, and never holds a key, a passphrase, a body or a
 * whole header. Decide by the result, not by this text: the wording may change.
 */
typedef struct {
  /**
   * UTF-8 that ends with a NUL; a longer text is cut off between two characters.
   */
  char text[PAYKKA_ERROR_TEXT_SIZE];
} PaykkaError;

/**
 * What a genuine message's header says beside the signature. All zero after a failure, so that nothing of a forged
 * message can be taken for something of a genuine one.
 */
typedef struct {
  /**
   * When it was signed, by the signer's clock, in milliseconds since 1970-01-01 UTC.
   */
  uint64_t timestamp_millis;
  /**
   * The id of the key that verified it; with `paykka_key_ring_add_only` whatever the sender wrote. Ends with a NUL.
   */
  char key_id[PAYKKA_KEY_ID_SIZE];
  /**
   * The message's random text, by which a repetition is known. Ends with a NUL.
   */
  char nonce[PAYKKA_NONCE_SIZE];
} PaykkaVerified;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Writes a fresh nonce: 32 lower-case hexadecimal digits of 16 bytes from the operating system's source of randomness,
 * NOT ended by a NUL. Take one for every attempt.
 *
 * - `out`, `out_len`: the caller's buffer and its size in bytes, `PAYKKA_NONCE_LEN` at least.
 * - `written`: receives the length in bytes, which is always `PAYKKA_NONCE_LEN`, also after
 *   `PAYKKA_RESULT_BUFFER_TOO_SMALL`; 0 after any other failure.
 *
 * Fails with `PAYKKA_RESULT_BACKEND` without randomness, or for its arguments.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_nonce_generate(char *out,
                                   size_t out_len,
                                   size_t *written,
                                   PaykkaError *error);

/**
 * A short English text for a result, for logs: a constant that ends with a NUL, never NULL and never to be freed.
 *
 * `result` is any number, since C can't keep others out; one that isn't a `PaykkaResult` has a text that says so.
 */
const char *paykka_result_text(uint32_t result);

/**
 * Makes an empty ring, which verifies nothing yet: see `paykka_key_ring_add`.
 *
 * - `for_loopback`: true for tests on one machine alone; it takes keys whose private half is published, such as those
 *   of this project's vectors. False for everything real.
 * - `out`: receives the handle, to be ended by `paykka_key_ring_free`; NULL after a failure.
 *
 * Fails for its arguments alone.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_key_ring_new(bool for_loopback,
                                 PaykkaKeyRing **out,
                                 PaykkaError *error);

/**
 * Accepts a public key under an id, for all threads from now on. After a failure the ring is as it was.
 *
 * - `key_id`: the id under which the owner of the key signs, 1 to 128 visible ASCII characters. One id stands once; to
 *   replace its key, remove it first, or rotate under a new id without a gap.
 * - `public_key`: RSA of 2048 to 8192 bits: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64.
 *
 * Fails with `PAYKKA_RESULT_KEY`, also for an id that is there already, and for a published key in a ring that isn't for
 * loopback; `PAYKKA_RESULT_FIELD` for the key id; `PAYKKA_RESULT_INVALID_UTF8` for the key id; or for its arguments.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_key_ring_add(const PaykkaKeyRing *ring,
                                 const char *key_id,
                                 size_t key_id_len,
                                 const uint8_t *public_key,
                                 size_t public_key_len,
                                 PaykkaError *error);

/**
 * Accepts a public key whatever id a message names. It must be the ring's one key, and isn't removed again: to change it
 * make another ring. Take it where the other side's key id isn't known; decide nothing by the id of its messages.
 *
 * - `public_key`: as for `paykka_key_ring_add`.
 *
 * Fails with `PAYKKA_RESULT_KEY`, also for a ring that has a key, or for its arguments.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_key_ring_add_only(const PaykkaKeyRing *ring,
                                      const uint8_t *public_key,
                                      size_t public_key_len,
                                      PaykkaError *error);

/**
 * Takes a key out of the ring, for all threads from now on. A ring without a key verifies nothing.
 *
 * - `key_id`: the id under which it was added.
 *
 * Fails with `PAYKKA_RESULT_UNKNOWN_KEY` where no key stands under this id, `PAYKKA_RESULT_INVALID_UTF8` for the key id,
 * or for its arguments.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_key_ring_remove(const PaykkaKeyRing *ring,
                                    const char *key_id,
                                    size_t key_id_len,
                                    PaykkaError *error);

/**
 * Ends a ring. NULL does nothing.
 *
 * # Safety
 * The handle came from `paykka_key_ring_new`, is freed once, and isn't used afterwards or at the same time.
 */
void paykka_key_ring_free(PaykkaKeyRing *ring);

/**
 * Reads a private key and proves it by a trial signature, so do it once and keep the handle.
 *
 * - `key_id`: the id that the platform gave to this key, 1 to 128 visible ASCII characters.
 * - `private_key`: RSA of 2048, 3072 or 4096 bits: PKCS#8 or PKCS#1, as PEM, DER or bare Base64, up to 64 KiB. The
 *   library keeps no copy of the text; wiping it is the caller's.
 * - `out`: receives the handle, to be ended by `paykka_signing_key_free`; NULL after a failure.
 *
 * Fails with `PAYKKA_RESULT_KEY`, `PAYKKA_RESULT_FIELD` for the key id, `PAYKKA_RESULT_INVALID_UTF8` for the key id,
 * `PAYKKA_RESULT_BACKEND`, or for its arguments.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_signing_key_new(const char *key_id,
                                    size_t key_id_len,
                                    const uint8_t *private_key,
                                    size_t private_key_len,
                                    PaykkaSigningKey **out,
                                    PaykkaError *error);

/**
 * As `paykka_signing_key_new`, for a key under a passphrase (PKCS#8 with PBES2, `BEGIN ENCRYPTED PRIVATE KEY`). A key that
 * isn't encrypted is taken, too. It takes tens of milliseconds and more, by intention of whoever encrypted the key.
 *
 * - `passphrase`: its bytes; NULL with length 0, or length 0, for an empty one. Wiping it is the caller's.
 *
 * Fails as `paykka_signing_key_new`; with `PAYKKA_RESULT_KEY` for a wrong passphrase, too.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_signing_key_new_encrypted(const char *key_id,
                                              size_t key_id_len,
                                              const uint8_t *private_key,
                                              size_t private_key_len,
                                              const uint8_t *passphrase,
                                              size_t passphrase_len,
                                              PaykkaSigningKey **out,
                                              PaykkaError *error);

/**
 * Ends a key. NULL does nothing.
 *
 * # Safety
 * The handle came from a `paykka_signing_key_new…`, is freed once, and isn't used afterwards or at the same time.
 */
void paykka_signing_key_free(PaykkaSigningKey *key);

/**
 * Writes the public half as SPKI PEM (`BEGIN PUBLIC KEY`), to hand over to the other side: ASCII, NOT ended by a NUL.
 *
 * - `out`, `out_len`: the caller's buffer and its size in bytes. 1024 bytes hold it for every key.
 * - `written`: receives the length in bytes; the size that is needed after `PAYKKA_RESULT_BUFFER_TOO_SMALL`; 0 after
 *   any other failure.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_signing_key_public_key(const PaykkaSigningKey *key,
                                           char *out,
                                           size_t out_len,
                                           size_t *written,
                                           PaykkaError *error);

/**
 * Signs a message and writes the value of its `Authorization` header: visible ASCII, NOT ended by a NUL.
 *
 * - `path`: the request's path as sent, from `/`, without scheme, host and query; 1 to 2048 visible ASCII
 *   characters.
 * - `merchant`: the `X-Merch-Id` that is sent beside it, 1 to 64 visible ASCII characters; NULL with length 0 where
 *   that header isn't sent. Empty text is refused.
 * - `body`: the body, byte for byte as sent; NULL with length 0, or length 0, where there is none.
 * - `timestamp_millis`: now, in milliseconds since 1970-01-01 UTC, at most 9999999999999999.
 * - `nonce`: random text of 6 to 32 visible ASCII characters, as `paykka_nonce_generate` makes it. Take a fresh one, and
 *   a fresh time, for every attempt.
 * - `out`, `out_len`: the caller's buffer and its size in bytes. 4096 bytes hold the value for every key.
 * - `written`: receives the length of the value in bytes; 0 after any failure but the following.
 *
 * If the buffer is too small, `PAYKKA_RESULT_BUFFER_TOO_SMALL` is returned, nothing is written into it, and
 * `*written` is the size that is needed; the same arguments always give the same value, so a second call fits. NULL
 * with length 0 for `out` asks for that size. Asking costs as much as signing.
 *
 * Fails with `PAYKKA_RESULT_FIELD` for a part outside its bounds, `PAYKKA_RESULT_BACKEND`,
 * `PAYKKA_RESULT_INVALID_UTF8` for path, merchant or nonce, or for its arguments.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_sign(const PaykkaSigningKey *key,
                         const char *path,
                         size_t path_len,
                         const char *merchant,
                         size_t merchant_len,
                         const uint8_t *body,
                         size_t body_len,
                         uint64_t timestamp_millis,
                         const char *nonce,
                         size_t nonce_len,
                         char *out,
                         size_t out_len,
                         size_t *written,
                         PaykkaError *error);

/**
 * Writes the exact bytes that are signed, for a signer elsewhere (a KMS, an HSM) and for comparing with other code: path,
 * time, nonce, merchant and body on lines of their own. NOT ended by a NUL, and bytes, not text: they hold the body.
 *
 * The arguments are those of `paykka_sign`, but nonces of 1 to 64 characters are taken, as others write them. The size is
 * at most 2200 bytes more than `body_len`; a buffer that is too small is treated as there.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_string_to_sign(const char *path,
                                   size_t path_len,
                                   const char *merchant,
                                   size_t merchant_len,
                                   const uint8_t *body,
                                   size_t body_len,
                                   uint64_t timestamp_millis,
                                   const char *nonce,
                                   size_t nonce_len,
                                   uint8_t *out,
                                   size_t out_len,
                                   size_t *written,
                                   PaykkaError *error);

/**
 * Judges a message that came in. Only `PAYKKA_RESULT_OK` means that it is genuine and in time.
 *
 * - `authorization`: the value of the `Authorization` header, as received.
 * - `path`: for an answer, the path of its request; for a notification, the path that the sender called, which a
 *   proxy may have rewritten since. From `/`, 1 to 2048 visible ASCII characters.
 * - `merchant`: for an answer, the `X-Merch-Id` of its request (inferred); for a notification, its own. 1 to 64 visible
 *   ASCII characters; NULL with length 0 where that header is absent. Empty text is refused.
 * - `body`: the body as received, before any decoding; NULL with length 0, or length 0, where there is none.
 * - `now_millis`: now, in milliseconds since 1970-01-01 UTC, at most 9999999999999999.
 * - `tolerance_millis`: how far the signed time may lie before or after now, edges included. The platform
 *   states no tolerance; 300000 (5 minutes) is this project's default elsewhere.
 * - `verified`: receives key id, time and nonce; NULL where they aren't wanted. A message may come twice within the
 *   tolerance: a receiver that acts on it keeps the nonces that it has seen.
 *
 * Fails, in this order, with `PAYKKA_RESULT_HEADER`, `PAYKKA_RESULT_FIELD`, `PAYKKA_RESULT_UNKNOWN_KEY`,
 * `PAYKKA_RESULT_SIGNATURE`, `PAYKKA_RESULT_EARLY` or `PAYKKA_RESULT_LATE`; before these for its arguments, with
 * `PAYKKA_RESULT_INVALID_UTF8` for path or merchant, with `PAYKKA_RESULT_FIELD` for `now_millis`, and with
 * `PAYKKA_RESULT_KEY` for a ring without a key.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_verify(const PaykkaKeyRing *ring,
                           const char *authorization,
                           size_t authorization_len,
                           const char *path,
                           size_t path_len,
                           const char *merchant,
                           size_t merchant_len,
                           const uint8_t *body,
                           size_t body_len,
                           uint64_t now_millis,
                           uint64_t tolerance_millis,
                           PaykkaVerified *verified,
                           PaykkaError *error);

/**
 * Looks for why a message is refused, and writes what it found as JSON: UTF-8, NOT ended by a NUL. For a person at a desk:
 * it takes up to some seconds, so don't call it for everything that comes in; and a message that it explains is still one
 * to refuse.
 *
 * The object has `valid` and `explained` (booleans), `findings` (objects with `code`, `explanation`, `fix` as texts and
 * `proven` as a boolean; likeliest first), `tried` (a number) and `exhausted` (a boolean), as `paykka diagnose --json` prints
 * it. Ignore keys that you don't know. It holds no key, body or signature.
 *
 * - The arguments up to `tolerance_millis` are those of `paykka_verify`.
 * - `own_key`: the key that signs on this side, to see keys that were swapped; NULL where there is none.
 * - `out`, `out_len`, `written`: as for `paykka_sign`. Asking for the size costs as much as the search, so give 65536
 *   bytes at once, which hold all but what a hostile header makes.
 *
 * `PAYKKA_RESULT_OK` says that the search ended, NOT that the message is genuine. Fails for its arguments, with
 * `PAYKKA_RESULT_INVALID_UTF8` for path or merchant, with `PAYKKA_RESULT_FIELD` for `now_millis`, and with
 * `PAYKKA_RESULT_KEY` for a ring without a key.
 *
 * # Safety
 * The pointers keep the conventions in the header's first comment.
 */
PAYKKA_MUST_USE
PaykkaResult paykka_diagnose(const PaykkaKeyRing *ring,
                             const char *authorization,
                             size_t authorization_len,
                             const char *path,
                             size_t path_len,
                             const char *merchant,
                             size_t merchant_len,
                             const uint8_t *body,
                             size_t body_len,
                             uint64_t now_millis,
                             uint64_t tolerance_millis,
                             const PaykkaSigningKey *own_key,
                             char *out,
                             size_t out_len,
                             size_t *written,
                             PaykkaError *error);

/**
 * The number of the interface that the loaded library has. Where it isn't `PAYKKA_ABI_VERSION`, call nothing else. This
 * function itself never changes.
 */
uint32_t paykka_abi_version(void);

/**
 * The version of the library, such as `1.2.3`: a constant that ends with a NUL, never NULL and never to be freed.
 */
const char *paykka_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PAYKKA_SIGN_H */
