/*
 * A signed call to a platform on loopback, and the verdict on its signed answer.
 *
 * Arguments: port, merchant, id and file of the merchant's private key, id and file of the platform's public key.
 */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE

#include "http.h"

static const char PATH[] = "/api/v2/merch/account/balance";
static const char BODY[] = "{\"currency\":\"USD\"}";

int main(int argc, char **argv) {
    char nonce[PAYKKA_NONCE_LEN], value[4096 + 1];
    size_t nonce_len, value_len;
    PaykkaError error;
    PaykkaVerified verified;
    PaykkaSigningKey *key;
    PaykkaKeyRing *ring;
    Answer answer;
    if (argc != 7) {
        fail(argv[0], "port, merchant, key id and file, platform's key id and file are wanted");
    }
    key = signing_key(argv[3], argv[4]);
    expect(paykka_key_ring_new(true, &ring, &error), PAYKKA_RESULT_OK, &error, "ring");
    add_key(ring, argv[5], argv[6]);

    expect(paykka_nonce_generate(nonce, sizeof nonce, &nonce_len, &error), PAYKKA_RESULT_OK, &error, "nonce");
    expect(paykka_sign(key, PATH, strlen(PATH), argv[2], strlen(argv[2]), (const uint8_t *)BODY, strlen(BODY),
                       now_millis(), nonce, nonce_len, value, sizeof value - 1, &value_len, &error),
           PAYKKA_RESULT_OK, &error, "sign");
    value[value_len] = '\0';
    answer = post(atoi(argv[1]), PATH, argv[2], value, BODY);
    if (answer.status != 200 || answer.authorization == NULL) {
        fail("answer", answer.body);
    }
    expect(paykka_verify(ring, answer.authorization, strlen(answer.authorization), PATH, strlen(PATH), argv[2],
                         strlen(argv[2]), (const uint8_t *)answer.body,
                         strlen(answer.body), now_millis(), 300000, &verified, &error),
           PAYKKA_RESULT_OK, &error, "verify");
    printf("%s verified by %s\n", PATH, verified.key_id);
    free_answer(&answer);
    paykka_key_ring_free(ring);
    paykka_signing_key_free(key);
    return 0;
}
