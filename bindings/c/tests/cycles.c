/*
 * Loads, signs, verifies, refuses and frees, again and again, for tools that watch memory.
 *
 * Arguments: how often, and the files of a private key and of its public key.
 */
#define _POSIX_C_SOURCE 200809L

#include "common.h"

static const char PATH[] = "/api/v2/merch/account/balance";

static void cycle(const Bytes *private_key, const Bytes *public_key) {
    PaykkaSigningKey *key, *damaged;
    PaykkaKeyRing *ring;
    PaykkaError error;
    PaykkaVerified verified;
    char nonce[PAYKKA_NONCE_LEN], *value;
    size_t nonce_len, needed, written;
    expect(paykka_signing_key_new("K001", 4, private_key->data, private_key->len, &key, &error), PAYKKA_RESULT_OK, &error,
           "private key");
    expect(paykka_signing_key_new("K001", 4, private_key->data, private_key->len / 2, &damaged, &error),
           PAYKKA_RESULT_KEY, &error, "half a key");
    paykka_signing_key_free(damaged);
    expect(paykka_key_ring_new(true, &ring, &error), PAYKKA_RESULT_OK, &error, "ring");
    expect(paykka_key_ring_add(ring, "K001", 4, public_key->data, public_key->len, &error), PAYKKA_RESULT_OK, &error,
           "public key");
    expect(paykka_nonce_generate(nonce, sizeof nonce, &nonce_len, &error), PAYKKA_RESULT_OK, &error, "nonce");
    expect(paykka_sign(key, PATH, strlen(PATH), NULL, 0, NULL, 0, 1701732359000, nonce, nonce_len, NULL, 0, &needed,
                       &error),
           PAYKKA_RESULT_BUFFER_TOO_SMALL, &error, "how long");
    /* Exactly as long, so that a byte too many is seen. */
    value = (char *)allocate(needed);
    expect(paykka_sign(key, PATH, strlen(PATH), NULL, 0, NULL, 0, 1701732359000, nonce, nonce_len, value, needed, &written,
                       &error),
           PAYKKA_RESULT_OK, &error, "sign");
    expect(paykka_verify(ring, value, written, PATH, strlen(PATH), NULL, 0, NULL, 0, 1701732359000, 0, &verified, &error),
           PAYKKA_RESULT_OK, &error, "verify");
    expect(paykka_verify(ring, value, written - 1, PATH, strlen(PATH), NULL, 0, NULL, 0, 1701732359000, 0, &verified,
                         &error),
           PAYKKA_RESULT_HEADER, &error, "cut off");
    expect(paykka_key_ring_remove(ring, "K001", 4, &error), PAYKKA_RESULT_OK, &error, "remove");
    free(value);
    paykka_key_ring_free(ring);
    paykka_signing_key_free(key);
}

int main(int argc, char **argv) {
    Bytes private_key, public_key;
    long i, count = argc == 4 ? atol(argv[1]) : 0;
    if (count <= 0) {
        fail(argv[0], "a count and two files of keys are wanted");
    }
    private_key = read_file(argv[2]);
    public_key = read_file(argv[3]);
    for (i = 0; i < count; ++i) {
        cycle(&private_key, &public_key);
    }
    free(private_key.data);
    free(public_key.data);
    printf("%ld cycles\n", count);
    return 0;
}
