/*
 * Sixteen threads sign and verify with one key and one ring, while the main thread adds and removes another key.
 *
 * Arguments: the files of a private key and of its public key.
 */
#define _POSIX_C_SOURCE 200809L

#include <pthread.h>

#include "common.h"

#define THREADS 16
#define ROUNDS 20

static const char PATH[] = "/api/v2/merch/account/balance";
static PaykkaSigningKey *key;
static PaykkaKeyRing *ring;

static void *work(void *unused) {
    char nonce[PAYKKA_NONCE_LEN], value[4096];
    size_t nonce_len, value_len;
    PaykkaError error;
    PaykkaVerified verified;
    int i;
    (void)unused;
    for (i = 0; i < ROUNDS; ++i) {
        expect(paykka_nonce_generate(nonce, sizeof nonce, &nonce_len, &error), PAYKKA_RESULT_OK, &error, "nonce");
        expect(paykka_sign(key, PATH, strlen(PATH), NULL, 0, NULL, 0, 1701732359000, nonce, nonce_len, value,
                           sizeof value, &value_len, &error),
               PAYKKA_RESULT_OK, &error, "sign");
        expect(paykka_verify(ring, value, value_len, PATH, strlen(PATH), NULL, 0, NULL, 0, 1701732359000, 0, &verified,
                             &error),
               PAYKKA_RESULT_OK, &error, "verify");
        if (memcmp(verified.nonce, nonce, nonce_len) != 0) {
            fail("verify", "another thread's nonce");
        }
        /* Each thread has its own text of its own failure. */
        expect(paykka_verify(ring, value, value_len, "/other", 6, NULL, 0, NULL, 0, 1701732359000, 0, NULL, &error),
               PAYKKA_RESULT_SIGNATURE, &error, "another path");
        if (strstr(error.text, "signature is wrong") == NULL) {
            fail("error", error.text);
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t threads[THREADS];
    PaykkaError error;
    int i;
    if (argc != 3) {
        fail(argv[0], "two files of keys are wanted");
    }
    key = signing_key("K001", argv[1]);
    expect(paykka_key_ring_new(true, &ring, &error), PAYKKA_RESULT_OK, &error, "ring");
    add_key(ring, "K001", argv[2]);
    for (i = 0; i < THREADS; ++i) {
        if (pthread_create(&threads[i], NULL, work, NULL) != 0) {
            fail("thread", "can't be started");
        }
    }
    for (i = 0; i < ROUNDS; ++i) {
        add_key(ring, "K002", argv[2]);
        expect(paykka_key_ring_remove(ring, "K002", 4, &error), PAYKKA_RESULT_OK, &error, "remove");
    }
    for (i = 0; i < THREADS; ++i) {
        pthread_join(threads[i], NULL);
    }
    paykka_key_ring_free(ring);
    paykka_signing_key_free(key);
    printf("%d threads, %d rounds each\n", THREADS, ROUNDS);
    return 0;
}
