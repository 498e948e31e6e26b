/*
 * Signs and verifies through the C interface, as C99 and as C++11.
 *
 * Arguments: the file of a private key, and the file of its public key, both as PEM.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paykka_sign.h"

#define NOW UINT64_C(1701732359000)
#define TOLERANCE UINT64_C(300000)

static const char PATH[] = "/api/v2/merch/account/balance";
static const char MERCHANT[] = "M24061911365700670";
static const char NONCE[] = "a1B2c3D4e5F6";

static void expect(PaykkaResult actual, PaykkaResult expected, const char *step) {
    if (actual != expected) {
        fprintf(stderr, "%s: expected %u, got %u (%s)\n", step, (unsigned)expected, (unsigned)actual,
                paykka_result_text(actual));
        exit(1);
    }
}

static size_t read_file(const char *name, uint8_t *text, size_t size) {
    FILE *file = fopen(name, "rb");
    size_t len;
    if (file == NULL) {
        perror(name);
        exit(1);
    }
    len = fread(text, 1, size, file);
    fclose(file);
    return len;
}

static PaykkaResult verify(const PaykkaKeyRing *ring, const char *value, size_t value_len, const uint8_t *body,
                           size_t body_len, uint64_t now) {
    return paykka_verify(ring, value, value_len, PATH, strlen(PATH), MERCHANT, strlen(MERCHANT), body, body_len, now,
                         TOLERANCE, NULL, NULL);
}

int main(int argc, char **argv) {
    uint8_t body[] = {'{', '"', 'a', '"', ':', '1', '}'};
    uint8_t pem[8192];
    PaykkaError error;
    size_t pem_len;
    PaykkaSigningKey *key = NULL;
    PaykkaKeyRing *ring = NULL;
    size_t needed = 0;
    size_t written = 0;
    char *value;

    if (argc != 3) {
        fprintf(stderr, "two files of keys are wanted\n");
        return 1;
    }

    pem_len = read_file(argv[1], pem, sizeof pem);
    expect(paykka_signing_key_new("K001", 4, pem, pem_len, &key, NULL), PAYKKA_RESULT_OK, "private key");
    pem_len = read_file(argv[2], pem, sizeof pem);
    expect(paykka_key_ring_new(false, &ring, NULL), PAYKKA_RESULT_OK, "ring for real keys");
    expect(paykka_key_ring_add(ring, "K001", 4, pem, pem_len, &error), PAYKKA_RESULT_KEY, "published key");
    if (strstr(error.text, "published") == NULL) {
        fprintf(stderr, "the text doesn't say why: %s\n", error.text);
        return 1;
    }
    paykka_key_ring_free(ring);
    expect(paykka_key_ring_new(true, &ring, NULL), PAYKKA_RESULT_OK, "ring for loopback");
    expect(paykka_key_ring_add(ring, "K001", 4, pem, pem_len, NULL), PAYKKA_RESULT_OK, "public key");

    expect(paykka_sign(key, PATH, strlen(PATH), MERCHANT, strlen(MERCHANT), body, sizeof body, NOW, NONCE,
                       strlen(NONCE), NULL, 0, &needed, NULL),
           PAYKKA_RESULT_BUFFER_TOO_SMALL, "size of the value");
    value = (char *)malloc(needed);
    if (value == NULL) {
        perror("malloc");
        return 1;
    }
    expect(paykka_sign(key, PATH, strlen(PATH), MERCHANT, strlen(MERCHANT), body, sizeof body, NOW, NONCE,
                       strlen(NONCE), value, needed, &written, NULL),
           PAYKKA_RESULT_OK, "sign");
    if (written != needed) {
        fprintf(stderr, "the value isn't as long as was said\n");
        return 1;
    }

    expect(verify(ring, value, written, body, sizeof body, NOW), PAYKKA_RESULT_OK, "verify");
    expect(verify(ring, value, written, body, sizeof body, NOW - TOLERANCE - 1), PAYKKA_RESULT_EARLY, "too early");
    expect(verify(ring, value, written, body, sizeof body, NOW + TOLERANCE + 1), PAYKKA_RESULT_LATE, "too late");
    body[5] ^= 1;
    expect(verify(ring, value, written, body, sizeof body, NOW), PAYKKA_RESULT_SIGNATURE, "another body");

    free(value);
    paykka_key_ring_free(ring);
    paykka_signing_key_free(key);
    paykka_key_ring_free(NULL);
    paykka_signing_key_free(NULL);

    if (paykka_version()[0] == '\0' || paykka_abi_version() != PAYKKA_ABI_VERSION) {
        fprintf(stderr, "the version is empty, or the header isn't the library's\n");
        return 1;
    }
    return 0;
}
